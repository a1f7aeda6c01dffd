#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""robin-store and robin put killed before each of the calls they make: system
calls that change files, and librrd's writes through its mapping.  LONG=1:
every one of them; else a sample.  (FAULT_ROOT makes syncing a no-op: a kill
leaves the page cache as it is.)"""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (LONG, Source, check, contents, diag, fault, make_state,
                      put, rnd, run_tests, store, work)

TRIES = int(os.environ.get("TRIES", 100000 if LONG else 60))


def count(fn):
    """How many calls fn makes under the fault library."""
    name = os.path.join(work, "count")
    fn(fault(count=name, root=work))
    with open(name) as f:
        return int(f.read())


def some(n):
    every = range(1, n + 1)
    return every if n <= TRIES else sorted(rnd.sample(every, TRIES))


def fresh(base):
    state = os.path.join(work, "try")
    shutil.rmtree(state, ignore_errors=True)
    shutil.copytree(base, state)
    return state


def before(source):
    """A state with files at a checkpoint, touched since, and more to do."""
    state = make_state("base")
    put(state, source.lines(60))
    store(state, "--checkpoint")
    put(state, source.lines(40))
    store(state)
    put(state, source.lines(60))
    return state


def kill_store(base, more, want):
    n = count(lambda env: store(fresh(base), *more, env=env))
    wrong = []
    for k in some(n):
        state = fresh(base)
        store(state, *more, env=fault(kill=k, root=work))
        # and once more while it recovers
        if rnd.random() < 0.5:
            store(state, *more, env=fault(
                kill=rnd.randrange(1, n + 1), root=work))
        rc = store(state, *more, env=fault(root=work)).returncode
        if rc != 0 or contents(state) != want:
            wrong.append(k)
    check(not wrong, f"killed at {len(some(n))} of {n} calls of robin-store "
          f"{' '.join(more)} {wrong[:5]}")


def kill_put(base, lines, want):
    n = count(lambda env: put(fresh(base), lines, env=env))
    wrong = []
    for k in some(n):
        state = fresh(base)
        got = put(state, lines, env=fault(kill=k, root=work))
        again = put(state, lines[len(got):], env=fault(root=work))
        store(state, env=fault(root=work))
        if (set(got) - {"ok"} or set(again) - {"ok", "no older than last"} or
                contents(state) != want):
            wrong.append(k)
    check(not wrong, f"killed at {len(some(n))} of {n} calls of robin put "
          f"{wrong[:5]}")


def main():
    source = Source(6)
    base = before(source)
    state = fresh(base)
    check(store(state).returncode == 0, "drained undisturbed")
    want = contents(state)
    kill_store(base, [], want)
    kill_store(base, ["--checkpoint"], want)

    lines = source.lines(40)
    state = fresh(base)
    check(put(state, lines) == ["ok"] * 40, "put undisturbed")
    store(state)
    kill_put(base, lines, contents(state))


run_tests(main)
