#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs of robin-store that overlap, from cron or beside the daemon, and a
daemon that is stopped with very much to do: each ends well, in turn, and the
files are those of one run after the other."""
import functools
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (LONG, STORE, T0, check, contents, diag, listens,
                      make_state, put, run_tests, store, work)

FILES = 4000 if LONG else 800
TICKS = 200 if LONG else 160
ONCE = [STORE, "--once", "--state"]


def lines(first, last, files=FILES):
    return [f"local/h{i % 20}/one.{i} {T0 + 10 * k} {k + i}\n"
            for k in range(first, last) for i in range(files)]


def spawn(*argv):
    return subprocess.Popen(argv, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)


@functools.cache
def serial(n):
    state = make_state(f"serial{n}")
    put(state, lines(0, n))
    assert store(state).returncode == 0
    return contents(state)


def overlapping():
    """Six runs at once while samples come in; then six more."""
    state, feeds = make_state("overlap"), []
    put(state, lines(0, 20))
    runs = [spawn(*ONCE, state) for _ in range(6)]
    for k in range(20, 40, 5):
        feeds += put(state, lines(k, k + 5))
    said = [(p.communicate()[1], p.returncode) for p in runs]
    check(all(rc == 0 for _, rc in said),
          f"six runs at once end well: {[rc for _, rc in said]}")
    diag(f"{sum('waiting' in text for text, _ in said)} of them waited")
    check(set(feeds) == {"ok"}, "samples were taken meanwhile")
    runs = [spawn(*ONCE, state) for _ in range(6)]
    check([p.wait() for p in runs] == [0] * 6, "and once more")
    check(contents(state) == serial(40),
          "the same bytes as by one run after the other")


def beside():
    """Runs beside a daemon have it do the work; and durable when asked."""
    state = make_state("beside")
    put(state, lines(0, 20))
    p = spawn(STORE, "--state", state)
    listens(state)
    runs = [spawn(*ONCE, state) for _ in range(3)]
    put(state, lines(20, 40))
    runs.append(spawn(*ONCE, state, "--checkpoint"))
    check([r.wait() for r in runs] == [0] * 4, "runs beside a daemon end well")
    check(contents(state) == serial(40), "with all that had been stored")
    p.terminate()
    check(p.wait(60) == 0, "the daemon ends well")

    # a daemon that starts while a run is at work waits as well, or says so
    put(state, lines(40, 60))
    run = spawn(*ONCE, state)
    p = spawn(STORE, "--state", state)
    check(run.wait() == 0, "a run during which a daemon starts ends well")
    if p.poll() is None and listens(state):
        p.terminate()
    text, rc = p.communicate()[1], p.returncode
    check(rc == 0 or "another robin-store" in text,
          f"the daemon too, or it says what is in its way: {rc}")


def stopped():
    """SIGTERM while there is more to apply than fits in the time it has."""
    state = make_state("stopped")
    for k in range(0, TICKS, 20):
        assert set(put(state, lines(k, k + 20))) == {"ok"}
    p = spawn(STORE, "--state", state)
    listens(state)
    p.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    check(p.wait(60) == 0, "stopped at once: ends well")
    diag(f"{FILES * TICKS} samples pending, gone after "
         f"{time.monotonic() - begun:.2f} s")
    r = store(state)
    check(r.returncode == 0 and contents(state) == serial(TICKS),
          "the next run has the rest: the same bytes")


def main():
    try:
        overlapping()
        beside()
        stopped()
    finally:
        subprocess.run(["pkill", "-KILL", "-f", work], check=False)


run_tests(main)
