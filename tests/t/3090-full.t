#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A full disk under the state folder: everything still answers, /healthz
says so, /health is degraded."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import BIN, Stack, done, equal, ok, png_size  # noqa: E402

if os.geteuid() != 0:
    print("1..0 # SKIP mounting a small tmpfs needs root")
    sys.exit(0)
s = Stack(data=False, nginx=False, pictures=1, numbers=1)
s.stop()
mount = s.state
os.makedirs(mount, exist_ok=True)
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m,mode=755", "none",
                   mount], capture_output=True).returncode:
    print("1..0 # SKIP cannot mount a tmpfs here")
    sys.exit(0)
try:
    os.makedirs(f"{mount}/run")
    os.makedirs(f"{mount}/site")
    with open(f"{mount}/site/index.html", "w") as f:
        f.write("<!doctype html>\n")
    s.fill()
    s.start("store", [f"{BIN}/robin-store", "--state", s.state])
    s.pool("pictures", 1)
    s.pool("data", 1)
    s.nginx()
    equal(s.ask("/healthz").body, b"ok\n", "room: healthz is plain ok")
    equal(s.ask("/g/local/web1/load/day.png").status, 200, "room: a picture")
    with open(f"{mount}/ballast", "wb") as f:
        try:
            while True:
                f.write(bytes(1 << 20))
                f.flush()
        except OSError:
            pass
    a = s.ask("/healthz")
    ok(a.status == 200 and a.body.startswith(b"ok\n") and b"full" in a.body,
       "full: healthz stays 200 and says so", a)
    a = s.ask("/health")
    equal((a.status, a.json()["status"]), (200, "degraded"),
          "full: health is degraded")
    equal(s.ask("/api/v1/latest").status, 200, "full: numbers answer")
    equal(s.ask("/metrics").status, 200, "full: metrics answer")
    for i in range(5):
        a = s.ask(f"/g/local/web1/load/day,{400 + i}x100.png")
        ok(a.status == 200 and png_size(a.body),
           "full: a picture, cache or not", a)
    os.unlink(f"{mount}/ballast")
    equal(s.ask("/healthz").body, b"ok\n", "room again: plain ok")
finally:
    s.stop()
    subprocess.run(["umount", "-l", mount], capture_output=True)
done()
