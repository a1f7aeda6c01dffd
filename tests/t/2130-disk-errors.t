#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ENOSPC and EIO at the nth call, once or from then on, for robin put and
robin-store: nobody crashes, nothing acknowledged is lost, and when the disk
is well again everything is as if nothing had been.  LONG=1: every call."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (LONG, ROBIN, STORE, Runs, Snapshot, Source, check,
                      contents, counted, fault, make_state, put, rnd, run_tests, store,
                      work)

TRIES = int(os.environ.get("TRIES", 100000 if LONG else 60))
ERRORS = (28, 5)  # ENOSPC, EIO


TRY = os.path.join(work, "try")


def count(fn):
    name = os.path.join(work, "count")
    fn(fault(count=name, root=work, at=1 << 30))
    with open(name) as f:
        return int(f.read())


def cases(n):
    every = [(k, e, s) for k in range(1, n + 1) for e in ERRORS
             for s in (False, True)]
    return every if len(every) <= TRIES else rnd.sample(every, TRIES)


def broken_put(base, lines, want):
    n = count(lambda env: put(base.restore(TRY), lines, env=env))
    feed = Runs(ROBIN, "put", "--state", TRY, "-", root=work)
    drain = Runs(STORE, "--once", "--state", TRY, root=work)
    wrong, silent = [], []
    every = cases(n)
    for k, e, s in counted(every, wrong):
        base.restore(TRY)
        feed.run(at=k, errno=e, sticky=s, lines=lines)
        got = feed.answered()
        if len(got) not in (0, len(lines)):
            silent.append((k, e, s, len(got)))
        # what was refused is sent again when the disk is well
        rest = [x for x, a in zip(lines, got) if a != "ok"] + lines[len(got):]
        again = []
        if rest:
            feed.run(lines=rest)
            again = feed.answered()
        drain.run()
        if set(again) - {"ok", "no older than last"} or \
                len(again) != len(rest) or contents(TRY) != want:
            wrong.append((k, e, s))
    feed.end()
    drain.end()
    check(not wrong, f"robin put, {len(every)} failures of {n} calls "
          f"{wrong[:4]}")
    check(not silent, f"robin put answers every line or none {silent[:4]}")


def broken_store(full, more, want):
    n = count(lambda env: store(full.restore(TRY), *more, env=env))
    runs = Runs(STORE, "--once", "--state", TRY, *more, root=work)
    well = Runs(STORE, "--once", "--state", TRY, root=work)
    wrong, died = [], []
    every = cases(n)
    for k, e, s in counted(every, wrong):
        full.restore(TRY)
        rc = runs.run(at=k, errno=e, sticky=s)
        if rc < 0 or rc > 1:
            died.append((k, e, s, rc))
        rc = well.run()
        if rc != 0 or contents(TRY) != want:
            wrong.append((k, e, s, well.err()[-200:]))
    runs.end()
    well.end()
    what = " ".join(["robin-store"] + more)
    check(not died, f"{what} does not die, {len(every)} failures of {n} "
          f"calls {died[:4]}")
    check(not wrong, f"{what}: all is well afterwards {wrong[:4]}")


def main():
    source = Source(6)
    state = make_state("base")
    put(state, source.lines(60))
    store(state, "--checkpoint")
    put(state, source.lines(40))
    base = Snapshot(state)
    new = Source(3)
    new.series = [(p + "x", n) for p, n in new.series]
    lines = source.lines(40) + new.lines(20)
    base.restore(TRY)
    check(put(TRY, lines) == ["ok"] * len(lines), "put undisturbed")
    full = Snapshot(TRY)
    check(store(TRY).returncode == 0, "drained undisturbed")
    want = contents(TRY)
    broken_put(base, lines, want)
    broken_store(full, [], want)
    broken_store(full, ["--checkpoint"], want)


run_tests(main)
