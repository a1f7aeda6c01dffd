#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The wall clock jumps, forward and back, under the daemon and under --once:
what is stored stays as it was, samples of the jump are acknowledged and held,
and accept, reject, synchronisation or the clock's return settle it."""
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (STORE, Clock, check, contents, listens, make_state, put,
                      run_tests, store, work)

NOW = int(time.time()) // 10 * 10
HOUR, DAY = 3600, 86400
YEAR = 365 * DAY
CLOCK = Clock(work)
clock, env = CLOCK.set, CLOCK.env


def lines(start, n=6):
    return [f"local/h/one.a {start + 10 * i} {i}\n" for i in range(n)]


def feed(state, start, n=6):
    return put(state, lines(start, n), env=env())


def drain(state):
    return store(state, env=env())


def robin_clock(state, *words):
    return subprocess.run([STORE, "clock", *words, "--state", state],
                          capture_output=True, text=True,
                          env=env())


def begin(name):
    clock()
    state = make_state(name)
    feed(state, NOW - 1000)
    drain(state)
    return state


def events(state):
    folder = state + "/inbox"
    return [open(os.path.join(folder, n)).read() for n in os.listdir(folder)]


def forward():
    for jump, held in ((9 * 60, False), (11 * 60, True), (YEAR, True),
                       (12 * YEAR, True)):
        state = begin(f"forward{jump}")
        before = contents(state)
        clock(wall=jump)
        got = feed(state, NOW + jump - 100)
        r = drain(state)
        same = contents(state) == before
        check(got == ["ok"] * 6, f"+{jump} s: acknowledged")
        check(same == held, f"+{jump} s: " + ("held" if held else "applied"))
        check((r.returncode != 0) == held, f"+{jump} s: exit code says so")
        if held:
            check(any("jumped" in e for e in events(state)),
                  f"+{jump} s: people are told")


def settle():
    state = begin("accept")
    clock(wall=YEAR)
    feed(state, NOW + YEAR - 100)
    drain(state)
    r = robin_clock(state)
    check(r.returncode == 1 and "suspect" in r.stdout, "robin clock says it")
    r = robin_clock(state, "accept")
    check(r.returncode == 0, "accept")
    check(feed(state, NOW + YEAR, 1) == ["ok"] and
          drain(state).returncode == 0, "accepted: applied")
    check(robin_clock(state).returncode == 0, "believed now")

    # a reject: the same bytes as if the jump had never been
    calm = begin("calm")
    feed(calm, NOW - 500)
    drain(calm)
    state = begin("reject")
    clock(wall=YEAR)
    feed(state, NOW + YEAR - 100)
    put(state, [f"local/h/one.new {NOW + YEAR} 1\n"], env=env())
    drain(state)
    r = robin_clock(state, "reject")
    check(r.returncode == 0, "reject")
    clock()
    check(feed(state, NOW - 500) == ["ok"] * 6,
          "rejected: samples of the right time are taken again")
    drain(state)
    check(contents(state) == contents(calm), "rejected: the same bytes")

    # the clock comes back by itself
    state = begin("returns")
    clock(wall=YEAR)
    feed(state, NOW + YEAR - 100)
    drain(state)
    clock(boot=60)
    drain(state)
    check(feed(state, NOW - 500) == ["ok"] * 6, "came back: taken again")
    drain(state)
    check(contents(state) == contents(calm), "came back: the same bytes")

    # and survives the loss of the table of last values
    os.unlink(state + "/latest")
    shutil.rmtree(state + "/rrd")
    os.unlink(state + "/run/store.touch")
    drain(state)
    check(contents(state) == contents(calm), "rebuilt: discarded for good")

    # ten minutes synchronised
    state = begin("synced")
    before = contents(state)
    clock(wall=YEAR)
    feed(state, NOW + YEAR - 100)
    drain(state)
    clock(wall=YEAR, boot=10, synced=1)
    drain(state)
    clock(wall=YEAR + 590, boot=600, synced=1)
    drain(state)
    check(contents(state) == before, "not yet ten minutes: held")
    clock(wall=YEAR + 605, boot=615, synced=1)
    check(drain(state).returncode == 0 and contents(state) != before,
          "ten minutes synchronised: applied")


def backward():
    for jump in (1, HOUR, 10 * YEAR):
        state = begin(f"back{jump}")
        before = contents(state)
        clock(wall=-jump)
        got = feed(state, NOW - 1000 - jump)
        r = drain(state)
        check(set(got) == {"no older than last"} and r.returncode == 0 and
              contents(state) == before, f"-{jump} s: refused, nothing lost")
        clock()
        check(feed(state, NOW - 500) == ["ok"] * 6 and
              drain(state).returncode == 0, f"-{jump} s: goes on after it")
    state = begin("woke1970")
    clock(wall=-NOW + 100)
    check(set(feed(state, 100)) == {"no before 2010"},
          "1970: nothing is taken")
    check(drain(state).returncode == 0, "1970: the writer lives")


def rows(state, from_s, to_s, step=300):
    """What rrdtool finds between the two."""
    out = subprocess.run(
        ["rrdtool", "fetch", state + "/rrd/local/h/one.a.rrd", "AVERAGE",
         "-r", str(step), "-s", str(from_s), "-e", str(to_s)],
        capture_output=True, text=True, check=True).stdout
    return [r.split(": ")[1] for r in out.split("\n") if ": " in r]


def known(*args):
    """How many rows hold a value, and how many there are."""
    got = rows(*args)
    return sum("nan" not in r for r in got), len(got)


def suspend():
    """Two hours asleep: both clocks go on, only nothing was measured."""
    start = NOW - NOW % 300 - 600
    before, after = lines(start, 31), lines(start + 300 + 2 * HOUR, 31)

    was = []

    def run(name, wake_first):
        state = make_state(name, profile="default")
        clock()
        if wake_first:
            clock(wall=2 * HOUR, boot=2 * HOUR)
        oks = put(state, before, env=env())
        drain(state)
        was[:] = rows(state, start, start + 299, 10)
        clock(wall=2 * HOUR, boot=2 * HOUR)
        oks += put(state, after, env=env())
        return state, oks, drain(state)

    state, oks, r = run("asleep", False)
    check(set(oks) == {"ok"} and r.returncode == 0 and not events(state),
          "suspended: not held, nobody is bothered")
    check(robin_clock(state).returncode == 0, "suspended: believed")
    check(contents(state) == contents(run("awake", True)[0]),
          "suspended: the same bytes as of a machine that was on")
    check(len(was) == 30 and rows(state, start, start + 299, 10) == was,
          "suspended: what was before is as it was")
    got = known(state, start + 600, start + 2 * HOUR), known(
        state, start + 300, start + 300 + 2 * HOUR - 20, 10)
    check(got[0][0] == got[1][0] == 0 and got[0][1] > 20 and
          got[1][1] > 700, f"suspended: the gap is a gap {got}")
    check(known(state, start + 2 * HOUR + 300,
                start + 2 * HOUR + 599)[0] == 1,
          "suspended: and what came after")

    # the same under a daemon that was asleep, too
    state = make_state("daemon-asleep", profile="default")
    clock()
    with running(state):
        put(state, before, env=env())
        ask(state, b"drain *")
        clock(wall=2 * HOUR, boot=2 * HOUR)
        put(state, after, env=env())
        check(ask(state, b"drain *") == "ok", "daemon, suspended: applied")
    check(contents(state) == contents(os.path.join(work, "asleep")),
          "daemon, suspended: the same bytes")


def ask(state, line):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(state + "/run/store.sock")
    s.sendall(line + b"\n")
    return s.recv(300).decode().strip()


@contextlib.contextmanager
def running(state):
    p = subprocess.Popen([STORE, "--state", state],
                         env=env(),
                         stderr=subprocess.DEVNULL)
    try:
        listens(state)
        yield
    finally:
        p.terminate()
        check(p.wait(20) == 0, "daemon: ends well")


def daemon():
    state = begin("daemon")
    before = contents(state)
    with running(state):
        clock(wall=YEAR)
        check(feed(state, NOW + YEAR - 100) == ["ok"] * 6,
              "daemon: acknowledged")
        check("clock" in ask(state, b"drain *"), "daemon: says why not")
        check(contents(state) == before, "daemon: held")
        check(robin_clock(state, "reject").returncode == 0, "daemon: reject")
        clock()
        check(feed(state, NOW - 500) == ["ok"] * 6 and
              ask(state, b"drain *") == "ok", "daemon: goes on")
        feed(state, NOW - 100)
        clock(wall=2 * YEAR)
        feed(state, NOW + 2 * YEAR)
        ask(state, b"drain *")
        check(robin_clock(state, "accept").returncode == 0 and
              ask(state, b"drain *") == "ok", "daemon: accept")


def faketime():
    if shutil.which("faketime") is None:
        return
    state = begin("faketime")
    before = contents(state)
    fake = dict(os.environ, DONT_FAKE_MONOTONIC="1")
    for by in ("+2y", "-2y"):
        subprocess.run(["faketime", "-f", by, STORE, "--once", "--state",
                        state], env=fake, stderr=subprocess.DEVNULL)
        check(contents(state) == before,
              f"libfaketime {by}: nothing changes")


def main():
    forward()
    settle()
    backward()
    suspend()
    daemon()
    faketime()


run_tests(main)
