#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""robin-store and robin put killed before each of the calls they make: system
calls that change files, and librrd's writes through its mapping.  LONG=1:
every one of them; else a sample.  (FAULT_ROOT makes syncing a no-op: a kill
leaves the page cache as it is.)"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (LONG, ROBIN, STORE, Runs, Snapshot, Source, check,
                      contents, counted, fault, make_state, put, rnd, run_tests,
                      store, work)

TRIES = int(os.environ.get("TRIES", 100000 if LONG else 60))
TRY = os.path.join(work, "try")


def count(fn):
    """How many calls fn makes under the fault library."""
    name = os.path.join(work, "count")
    fn(fault(count=name, root=work))
    with open(name) as f:
        return int(f.read())


def some(n):
    every = range(1, n + 1)
    return every if n <= TRIES else sorted(rnd.sample(every, TRIES))


def before(source):
    """A state with files at a checkpoint, touched since, and more to do."""
    state = make_state("base")
    put(state, source.lines(60))
    store(state, "--checkpoint")
    put(state, source.lines(40))
    store(state)
    put(state, source.lines(60))
    return Snapshot(state)


def kill_store(base, more, want):
    n = count(lambda env: store(base.restore(TRY), *more, env=env))
    runs = Runs(STORE, "--once", "--state", TRY, *more, root=work)
    wrong = []
    for k in counted(some(n), wrong):
        base.restore(TRY)
        died = runs.run(kill=k)
        # and once more while it recovers
        if rnd.random() < 0.5:
            runs.run(kill=rnd.randrange(1, n + 1))
        rc = runs.run()
        if died != -9 or rc != 0 or contents(TRY) != want:
            wrong.append((k, died, rc))
    runs.end()
    check(not wrong, f"killed at {len(some(n))} of {n} calls of robin-store "
          f"{' '.join(more)} {wrong[:5]}")


def kill_put(base, lines, want):
    n = count(lambda env: put(base.restore(TRY), lines, env=env))
    feed = Runs(ROBIN, "put", "--state", TRY, "-", root=work)
    drain = Runs(STORE, "--once", "--state", TRY, root=work)
    wrong = []
    for k in counted(some(n), wrong):
        base.restore(TRY)
        feed.run(kill=k, lines=lines)
        got = feed.answered()
        again = []
        if lines[len(got):]:
            feed.run(lines=lines[len(got):])
            again = feed.answered()
        drain.run()
        if (set(got) - {"ok"} or set(again) - {"ok", "no older than last"} or
                len(got + again) != len(lines) or contents(TRY) != want):
            wrong.append(k)
    feed.end()
    drain.end()
    check(not wrong, f"killed at {len(some(n))} of {n} calls of robin put "
          f"{wrong[:5]}")


def main():
    source = Source(6)
    base = before(source)
    base.restore(TRY)
    check(store(TRY).returncode == 0, "drained undisturbed")
    want = contents(TRY)
    kill_store(base, [], want)
    kill_store(base, ["--checkpoint"], want)

    lines = source.lines(40)
    base.restore(TRY)
    check(put(TRY, lines) == ["ok"] * 40, "put undisturbed")
    store(TRY)
    kill_put(base, lines, contents(TRY))


run_tests(main)
