#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ENOSPC and EIO at the nth call, once or from then on, for robin put and
robin-store: nobody crashes, nothing acknowledged is lost, and when the disk
is well again everything is as if nothing had been.  LONG=1: every call."""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (LONG, Source, check, contents, fault, make_state, put,
                      rnd, run_tests, store, work)

TRIES = int(os.environ.get("TRIES", 100000 if LONG else 60))
ERRORS = (28, 5)  # ENOSPC, EIO


def fresh(base):
    state = os.path.join(work, "try")
    shutil.rmtree(state, ignore_errors=True)
    shutil.copytree(base, state)
    return state


def count(fn):
    name = os.path.join(work, "count")
    fn(fault(count=name, root=work, at=1 << 30))
    with open(name) as f:
        return int(f.read())


def cases(n):
    every = [(k, e, s) for k in range(1, n + 1) for e in ERRORS
             for s in (False, True)]
    return every if len(every) <= TRIES else rnd.sample(every, TRIES)


def failing(k, error, sticky):
    env = dict(at=k, errno=error, root=work)
    if sticky:
        env["sticky"] = 1
    return fault(**env)


def main():
    source = Source(6)
    base = make_state("base")
    put(base, source.lines(60))
    store(base, "--checkpoint")
    put(base, source.lines(40))
    new = Source(3)
    new.series = [(p + "x", n) for p, n in new.series]
    lines = source.lines(40) + new.lines(20)
    well = fault(root=work)
    state = fresh(base)
    check(put(state, lines) == ["ok"] * len(lines), "put undisturbed")
    check(store(state).returncode == 0, "drained undisturbed")
    want = contents(state)

    wrong, silent = [], []
    n = count(lambda env: put(fresh(base), lines, env=env))
    for k, e, s in cases(n):
        state = fresh(base)
        got = put(state, lines, env=failing(k, e, s))
        if len(got) not in (0, len(lines)):
            silent.append((k, e, s, len(got)))
        # what was refused is sent again when the disk is well
        again = put(state, [x for x, a in zip(lines, got) if a != "ok"] +
                    lines[len(got):], env=well)
        store(state, env=well)
        if set(again) - {"ok", "no older than last"} or \
                contents(state) != want:
            wrong.append((k, e, s))
    check(not wrong, f"robin put, {n} calls {wrong[:4]}")
    check(not silent, f"robin put answers every line or none {silent[:4]}")

    full = os.path.join(work, "full")
    shutil.copytree(base, full)
    put(full, lines)
    for more in ([], ["--checkpoint"]):
        wrong, died = [], []
        n = count(lambda env: store(fresh(full), *more, env=env))
        for k, e, s in cases(n):
            state = fresh(full)
            r = store(state, *more, env=failing(k, e, s))
            if r.returncode < 0 or r.returncode > 1:
                died.append((k, e, s, r.returncode))
            r = store(state, env=well)
            if r.returncode != 0 or contents(state) != want:
                wrong.append((k, e, s, r.stderr[-200:]))
        what = " ".join(["robin-store"] + more)
        check(not died, f"{what} does not die, {n} calls {died[:4]}")
        check(not wrong, f"{what}: all is well afterwards {wrong[:4]}")


run_tests(main)
