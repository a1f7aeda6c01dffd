#!/bin/sh
# SPDX-License-Identifier: MIT
# What a storm of pictures does to everybody else.  200 connections ask for
# pictures of which no two have the same address, so nothing is cached, while
# an observer asks for /healthz and an hour of numbers in turn, 50 times a
# second, and notes how long each took.  First clients that heed Retry-After,
# then clients that do not.  Then 200 clients that dawdle, and 6,000 pictures
# from one worker with the memory of each generation.  The observer runs at a
# higher priority, as one on another machine would.  Needs wrk.
set -u
here=$(cd "$(dirname "$0")" && pwd)
command -v wrk >/dev/null || { echo "renders: wrk is not installed"; exit 0; }
exec python3 - "$here" "${SECONDS_EACH:-10}" <<'PY'
import http.client
import os
import subprocess
import sys
import threading
import time

here, seconds = sys.argv[1], float(sys.argv[2])
sys.path.insert(0, here)
from wrk import stack  # noqa: E402
from stack import children, socket  # noqa: E402

SCRIPT = """
local n, owed, seen = 0, 0, {}
drawn, busy, silent, other = 0, 0, 0, 0
function setup(thread) t = thread end
function request()
	n = n + 1
	return wrk.format("GET", string.format(
	    "/g/local/web1/four/day,%dx%d.png", 400 + n % 1200,
	    100 + math.floor(n / 1200) % 600))
end
function response(status, headers)
	if status == 200 then drawn = drawn + 1
	elseif status == 503 then
		busy = busy + 1
		owed = owed + 1
		if not headers["Retry-After"] then silent = silent + 1 end
	else other = other + 1 end
end
WAIT
function done(summary, latency)
	print(string.format("%.0f pictures/s, p50 %.0f ms, p99 %.0f ms; "
	    .. "%d answers of 503, %d of them without Retry-After, %d others",
	    t:get("drawn") / summary.duration * 1e6, latency:percentile(50) / 1e3,
	    latency:percentile(99) / 1e3, t:get("busy"), t:get("silent"),
	    t:get("other")))
end
"""
WAIT = """
function delay()
	if owed == 0 then return 0 end
	owed = owed - 1
	return 5000
end
"""

s = stack()
numbers = f"/g/local/web1/four/{s.t0 - 3600}~{s.t0}.json"


class Observer(threading.Thread):
    """Latencies in ms by address, until it is told to stop."""

    def __init__(self):
        super().__init__()
        self.took = {"/healthz": [], numbers: []}
        self.bad, self.go = 0, True
        self.start()

    def run(self):
        try:  # of this thread alone
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), -5)
        except PermissionError:
            print("the observer could not raise its priority")
        c = http.client.HTTPConnection("127.0.0.1", s.port, timeout=30)
        while self.go:
            for target, took in self.took.items():
                begun = time.monotonic()
                c.request("GET", target)
                r = c.getresponse()
                r.read()
                took.append((time.monotonic() - begun) * 1000)
                self.bad += r.status != 200
            time.sleep(0.02)

    def report(self, name):
        self.go = False
        self.join()
        for target, took in self.took.items():
            took.sort()
            print(f"{name:32} {'JSON' if target == numbers else target:9}"
                  f" p50 {took[len(took) // 2]:6.1f} ms"
                  f"  p99 {took[int(len(took) * 0.99)]:6.1f} ms"
                  f"  max {took[-1]:6.1f} ms  ({len(took)} asked)")
        if self.bad:
            print(f"{name}: {self.bad} answers were not 200")
        sys.stdout.flush()


def resident_mb(pool):
    total = 0
    for pid in [pool.pid] + children(pool.pid):
        try:
            with open(f"/proc/{pid}/smaps_rollup") as f:
                total += sum(int(x.split()[1]) for x in f
                             if x.startswith("Pss:"))
        except OSError:
            pass
    return total / 1024


def quiet():
    o = Observer()
    time.sleep(min(seconds, 5))
    o.report("nobody else")


def storm(name, script):
    path = f"{s.work}/storm.lua"
    with open(path, "w") as f:
        f.write(script)
    o, most = Observer(), 0
    p = subprocess.Popen(
        ["wrk", "-t1", "-c200", f"-d{seconds:.0f}s", "--timeout", "30s", "-s",
         path, f"http://127.0.0.1:{s.port}/"],
        stdout=subprocess.PIPE, text=True)
    while p.poll() is None:
        most = max(most, resident_mb(s.pictures))
        time.sleep(0.2)
    o.report(name)
    out = p.stdout.read().splitlines()
    print(f"{name}: {out[-1] if out else '?'}; the pool's memory at most "
          f"{most:.1f} MB", flush=True)


def dawdlers():
    slow = []
    for _ in range(200):
        c = socket.create_connection(("127.0.0.1", s.port))
        c.sendall(b"GET /healthz HTTP/1.1\r\nHost: ")
        slow.append(c)
    o = Observer()
    time.sleep(min(seconds, 5))
    o.report("200 clients that dawdle")
    for c in slow:
        c.close()


def generations():
    """One worker, and what it holds at the end of each of its lives."""
    s.pictures.terminate()
    s.pictures.wait()
    s.more = []
    s.pool("pictures", 1)
    n, held, last = 0, {}, None
    while n < 6000:
        s.ask(f"/g/local/web1/four/day,{400 + n % 1200}x{130 + n // 1200}.png")
        n += 1
        if n % 50:
            continue
        for pid in children(s.pictures.pid):
            try:
                with open(f"/proc/{pid}/statm") as f:
                    held[pid] = int(f.read().split()[1]) * 4 / 1024
            except OSError:
                pass
    print("6,000 pictures, one worker replaced after 2,000: it held",
          ", ".join(f"{mb:.1f}" for mb in held.values()),
          "MB at the end of its lives")


quiet()
storm("200 pictures at once", SCRIPT.replace("WAIT", WAIT))
storm("the same, asking again at once", SCRIPT.replace("WAIT", ""))
dawdlers()
generations()
PY
