#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SIGKILL at random instants: of `robin put` under load, of robin-store while
it applies, recovers and checkpoints; and aimed at the middle of a header's
write, where row pointers do not fit the last update.  Nothing acknowledged is lost, no
row is shifted, and the files are byte for byte those of a run that nobody
disturbed.  The same kills of a store whose recovery forgets the headers show
that shifted rows would be seen.

LONG=1: 10,000 kills; else KILLS=200."""
import os
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (LONG, ROBIN, STEPS, STORE, Runs, Snapshot, Source, check,
                      contents, diag, fault, make_state, put, rnd, run_tests, shifted,
                      store, work)

KILLS = int(os.environ.get("KILLS", 10000 if LONG else 200))
AIMED = KILLS // 5


def start_put(state):
    return subprocess.Popen([ROBIN, "put", "--state", state, "-"],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, bufsize=0)


def kill(p):
    p.send_signal(signal.SIGKILL)


refused = []


def killed_put(state, lines, delay):
    """Feeds lines, kills after delay seconds; how many were answered."""
    p = start_put(state)
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


def store_all(state, lines):
    """Feeds lines and lets it end."""
    refused.extend(a for a in put(state, lines)
                   if a not in ("ok", "no older than last"))


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


# how long a run of robin-store takes here and now, roughly: it starts faster
# on an idle machine than kills at fixed times would need
span = 0.02


def killed_store(state):
    """robin-store in one of its ways, killed at any time of its run."""
    global span
    how, delay = rnd.random(), rnd.uniform(0, span)
    if how < 0.5:
        more = ["--checkpoint"] if how < 0.15 else []
        p = subprocess.Popen([STORE, "--once", "--state", state] + more,
                             stderr=subprocess.DEVNULL)
        try:
            p.wait(delay)
            span *= 0.8
        except subprocess.TimeoutExpired:
            span *= 1.05
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


def aimed(more):
    """Kills in the middle of the nth write: the kernel looks for signals
    between two pages, and a header lies on two.  How many left a row pointer
    that does not fit the last update; how many do after recovery; and how
    many left other bytes."""
    source = Source(6, STEPS)
    state = make_state(f"aimed{len(more)}")
    put(state, source.lines(400))
    store(state, "--checkpoint")
    put(state, source.lines(200))
    store(state)
    put(state, source.lines(200))
    base, before = Snapshot(state), contents(state)
    count = os.path.join(work, "count")
    store(state, env=fault(count=count, only="pwrite", tear=1))
    want = contents(state)
    with open(count) as f:
        n = int(f.read())
    kill_at = Runs(STORE, "--once", "--state", state, only="pwrite", tear=1,
                   **more)
    torn = shifts = differ = 0
    for _ in range(AIMED):
        base.restore(state)
        died = kill_at.run(kill=rnd.randrange(1, n + 1)) == -9
        torn += died and shifted(before, contents(state), max(STEPS)) != []
        kill_at.run()
        shifts += shifted(before, contents(state), max(STEPS)) != []
        differ += contents(state) != want
    kill_at.end()
    return torn, shifts, differ


def under_fire():
    diag(f"{KILLS} kills")
    state, source = make_state("crash"), Source(24, STEPS)
    everything, todo = source.lines(600), []
    kills = hits = answered = 0
    store_all(state, everything)
    store(state, "--checkpoint")
    begin = contents(state)
    while kills < KILLS:
        while len(todo) < 200:
            line = source.line()
            todo.append(line)
            everything.append(line)
        n = killed_put(state, todo, rnd.uniform(0.001, 0.012))
        answered += n
        del todo[:n]
        kills += 1
        if rnd.random() < 0.1:
            # much to apply, and the writer killed again and again at it
            lines = [source.line() for _ in range(3000)]
            everything += lines
            todo += lines
            store_all(state, todo)
            todo = []
            for _ in range(rnd.randrange(2, 12)):
                killed_store(state)
                hits += shifted(begin, contents(state), max(STEPS)) != []
                kills += 1
        elif rnd.random() < 0.4:
            killed_store(state)
            kills += 1
    store_all(state, todo)
    rc = store(state).returncode
    check(rc == 0, "the last drain works")
    check(not refused, f"no sample refused {refused[:3]}")
    diag(f"{hits} kills left a row half made; a run took {span:.3f} s")
    moved = shifted(begin, contents(state), max(STEPS))
    check(not moved, f"no row is shifted {moved[:3]}")
    check(answered > KILLS // 4,
          f"{answered} samples acknowledged under fire")

    calm = make_state("calm")
    check(put(calm, everything) == ["ok"] * len(everything),
          f"{len(everything)} samples stored undisturbed")
    check(store(calm).returncode == 0, "drained undisturbed")
    a, b = contents(state), contents(calm)
    check(sorted(a) == sorted(b), "the same files")
    differ = [n for n in b if a.get(n) != b[n]]
    check(not differ, f"{len(b)} files are the same to the byte {differ[:3]}")
    out = subprocess.run([STORE, "log", "dump", "--state", state],
                         capture_output=True)
    check(out.returncode == 0, "the log has no gaps")


def main():
    under_fire()
    torn, shifts, differ = aimed({})
    check(torn > 0, f"{torn} of {AIMED} kills tore a header")
    check(shifts == 0 and differ == 0,
          f"none shifted ({shifts}), none another byte ({differ})")
    torn, shifts, differ = aimed({"forget": 1})
    check(torn > 0 and shifts > 0 and differ > 0,
          f"a store that forgets headers: {torn} torn, {shifts} shifted, "
          f"{differ} with other bytes")


run_tests(main)
