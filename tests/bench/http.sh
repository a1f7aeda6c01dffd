#!/bin/sh
# SPDX-License-Identifier: MIT
# What the server's answers cost, side by side on loopback: a cached picture
# and its 304 against a static file of that size; 360 rows of 4 metrics as
# JSON against an empty FastCGI answer; fresh pictures; numbers and health
# while pictures are drawn.  Needs wrk.  SECONDS_EACH=3.
set -u
here=$(cd "$(dirname "$0")" && pwd)
command -v wrk >/dev/null || { echo "http: wrk is not installed"; exit 0; }
exec python3 - "$here/../t" "${SECONDS_EACH:-3}" <<'PY'
import os
import re
import subprocess
import sys
import threading
import time

sys.path.insert(0, sys.argv[1])
seconds = sys.argv[2]
from stack import Stack, children  # noqa: E402

s = Stack(more=["--requests", "1000000000"])
s.family("four", [dict(name=n, unit="x", kind="gauge", draw="line")
                  for n in ("a", "b", "c", "d")])
s.put([f"local/web1/four {s.t0 - i * 10} {i % 97 / 7:.6f}:{i % 31 * 1.37:.4f}"
       f":{i * 12345.678:.3f}:{i % 5}" for i in range(370, -1, -1)])


TICK = os.sysconf("SC_CLK_TCK")


def cpu_s(pids):
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as f:
                total += sum(map(int, f.read().rpartition(")")[2].split()
                                 [11:13]))
        except OSError:
            pass
    return total / TICK


def servers():
    """nginx's workers, and both pools'."""
    return [children(p.pid) for p in (s.web, s.pictures, s.data)]


def wrk(target, *headers, connections=16):
    cmd = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    for h in headers:
        cmd += ["-H", h]
    groups = servers()
    before = [cpu_s(g) for g in groups]
    out = subprocess.run(cmd + [f"http://127.0.0.1:{s.port}{target}"],
                         capture_output=True, text=True).stdout
    after = [cpu_s(g) for g in groups]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    n = int(re.search(r"(\d+) requests in", out).group(1))
    p99 = re.search(r"99%\s+(\S+)", out).group(1)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    us = [(b - a) / n * 1e6 for a, b in zip(before, after)]
    return rate, p99, int(bad.group(1)) if bad else 0, us


def row(name, result, base=None):
    """base: the result that this one is compared with."""
    rate, p99, bad, us = result
    print(f"{name:36}{rate:8.0f}/s  p99 {p99:>8}"
          f"  CPU us: nginx {us[0]:5.1f} pools {us[1] + us[2]:6.1f}"
          + (f"  rate x{rate / base[0]:4.2f}"
             f" by CPU x{sum(base[3]) / sum(us):4.2f}" if base else "")
          + (f"  {bad} failed" if bad else ""), flush=True)
    return result


t0 = s.t0
picture = f"/g/local/web1/four/{t0 - 3600}~{t0 - 600}.png"
a = s.ask(picture)
with open(f"{s.state}/site/static.png", "wb") as f:
    f.write(a.body)
static = s.ask("/static.png")
print(f"picture of {len(a.body)} bytes, 16 connections, {seconds} s each")
base = row("static file of that size", wrk("/static.png"))
row("cached picture", wrk(picture), base)
base = row("304 of the static file",
           wrk("/static.png", f"If-None-Match: {static.header('etag')}"))
row("304 of the cached picture",
    wrk(picture, f"If-None-Match: {a.header('etag')}"), base)

numbers = f"/g/local/web1/four/{t0 - 3600}~{t0}.json"
j = s.ask(numbers)
rows = len(j.json()["rows"])
print(f"JSON of {rows} rows x 4 metrics, {len(j.body)} bytes")
base = row("empty FastCGI answer (/healthz)", wrk("/healthz"))
row("JSON", wrk(numbers), base)
row("JSON, 304", wrk(numbers, f"If-None-Match: {j.header('etag')}"), base)
row("/api/v1/latest", wrk("/api/v1/latest"), base)
row("/metrics", wrk("/metrics"), base)

n, start, cpu = 200, time.monotonic(), None
before = s.ask("/api/v1/status").json()["pools"]["pictures"]
for i in range(n):
    s.ask(f"/g/local/web1/four/day,600x{200 + i}.png")
took = time.monotonic() - start
after = s.ask("/api/v1/status").json()["pools"]["pictures"]
drawn = after["renders"] - before["renders"]
print(f"fresh pictures, one after the other: {took / n * 1000:.2f} ms each, "
      f"of them drawing "
      f"{(after['render_seconds'] - before['render_seconds']) / drawn * 1000:.2f}"
      " ms CPU")

busy = True


def draw(k):
    i = 0
    while busy:
        s.ask(f"/g/local/web1/four/day,{700 + i % 900}x{210 + k}.png")
        i += 1


threads = [threading.Thread(target=draw, args=(k,)) for k in range(32)]
for th in threads:
    th.start()
row("/healthz while 32 clients draw", wrk("/healthz", connections=2))
row("JSON while 32 clients draw", wrk(numbers, connections=2))
busy = False
for th in threads:
    th.join()
PY
