#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A checkpoint while the writer goes on: drains are answered during the sync,
and a kill or a loss of power before, at and after its end leaves what an
undisturbed run leaves.  After a sync that failed nothing is believed that was
not durable before.  LONG=1: 1,000 tries; else TRIES=12."""
import importlib.machinery
import importlib.util
import os
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import storelib
from storelib import (HERE, LONG, STORE, Runs, Snapshot, Source, check,
                      contents, counted, fault, make_state, put, rnd, run_tests,
                      store, work)

TRIES = int(os.environ.get("TRIES", 1000 if LONG else 12))
ROOT, SHADOW = os.path.join(work, "root"), os.path.join(work, "shadow")
HOLD = os.path.join(work, "hold")


def other_test(name):
    """Another test's functions."""
    storelib.run_tests = lambda main: None
    spec = importlib.util.spec_from_loader(
        "other", importlib.machinery.SourceFileLoader(
            "other", os.path.join(HERE, name)))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


loss = other_test("2120-power-loss.t")


def until(fn, what):
    for _ in range(4000):
        if fn():
            return
        time.sleep(0.005)
    raise SystemExit(f"waited for {what} in vain")


def connect():
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(30)
    s.connect(ROOT + "/run/store.sock")
    return s


def ask(what):
    with connect() as s:
        s.sendall(what + b"\n")
        return s.recv(300).decode().strip()


def answers(what):
    """Whether it says ok; there may be no socket yet, or not any more."""
    try:
        return ask(what) == "ok"
    except OSError:
        return False


def start(env):
    p = subprocess.Popen([STORE, "--state", ROOT], stderr=subprocess.DEVNULL,
                         env=dict(os.environ, **env))
    until(lambda: answers(b"drain local/h0/one.0"), "the writer")
    return p


def prepare(lines):
    """A state with a checkpoint, files touched since, and what to come."""
    def source(n, suffix):
        made = Source(n)
        made.series = [(p + suffix, k) for p, k in made.series]
        return made

    # some go on all the time, some only from the cut on, some are new
    steady, late, new = source(6, ""), source(6, "y"), source(3, "x")
    state = make_state("base")
    put(state, steady.lines(60) + late.lines(60))
    store(state, "--checkpoint")
    put(state, steady.lines(40))
    lines.append(steady.lines(40) + new.lines(10))
    lines.append(steady.lines(20) + late.lines(40))
    lines.append(steady.lines(20) + late.lines(20))
    base = Snapshot(state)
    base.restore(ROOT)
    for part in lines:
        put(ROOT, part)
    store(ROOT)
    return base, contents(ROOT)


def interrupted(base, lines, want):
    """One try; when it was cut off, and whether all was as it should."""
    for name in (HOLD, HOLD + ".begun"):
        if os.path.exists(name):
            os.unlink(name)
    base.restore(ROOT)
    base.restore(SHADOW)
    faults = dict(root=ROOT, shadow=SHADOW)
    env = fault(**faults)
    p = start(fault(hold=HOLD, **faults))
    good = put(ROOT, lines[0], env=env) == ["ok"] * len(lines[0])
    good &= ask(b"drain *") == "ok"
    waiting = connect()
    waiting.sendall(b"checkpoint\n")
    until(lambda: os.path.exists(HOLD + ".begun"), "the sync")
    when = rnd.choice(["early", "during", "after", "later"])
    if when != "early":
        good &= put(ROOT, lines[1], env=env) == ["ok"] * len(lines[1])
        good &= ask(rnd.choice([b"drain *", b"drain local/h1/mix.1y"])) == "ok"
    if when in ("after", "later"):
        open(HOLD, "w").close()
        good &= waiting.recv(300) == b"ok\n"
    if when == "later":
        good &= put(ROOT, lines[2], env=env) == ["ok"] * len(lines[2])
        good &= ask(b"drain *") == "ok"
    p.kill()
    p.wait()
    waiting.close()
    open(HOLD, "w").close()
    if rnd.random() < 0.7:
        loss.lose_power(ROOT, SHADOW)
    well = fault(root=ROOT)
    left = [x for part in lines for x in part]
    good &= set(put(ROOT, left, env=well)) <= {"ok", "no older than last"}
    r = store(ROOT, env=well)
    return when, good and r.returncode == 0 and contents(ROOT) == want


def failed_sync(base, lines, want):
    """The kernel says once that it could not write, and has dropped it."""
    runs = Runs(STORE, "--once", "--state", ROOT, "--checkpoint", root=ROOT,
                only="syncfs")
    wrong = said = 0
    for _ in range(TRIES):
        base.restore(ROOT)
        for part in lines:
            put(ROOT, part)
        said += runs.run(at=1) == 1
        for name, data in contents(ROOT).items():
            old = base.files.get(name, (b"", 0))[0]
            with open(os.path.join(ROOT, name), "wb") as f:
                f.write(loss.mix(data, old))
        rc = runs.run()
        wrong += rc != 0 or contents(ROOT) != want
    runs.end()
    check(said == TRIES, "a failed sync is told")
    check(wrong == 0, f"and of {TRIES} none is believed afterwards")

    base.restore(ROOT)
    open(HOLD, "w").close()
    env = {"while": HOLD}
    p = start(fault(only="syncfs", at=1, errno=5, **env))
    put(ROOT, lines[0])
    check(ask(b"checkpoint").startswith("no "), "the daemon tells it, too")
    os.unlink(HOLD)
    for part in lines[1:]:
        put(ROOT, part)

    until(lambda: answers(b"checkpoint"), "a checkpoint")
    check(p.poll() is None and contents(ROOT) == want,
          "and goes on when the disk does")
    p.terminate()
    check(p.wait(20) == 0, "ends well")


def main():
    lines = []
    base, want = prepare(lines)
    wrong = []
    for k in counted(range(TRIES), wrong):
        when, good = interrupted(base, lines, want)
        if not good:
            wrong.append((k, when))
            if os.environ.get("KEEP"):
                break
    check(not wrong, f"{TRIES} checkpoints cut off {wrong[:5]}")
    failed_sync(base, lines, want)


run_tests(main)
