#!/bin/sh
# SPDX-License-Identifier: MIT
# Four feeders (a series each, and one shared with strictly rising times), the
# daemon that writes, and eight readers of the same series, all at once for
# SECONDS_EACH=10: how long a reader waits.  One line of JSON.
set -eu
BUILD=${BUILD:-build}
work=$(mktemp -d)
libs=$(pkg-config --libs librrd libcjson cairo)
# shellcheck disable=SC2086
cc -std=c17 -D_GNU_SOURCE -O2 -I. -o "$work/readers" tests/bench/readers.c \
    -Wl,--as-needed -Wl,--start-group "$BUILD"/lib/rrd.a "$BUILD"/lib/core.a \
    -Wl,--end-group $libs -lm
cat >"$work/feed.py" <<'PY'
import json
import os
import subprocess
import sys
import threading
import time

build, work, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
state, t0 = os.path.join(work, "state"), 1700000000
os.makedirs(os.path.join(state, "families"))
family = {"name": "one", "title": "one", "unit": "x", "help": "h",
          "category": "c", "profile": "bench", "step": 10, "heartbeat": 60,
          "declared": True, "lead": 0,
          "metrics": [{"name": "v", "unit": "x", "kind": "gauge", "help": "h"}]}
with open(os.path.join(state, "families", "one.json"), "w") as f:
    json.dump(family, f)
store = subprocess.Popen([f"{build}/bin/robin-store", "--state", state],
                         stderr=subprocess.DEVNULL)
stop, stored, lost = threading.Event(), [0] * 4, [0] * 4


def feed(n):
    p = subprocess.Popen([f"{build}/bin/robin", "put", "--state", state, "-"],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         text=True, bufsize=1)
    k = 0
    while not stop.is_set():
        k += 1
        t = t0 + 10 * k
        p.stdin.write(f"local/h/one.f{n} {t} {k}\n" +
                      (f"local/h/one.shared {t} {k}\n" if n == 0 else ""))
        p.stdin.flush()
        for _ in range(2 if n == 0 else 1):
            good = p.stdout.readline() == "ok\n"
            stored[n] += good
            lost[n] += not good
        time.sleep(0.01)
    p.stdin.close()
    p.wait()


threads = [threading.Thread(target=feed, args=(n,)) for n in range(4)]
for t in threads:
    t.start()
time.sleep(1.5)
paths = [f"local/h/one.{'shared' if i % 2 else f'f{i % 4}'}" for i in range(8)]
r = subprocess.run([f"{work}/readers", state, str(seconds), str(t0), *paths],
                   capture_output=True, text=True)
stop.set()
for t in threads:
    t.join()
store.terminate()
store.wait()
if r.returncode != 0:
    sys.exit(f"readers: {r.stderr}")
print(json.dumps({**json.loads(r.stdout), "stored": sum(stored),
                  "refused": sum(lost)}))
PY
trap 'rm -rf "$work"' EXIT
python3 "$work/feed.py" "$BUILD" "$work" "${SECONDS_EACH:-10}"
