#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Four feeders (a series each, and one shared with strictly rising times)
and eight readers of the same files: nothing is lost, nobody starves.  The
longest wait is reported, not asserted (tests/bench has figures)."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (LONG, ROBIN, STORE, T0, check, diag, listens, make_state,
                      put, run_tests, work)

SECONDS = 30 if LONG else 4
FEEDERS, READERS = 4, 8


def feeder(state, n, out):
    """Puts a pass after the other until the time is over."""
    end, k = time.monotonic() + SECONDS, 0
    p = subprocess.Popen([ROBIN, "put", "--state", state, "-"],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         text=True, bufsize=1)
    stored, shared = 0, 0
    while time.monotonic() < end:
        k += 1
        p.stdin.write(f"local/h/one.f{n} {T0 + 10 * k} {k}\n"
                      f"local/h/one.shared {T0 + 10 * (4 * k + n)} {k}\n")
        p.stdin.flush()
        stored += p.stdout.readline() == "ok\n"
        shared += p.stdout.readline() == "ok\n"
    p.stdin.close()
    p.wait()
    out.write(f"{stored} {k} {shared}\n")


def reader(state, n, out):
    """robin get and librrd by turns."""
    end, good, failed, worst = time.monotonic() + SECONDS, 0, 0, 0.0
    while time.monotonic() < end:
        name = f"local/h/one.{'shared' if n % 2 else 'f%d' % (n % FEEDERS)}"
        begin = time.monotonic()
        r = subprocess.run([ROBIN, "get", name, "--state", state, "--from",
                            str(T0), "--to", str(T0 + 600)],
                           capture_output=True)
        worst = max(worst, time.monotonic() - begin)
        good += r.returncode == 0
        failed += r.returncode != 0
    out.write(f"{good} {failed} {worst}\n")


def gather(jobs):
    pids, files = [], []
    for i, (fn, *args) in enumerate(jobs):
        name = os.path.join(work, f"out{i}")
        files.append(name)
        pid = os.fork()
        if pid == 0:
            with open(name, "w") as out:
                fn(*args, out)
            os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)
    return [open(f).read().split() for f in files]


def main():
    state = make_state("state")
    put(state, [f"local/h/one.{s} {T0} 0\n"
                for s in ["shared"] + [f"f{i}" for i in range(FEEDERS)]])
    p = subprocess.Popen([STORE, "--state", state],
                         stderr=subprocess.DEVNULL)
    try:
        listens(state)
        got = gather([(feeder, state, i) for i in range(FEEDERS)] +
                     [(reader, state, i) for i in range(READERS)])
        feeders, readers = got[:FEEDERS], got[FEEDERS:]
        check(all(f[0] == f[1] for f in feeders),
              f"every sample taken {[int(f[1]) for f in feeders]}")
        check(all(int(r[1]) == 0 and int(r[0]) > 0 for r in readers),
              f"every read answered {[int(r[0]) for r in readers]}")
        diag(f"longest read {max(float(r[2]) for r in readers) * 1000:.0f} ms")
        for i, f in enumerate(feeders):
            k = int(f[1])
            r = subprocess.run(
                [ROBIN, "get", f"local/h/one.f{i}", "--state", state,
                 "--from", str(T0 + 10 * (k - 5)), "--to",
                 str(T0 + 10 * k)], capture_output=True, text=True)
            last = r.stdout.strip().split("\n")[-1].split()[-1]
            check(float(last) == k, f"feeder {i}: the last sample is read")
    finally:
        p.terminate()
        p.wait()


run_tests(main)
