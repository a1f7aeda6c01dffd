#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Load and abuse: clients that leave, clients that dawdle, many renders at
once, peers that stall, workers that are replaced, and the end.  LONG=1 for
the full counts."""
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import (BEGIN, BIN, LONG, Stack, children, descriptors,  # noqa: E402
                   done, equal, ok, pairs, png_size, record)

s = Stack(more=["--requests", "1000000"])
P = "/g/local/web1/load/"


def counter(pool, name):
    return s.ask("/api/v1/status").json()["pools"][pool][name]


def fds():
    return {pid: descriptors(pid)
            for p in (s.pictures, s.data) for pid in children(p.pid)}


for i in range(20):  # every worker has opened what it keeps open
    s.ask(P + f"day,{400 + i}x100.png")
    s.ask(P + "day.json")
    s.ask("/api/v1/latest")

# clients that leave in the middle
before, n = fds(), 1000 if LONG else 150
rnd = random.Random(1)
for i in range(n):
    with socket.create_connection(("127.0.0.1", s.port)) as c:
        t = P + (f"day,{401 + i}x100.png", "year.json",
                 "week.csv")[i % 3]
        c.sendall(f"GET {t} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        if i % 2:
            c.settimeout(5)
            c.recv(rnd.randrange(1, 400))
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                     b"\1\0\0\0\0\0\0\0")
# and the same to the pools themselves
for i in range(n // 3):
    for pool, t in (("pictures", P + f"day,{2400 + i}x100.png"),
                    ("data", P + "year.json")):
        with socket.socket(socket.AF_UNIX) as c:
            c.connect(s.sock(pool))
            c.sendall(BEGIN + record(4, pairs({
                "REQUEST_METHOD": "GET", "REQUEST_URI": t})) + record(4) +
                record(5))
end = time.monotonic() + 20
while counter("pictures", "workers") < 2 and time.monotonic() < end:
    time.sleep(0.1)
equal(s.ask("/healthz").status, 200, f"alive after {n} clients left")


def leaked():
    """By how many the busiest worker of a pool has more than before; one
    that has only now opened its files does not count."""
    return max(max(after[x] for x in children(p.pid)) -
               max(before[x] for x in children(p.pid))
               for p in (s.pictures, s.data))


after = fds()
equal(set(after), set(before), "no worker died of it")
end = time.monotonic() + 20  # some draw for those who left, still
while leaked() > 0 and time.monotonic() < end:
    time.sleep(0.1)
    after = fds()
equal(leaked(), 0, "no descriptor is left open")
equal(counter("pictures", "deaths") + counter("data", "deaths"), 0,
      "no deaths counted")

# slow clients hold nobody up
slow = []
for i in range(200 if LONG else 100):
    c = socket.create_connection(("127.0.0.1", s.port))
    c.sendall(b"GET /healthz HTTP/1.1\r\nHost: ")
    slow.append(c)
got = [s.ask(t).status for _ in range(10)
       for t in ("/healthz", "/api/v1/latest", P + "day.json")]
ok(all(x == 200 for x in got), f"{len(slow)} slow clients: others are served")
for c in slow:
    c.close()

# many renders at once: each gets its picture or a 503 with Retry-After
answers, health = [], []


def render(i):
    answers.append(s.ask(P + f"day,{600 + i}x220.png"))


n = 200 if LONG else 80
threads = [threading.Thread(target=render, args=(i,)) for i in range(n)]
for th in threads:
    th.start()
while any(th.is_alive() for th in threads):
    health.append(s.ask("/healthz").status)
    health.append(s.ask(P + "hour.json").status)
for th in threads:
    th.join()
equal(len(answers), n, f"{n} renders at once: all are answered")
ok(all(a.status == 200 and png_size(a.body) or
       a.status == 503 and a.header("retry-after") for a in answers),
   "with the picture, or 503 and Retry-After",
   [a.status for a in answers])
ok(health and all(x == 200 for x in health),
   "health and numbers answer meanwhile", set(health))

# peers that connect and say nothing are cut; the pool stays available
idle = []
for _ in range(2):
    c = socket.socket(socket.AF_UNIX)
    c.connect(s.sock("data"))
    idle.append(c)
drip = socket.socket(socket.AF_UNIX)
drip.connect(s.sock("data"))
drip.sendall(BEGIN)
equal(s.ask("/healthz").status, 200, "silent peers do not hold the pool")
for c in idle + [drip]:
    c.settimeout(15)
    try:
        while c.recv(4096):
            pass
        ok(True, "a silent peer is closed")
    except OSError as e:
        ok(False, "a silent peer is closed", e)
    c.close()

# a worker that is killed is replaced
for pool in (s.pictures, s.data):
    victim = children(pool.pid)[0]
    os.kill(victim, signal.SIGKILL)
    end = time.monotonic() + 5
    while time.monotonic() < end and (
            victim in children(pool.pid) or len(children(pool.pid)) < 2):
        time.sleep(0.02)
    equal(len(children(pool.pid)), 2, f"{pool.label}: two workers again")
equal(s.ask(P + "day,555x111.png").status, 200, "and they answer")
equal(counter("data", "deaths"), 1, "the death is counted")

# a request over its time: that worker ends, the pool lives
stuck = children(s.pictures.pid)[0]
os.kill(stuck, signal.SIGXCPU)
end = time.monotonic() + 5
while time.monotonic() < end and (
        stuck in children(s.pictures.pid) or
        len(children(s.pictures.pid)) < 2):
    time.sleep(0.02)
equal(counter("pictures", "timeouts"), 1, "the CPU limit ends one worker")
equal(s.ask(P + "day,556x111.png").status, 200, "the pool answers")

# without a free descriptor a worker waits, says so once, and goes on
hungry = children(s.data.pid)
for pid in hungry:
    free = min(set(range(256)) - {int(x) for x in os.listdir(
        f"/proc/{pid}/fd")})
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (free, 256))
waiting = socket.socket(socket.AF_UNIX)
waiting.connect(s.sock("data"))
waiting.sendall(BEGIN + record(4, pairs({
    "REQUEST_METHOD": "GET", "REQUEST_URI": "/healthz"})) + record(4) +
    record(5))


def told():
    with open(f"{s.work}/data.log") as f:
        return f.read().count("cannot accept for now")


def ticks(pid):
    with open(f"/proc/{pid}/stat") as f:
        return sum(map(int, f.read().rpartition(")")[2].split()[11:13]))


s.wait(lambda: told() > 0, "word of EMFILE")
used = [ticks(pid) for pid in hungry]
time.sleep(2)
used = [ticks(pid) - u for pid, u in zip(hungry, used)]
ok(max(used) <= 20, "no descriptor to be had: a worker does not spin", used)
ok(told() <= len(hungry), "it says so once", told())
for pid in hungry:
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (256, 256))
waiting.settimeout(10)
ok(b"ok\n" in waiting.recv(4096), "and answers when there is one again")
waiting.close()
equal(children(s.data.pid), hungry, "the same workers")

# what a worker holds does not grow from one life to the next
s.pictures.terminate()
s.pictures.wait()
share, n = (2000, 6000) if LONG else (150, 450)
s.more = ["--requests", str(share)]
s.pool("pictures", 1)
held = {}
for i in range(n - 10):
    s.ask(P + f"day,{400 + i % 1200}x{130 + i // 1200}.png")
    for pid in children(s.pictures.pid) if i % 10 == 0 else []:
        try:
            with open(f"/proc/{pid}/statm") as f:
                held[pid] = int(f.read().split()[1]) * 4
        except OSError:
            pass
ok(len(held) == n // share, f"{n} renders: {n // share} lives", held)
ok(max(held.values()) <= min(held.values()) + 2048,
   "each ends as large as the first, in KiB", held)

# workers cannot run programs or reach the network; new ones are recycled
with open(f"/proc/{children(s.data.pid)[0]}/status") as f:
    status = f.read()
ok("Seccomp:\t2" in status and "NoNewPrivs:\t1" in status and
   "CapEff:\t0000000000000000" in status,
   "workers: seccomp, no new privileges, no capabilities", status)
s.data.terminate()
s.data.wait()
s.more = ["--requests", "5"]
s.pool("data", 1)
first = children(s.data.pid)
for i in range(12):
    equal(s.ask("/healthz").status, 200, "served across recycling") \
        if s.ask("/api/v1/hosts").status != 200 else None
ok(children(s.data.pid) != first, "a worker ends after its share")
ok(counter("data", "recycled") >= 2 and counter("data", "deaths") == 0,
   "which is counted as planned")

# one socket, one pool
p = subprocess.run([f"{BIN}/robin-fcgi", "--state", s.state, "--pool", "data",
                    "--socket", s.sock("data"), "--workers", "1"],
                   capture_output=True, text=True, timeout=10)
ok(p.returncode == 1 and "another robin-fcgi" in p.stderr,
   "a second pool on the same socket says so", p)

# the end: within two seconds, requests in flight or not, nothing left
pids = children(s.pictures.pid) + children(s.data.pid)
hang = socket.socket(socket.AF_UNIX)
hang.connect(s.sock("pictures"))
hang.sendall(BEGIN)
time.sleep(0.1)
start = time.monotonic()
for p in (s.pictures, s.data):
    p.terminate()
codes = [p.wait(10) for p in (s.pictures, s.data)]
equal(codes, [0, 0], "told to stop, they end with 0")
ok(time.monotonic() - start < 6, "soon")
ok(not any(os.path.exists(f"/proc/{x}") for x in pids), "with all workers")
ok(not os.path.exists(s.sock("data")), "and without their socket")
done()
