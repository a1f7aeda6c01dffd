#!/bin/sh
# SPDX-License-Identifier: MIT
# Lighthouse over the pages, in the long suite only (npm fetches 180 MB for
# it); tests/lighthouse/lighthouse.mjs prints the TAP and a table of how fast.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
[ -n "${LONG:-}" ] || skip_all "only with LONG=1"
command -v chromium >/dev/null || skip_all "chromium is not installed"
[ -d "$here/lighthouse/node_modules/lighthouse" ] || skip_all "npm ci in tests/lighthouse was not run"

mkdir -p "$work/conf/site/dashboards"
printf 'cluster: local\nhost: own\nsite:\n  interval: 10s\n' >"$work/conf/robin.yml"
printf 'title: Both\npanels:\n  - hosts: local/o*\n    graph: $host/cpu\n' >"$work/conf/site/dashboards/test.yml"
port=$(free_port)
start robin run --nginx "$here/../nginx" --listen "127.0.0.1:$port" --state "$state" --config "$work/conf/robin.yml"
wait_for 60 curl -fsS "http://127.0.0.1:$port/h/local/own/cpu/" || { cat "$work/log.last" | sed 's/^/# /'; skip_all "the stack did not start"; }
python3 "$here/fill.py" "$state" 26 other:0.5:0.96 >"$work/in"
robin put --state "$state" "$work/in" >/dev/null
wait_for 60 curl -fsS "http://127.0.0.1:$port/h/local/other/cpu/" >/dev/null
cd "$here/lighthouse" && node lighthouse.mjs "http://127.0.0.1:$port" other
