#!/bin/sh
# SPDX-License-Identifier: MIT
# Collectors that run every second, seen in Chromium; tests/browser/live.mjs
# prints the TAP.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
command -v chromium >/dev/null || skip_all "chromium is not installed"
command -v node >/dev/null || skip_all "node is not installed"
[ -d "$here/browser/node_modules/playwright-core" ] || skip_all "npm ci in tests/browser was not run"

mkdir -p "$work/conf"
printf 'cluster: local\nhost: fast\nstep: 1s\nsite:\n  interval: 10s\n' >"$work/conf/robin.yml"
port=$(free_port)
start robin run --nginx "$here/../nginx" --listen "127.0.0.1:$port" --state "$state" --config "$work/conf/robin.yml"
wait_for 60 curl -fsS "http://127.0.0.1:$port/h/local/fast/cpu/" || { cat "$work/log.last" | sed 's/^/# /'; skip_all "the stack did not start"; }
cd "$here/browser" && node live.mjs "http://127.0.0.1:$port" fast
