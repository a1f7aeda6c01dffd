#!/bin/sh
# SPDX-License-Identifier: MIT
# The site in Chromium over the real stack; tests/browser/site.mjs prints the
# TAP.  Hosts with a past are made up beside this machine's own.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
command -v chromium >/dev/null || skip_all "chromium is not installed"
command -v node >/dev/null || skip_all "node is not installed"
[ -d "$here/browser/node_modules/playwright-core" ] || skip_all "npm ci in tests/browser was not run"

mkdir -p "$work/conf/site/content" "$work/conf/site/dashboards"
printf 'cluster: local\nhost: own\nsite:\n  interval: 10s\n' >"$work/conf/robin.yml"
cat >"$work/conf/site/content/test.md" <<'M'
---
title: When a disk is full
---
# When a disk is full

{{status local/other}} keeps {{value local/other/disk.:var:lib used}}. {{gauge local/other/memory}}

{{graph local/other/disk.:var:lib/week}}

{{sparkline local/other/cpu}} {{badge local/other}}
M
cat >"$work/conf/site/dashboards/test.yml" <<'Y'
title: Both
panels:
  - hosts: local/o*
    graph: $host/cpu
  - gauge: local/other/memory
    title: Memory
  - text: "Some *text*"
Y
port=$(free_port)
start robin run --nginx "$here/../nginx" --listen "127.0.0.1:$port" --state "$state" --config "$work/conf/robin.yml"
wait_for 30 curl -fsS "http://127.0.0.1:$port/h/local/own/" || { cat "$work/log.last" | sed 's/^/# /'; skip_all "the stack did not start"; }
sleep 3 # every collector has made its families known
python3 "$here/fill.py" "$state" 26 other:0.5:0.96 >"$work/in"
robin put --state "$state" "$work/in" >/dev/null
wait_for 60 curl -fsS "http://127.0.0.1:$port/dashboards/test/" >/dev/null
wait_for 60 curl -fsS "http://127.0.0.1:$port/h/local/other/cpu/" >/dev/null
sleep 12 # a second sample of each, and pages that know it
cd "$here/browser" && node site.mjs "http://127.0.0.1:$port" own other "$state"
