#!/bin/sh
# SPDX-License-Identifier: MIT
# How many samples `robin put` acknowledges a second: sent ahead through a
# pipe, and by a client that waits for each answer.  LINES=300000.
set -eu
BUILD=${BUILD:-build}
robin=$(cd "$BUILD/bin" && pwd)/robin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$robin" "$work" "${LINES:-300000}" <<'PY'
import subprocess
import sys
import time

robin, work, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
start = int(time.time()) - n // 100 * 10 - 10
lines = [f"local/host{i % 100}/bench.d{i % 7} {start + i // 100 * 10} "
         f"{i}:{i % 50}.5:{i * 7}\n" for i in range(n)]
data = "".join(lines).encode()
began = time.monotonic()
r = subprocess.run([robin, "put", "--state", work + "/a"], input=data,
                   capture_output=True)
took = time.monotonic() - began
assert r.stdout == b"ok\n" * n, "not all were stored"
print(f"ahead:   {n / took:12.0f} lines/s, {3 * n / took:12.0f} values/s")
m = 2000
p = subprocess.Popen([robin, "put", "--state", work + "/b"], bufsize=0,
                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)
began = time.monotonic()
for line in lines[:m]:
    p.stdin.write(line.encode())
    assert p.stdout.readline() == b"ok\n"
took = time.monotonic() - began
p.stdin.close()
p.wait()
print(f"waiting: {m / took:12.0f} lines/s ({took / m * 1e6:.0f} us each)")
PY
