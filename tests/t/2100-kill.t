#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SIGKILL at random instants: of `robin put` under load, of robin-store while
it applies, recovers and checkpoints.  Nothing acknowledged is lost, and the
files are byte for byte those of a run that nobody disturbed.

LONG=1: 10,000 kills; else KILLS=200."""
import os
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (LONG, ROBIN, STORE, Source, check, contents, diag,
                      make_state, put, rnd, run_tests, store)

KILLS = int(os.environ.get("KILLS", 10000 if LONG else 200))


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


def main():
    diag(f"{KILLS} kills")
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
        if rnd.random() < 0.1:
            # much to apply, and the writer killed again and again at it
            lines = [source.line() for _ in range(3000)]
            everything += lines
            todo += lines
            store_all(state, todo)
            todo = []
            for _ in range(rnd.randrange(2, 12)):
                killed_store(state, rnd.uniform(0.002, 0.03))
                kills += 1
        elif rnd.random() < 0.4:
            killed_store(state, rnd.uniform(0.0005, 0.02))
            kills += 1
    store_all(state, todo)
    rc = store(state).returncode
    check(rc == 0, "the last drain works")
    check(not refused, f"no sample refused {refused[:3]}")
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


run_tests(main)
