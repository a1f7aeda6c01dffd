#!/bin/sh
# SPDX-License-Identifier: MIT
# robin-collect as cron runs it and as a daemon: samples arrive in the store.
. "${0%/*}/lib.sh"

host=$(robin-collect --print uptime | cut -d/ -f2)
now=$(date +%s)
# rows PATH: the times and values of a series that are known
known() { robin-store get "$1" --state "$state" --from $((now - 600)) --to $((now + 600)) --json | python3 -c '
import json, sys
d = json.load(sys.stdin)
print(sum(any(v is not None for v in r) for r in d["rows"]))'; }

# a pass early in a slot of ten seconds tells enough of the slot before it
# for a row; one late in it would not
sleep $((10 - $(date +%s) % 10))
exits 0 "cron: a pass" robin-collect --once --state "$state"
sleep 2
exits 0 "cron: another" robin-collect --once --state "$state" cpu memory load
ok "its files are there without a daemon" test -s "$state/rrd/local/$host/memory.rrd"
ok "its families are registered" test -s "$state/families/memory.json"
n=$(known "local/$host/load")
ok "a gauge has a value" test "${n:-0}" -ge 1

state=$work/second
cat >"$work/robin.yml" <<END
step: 1s
END
start robin-collect --state "$state" --config "$work/robin.yml"
daemon=$pid
ok "the daemon is there" wait_for 5 test -s "$state/families/robin.json"
exits 1 "a second one is told" robin-collect --once --state "$state"
like "$out" 'another robin-collect is running' "and why"
# long enough for a row of the finest archive, ten seconds
sleep 12
pss=$(awk '/^Pss:/ { print $2 }' "/proc/$daemon/smaps_rollup")
ok "the daemon holds under 3 MB of memory ($pss kB)" test "$pss" -lt 3072
is "$(ls "/proc/$daemon/task" | wc -l)" 1 "it has one thread"
is "$(awk '/^NoNewPrivs:/ { print $2 }' "/proc/$daemon/status")" 1 "it can gain no privileges"
is "$(awk '/^Seccomp:/ { print $2 }' "/proc/$daemon/status")" 2 "its system calls are filtered"
like "$(awk '/^CapEff:/ { print $2 }' "/proc/$daemon/status")" '^0+[04]$' "it has given up its capabilities"
kill -TERM "$daemon"
wait "$daemon"
is $? 0 "SIGTERM ends it well"
robin-store --once --state "$state" >/dev/null 2>&1
n=$(known "local/$host/memory")
ok "the daemon's samples make rows ($n)" test "${n:-0}" -ge 1
n=$(known "local/$host/robin_collect")
ok "it knows what its passes cost ($n)" test "${n:-0}" -ge 1

# Below a folder that cannot be made
exits 1 "an impossible state folder is an error" robin-collect --once --state /proc/nosuch/state
like "$out" 'state folder \(choose another' "and the fix is named"
exits 2 "an unknown option is a usage error" robin-collect --onec
done_testing
