#!/bin/sh
# SPDX-License-Identifier: MIT
# What 150 metrics at ten seconds take on disk with the default profile: 45 MB,
# from the first sample on and ever after.  To the byte: 37,296 rows of 8 bytes
# a metric are 44.76 MB; headers of 1,808 bytes a file and 1,272 a metric make
# it 45.05 MB for these 56 files.  MB are millions of bytes; it is 42.96 MiB.
. "$(dirname "$0")/lib.sh"
mkdir -p "$state/families"
# 30 of one metric, 20 of three, 6 of ten: 56 files, 150 metrics
python3 - "$state" "$work" <<'P'
import json
import sys
import time

state, work = sys.argv[1:]
t0 = int(time.time()) // 10 * 10 - 3600
counts = [1] * 30 + [3] * 20 + [10] * 6
assert sum(counts) == 150
for i, n in enumerate(counts):
    doc = dict(name=f"f{i:02}", title="T", unit="things", help="For the test",
               category="tests", profile="default", step=10, heartbeat=120,
               declared=True,
               metrics=[dict(name=f"m{k}", unit="things", help="One",
                             kind="gauge", draw="line") for k in range(n)])
    with open(f"{state}/families/{doc['name']}.json", "w") as f:
        json.dump(doc, f)


def lines(first, last):
    return "".join(
        f"local/web1/f{i:02} {t0 + 10 * tick} " +
        ":".join(str(k + tick) for k in range(n)) + "\n"
        for tick in range(first, last) for i, n in enumerate(counts))


with open(f"{work}/first", "w") as f:
    f.write(lines(0, 2))
with open(f"{work}/more", "w") as f:
    f.write(lines(2, 360))
P
is "$(robin put --state "$state" "$work/first" | sort | uniq -c | tr -s ' ')" " 112 ok" "the first samples are stored"
ok "and applied" robin-store --state "$state" --once
is "$(find "$state/rrd" -name '*.rrd' | wc -l)" 56 "a file for each family"
is "$(for f in "$state"/rrd/local/web1/*.rrd; do rrdtool info "$f"; done | grep -c '\.type = ')" 150 "150 metrics in them"
is "$(rrdtool info "$state/rrd/local/web1/f00.rrd" | sed -n 's/^step = //p')" 10 "at ten seconds"
size() { find "$state/rrd" -name '*.rrd' -printf '%s %b\n' | awk '{ a += $1; b += 512 * $2 } END { printf "%d %d\n", a, b }'; }
# shellcheck disable=SC2046
set -- $(size)
bytes=$1
diag "$bytes bytes, $2 on disk"
is "$bytes" $((150 * (37296 * 8 + 1272) + 56 * 1808)) "45.05 MB, rows and headers"
ok "45 MB on disk, all of it allocated" test "$2" -ge "$bytes" -a "$2" -le 45499999
is "$(robin put --state "$state" "$work/more" | sort | uniq -c | tr -s ' ')" " 20048 ok" "an hour more is stored"
ok "and applied" robin-store --state "$state" --once
is "$(size | cut -d' ' -f1)" "$bytes" "and takes not a byte more"
done_testing
