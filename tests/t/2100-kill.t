#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SIGKILL at random instants: of `robin put` under load, of robin-store while
it applies, recovers and checkpoints.  Nothing acknowledged is lost, and the
files are byte for byte those of a run that nobody disturbed.

LONG=1: 10,000 kills; else KILLS=200."""
import filecmp
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
ROBIN = os.path.join(BUILD, "bin/robin")
STORE = os.path.join(BUILD, "bin/robin-store")
KILLS = int(os.environ.get("KILLS", 10000 if os.environ.get("LONG") else 200))
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 30)))
rnd = random.Random(SEED)
T0 = 1_700_000_000
work = tempfile.mkdtemp(prefix="robin-kill-")

count = bad = 0


def check(good, name):
    global count, bad
    count += 1
    bad += not good
    print(("ok" if good else "not ok"), count, "-", name, flush=True)


def metric(name, kind, **more):
    return dict(name=name, unit="x", help="h", kind=kind, draw="line", **more)


FAMILIES = {
    "mix": [metric("g", "gauge", min=-1000, max=1000), metric("d", "derive", min=0),
            metric("f", "dderive", min=0),
            metric("a", "absolute", min=0)],
    "one": [metric("v", "gauge")],
}


def make_state(name):
    state = os.path.join(work, name)
    os.makedirs(os.path.join(state, "families"))
    for family, metrics in FAMILIES.items():
        doc = dict(name=family, title=family, unit="x", help="h",
                   category="c", profile="bench", step=10, heartbeat=60,
                   declared=True, lead=0, metrics=metrics)
        with open(f"{state}/families/{family}.json", "w") as f:
            json.dump(doc, f)
    return state


class Source:
    """Lines in order; time rises per series, with gaps, all kinds."""

    def __init__(self):
        self.series = [(f"local/h{i % 7}/{'mix' if i % 3 else 'one'}.{i}",
                        4 if i % 3 else 1) for i in range(24)]
        self.time = [T0 + 10 * i for i in range(24)]
        self.counter = [[0, 0.0] for _ in range(24)]

    def line(self):
        i = rnd.randrange(24)
        path, n = self.series[i]
        step = rnd.choice([10, 10, 10, 10, 10, 7, 3, 20, 61, 300, 4000])
        self.time[i] += step
        c = self.counter[i]
        c[0] += rnd.randrange(1000)
        c[1] += rnd.random() * 10
        if rnd.random() < 0.02:
            c[0] = 0  # a counter that starts again
        gauge = "U" if rnd.random() < 0.05 else repr(
            round(rnd.uniform(-900, 900), rnd.randrange(6)))
        values = [gauge, str(c[0]), repr(c[1]), str(rnd.randrange(50))][:n]
        return f"{path} {self.time[i]} {':'.join(values)}\n"


def put(state, **kw):
    return subprocess.Popen([ROBIN, "put", "--state", state, "-"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, bufsize=0, **kw)


def kill(p):
    p.send_signal(signal.SIGKILL)


refused = []


def killed_put(state, lines, delay):
    """Feeds lines, kills after delay seconds; how many were answered."""
    p = put(state)
    os.set_blocking(p.stdin.fileno(), False)
    os.set_blocking(p.stdout.fileno(), False)
    data = "".join(lines).encode()
    end, out = time.monotonic() + delay, b""
    while time.monotonic() < end:
        try:
            if data:
                data = data[os.write(p.stdin.fileno(), data[:4096]):]
        except (BlockingIOError, BrokenPipeError):
            pass
        try:
            got = os.read(p.stdout.fileno(), 65536)
            out += got
        except BlockingIOError:
            time.sleep(0.0003)
        if out.count(b"\n") == len(lines):
            break
    kill(p)
    os.set_blocking(p.stdout.fileno(), True)
    out += p.stdout.read()
    p.wait()
    p.stdin.close()
    p.stdout.close()
    answers = out.decode().split("\n")[:-1]
    for a in answers:
        if a not in ("ok", "no older than last"):
            refused.append(a)
    return len(answers)


def ask(state, request):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    try:
        s.connect(state + "/run/store.sock")
        s.sendall(request)
        return s.recv(300)
    except OSError:
        return b""
    finally:
        s.close()


def killed_store(state, delay):
    """robin-store in one of its ways, killed after delay seconds."""
    how = rnd.random()
    if how < 0.5:
        more = ["--checkpoint"] if how < 0.15 else []
        p = subprocess.Popen([STORE, "--once", "--state", state] + more,
                             stderr=subprocess.DEVNULL)
        try:
            p.wait(delay)
        except subprocess.TimeoutExpired:
            pass
    else:
        p = subprocess.Popen([STORE, "--state", state],
                             stderr=subprocess.DEVNULL)
        pid = os.fork()
        if pid == 0:
            ask(state, b"drain *\n")
            while ask(state, rnd.choice(
                    [b"drain *\n", b"drain local/h1/mix.1\n",
                     b"checkpoint\n"])) != b"":
                pass
            os._exit(0)
        time.sleep(delay)
        kill(p)
        p.wait()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return
    kill(p)
    p.wait()


def files(state):
    found = {}
    for folder, _, names in os.walk(state + "/rrd"):
        for n in names:
            full = os.path.join(folder, n)
            found[os.path.relpath(full, state)] = full
    return found


def main():
    print(f"# seed {SEED}, {KILLS} kills")
    state, source = make_state("crash"), Source()
    everything, todo, kills, answered = [], [], 0, 0
    while kills < KILLS:
        while len(todo) < 200:
            line = source.line()
            todo.append(line)
            everything.append(line)
        n = killed_put(state, todo, rnd.uniform(0.001, 0.012))
        answered += n
        del todo[:n]
        kills += 1
        if rnd.random() < 0.6:
            killed_store(state, rnd.uniform(0.0005, 0.02))
            kills += 1
    # the rest in peace
    p = subprocess.run([ROBIN, "put", "--state", state, "-"],
                       input="".join(todo), text=True, capture_output=True)
    refused.extend(a for a in p.stdout.split("\n")[:-1]
                   if a not in ("ok", "no older than last"))
    rc = subprocess.run([STORE, "--once", "--state", state]).returncode
    check(rc == 0, "the last drain works")
    check(not refused, f"no sample refused {refused[:3]}")
    check(answered > KILLS // 4,
          f"{answered} samples acknowledged under fire")

    calm = make_state("calm")
    p = subprocess.run([ROBIN, "put", "--state", calm, "-"],
                       input="".join(everything), text=True,
                       capture_output=True)
    check(p.returncode == 0 and p.stdout == "ok\n" * len(everything),
          f"{len(everything)} samples stored undisturbed")
    rc = subprocess.run([STORE, "--once", "--state", calm]).returncode
    check(rc == 0, "drained undisturbed")
    a, b = files(state), files(calm)
    check(sorted(a) == sorted(b), "the same files")
    differ = [n for n in b if n in a and not filecmp.cmp(a[n], b[n], False)]
    check(not differ, f"{len(b)} files are the same to the byte {differ[:3]}")
    out = subprocess.run([STORE, "log", "dump", "--state", state],
                         capture_output=True)
    check(out.returncode == 0, "the log has no gaps")


try:
    main()
finally:
    if os.environ.get("KEEP"):
        print("# kept", work)
    else:
        shutil.rmtree(work)
print(f"1..{count}")
sys.exit(bad != 0)
