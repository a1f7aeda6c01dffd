#!/bin/sh
# SPDX-License-Identifier: MIT
# The collectors over fixture machines: exact values for a good one (golden),
# sound names and no crash for broken ones.
. "${0%/*}/lib.sh"
golden=${0%/*}/../golden/collect-normal.txt
fixtures=${0%/*}/../fixtures
# disk space is asked of the machine's own file systems, whatever the root
names="cgroup cpu diskio load memory net pressure processes swap system temperature uptime"

# shellcheck disable=SC2086
robin-collect --print --root "$fixtures/proc_normal" $names 2>"$work/err" |
  sed 's|^[^/]*/[^/]*/||; s| [0-9]* | |' | LC_ALL=C sort >"$work/got"
is "$(cat "$work/err")" "" "a good machine gives no warning"
[ -n "${BLESS:-}" ] && cp "$work/got" "$golden"
if diff -u "$golden" "$work/got" >"$work/diff"; then
  pass "a good machine gives these values"
else
  fail "a good machine gives these values"; diag "$(head -n 20 "$work/diff")"
fi

# Version 1: the nearest group up that has a limit, memory and CPU apart.
out=$(robin-collect --print --root "$fixtures/proc_cgroup1" cgroup | sed 's|^[^/]*/[^/]*/||; s| [0-9]* | |')
like "$out" '^cgroup_cpu 7\.5:0\.5:3$' "version 1: CPU used, limit, throttled"
like "$out" '^cgroup_memory 300000000:100000000:136870912:' "version 1: memory of the group that has the limit"

for kind in empty truncated hostile; do
  robin-collect --print --root "$fixtures/proc_$kind" >"$work/got" 2>"$work/err"
  rc=$?
  if [ $rc -le 1 ]; then pass "$kind: it ends as it should"; else fail "$kind: it ends as it should"; diag "exit $rc"; fi
  is "$(LC_ALL=C grep -acvE '^[a-z]+/[A-Za-z0-9_.=:-]+/[a-z][a-z0-9_]*(\.[A-Za-z0-9_=:~][A-Za-z0-9_.=:~-]*)? [0-9]{10} [0-9U:.e+-]+$' "$work/got")" \
    0 "$kind: every series has a sound name"
  is "$(LC_ALL=C grep -acvE '^\{"ts":.*\}$' "$work/err")" 0 "$kind: warnings are log lines"
done
is "$(robin-collect --print --root "$fixtures/proc_truncated" memory load uptime 2>/dev/null)" "" "truncated: half a number is no value"
done_testing
