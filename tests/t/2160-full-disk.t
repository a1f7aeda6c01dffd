#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A small tmpfs that fills up, turns read-only, runs out of inodes: what was
acknowledged is kept, new series get `no`, nothing crashes, and with space it
all goes on without a restart."""
import os
import socket
import subprocess
import sys

if os.environ.get("ROBIN_IN_NAMESPACE") is None:
    how = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    probe = how + ["mount", "-t", "tmpfs", "none", "/mnt"]
    if subprocess.run(probe, capture_output=True).returncode != 0:
        print("1..0 # SKIP no mount namespace here")
        sys.exit(0)
    os.environ["ROBIN_IN_NAMESPACE"] = "1"
    os.execvp(how[0], how + [sys.executable] + sys.argv)

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import DataPool, until
from storelib import (STORE, T0, check, contents, diag, listens, make_state,
                      put, run_tests, store, work)


daemons = []


def line(series, k):
    return f"local/h/one.{series} {T0 + 10 * k} {k}\n"


def ask(state, what=b"drain *"):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    try:
        s.connect(state + "/run/store.sock")
        s.sendall(what + b"\n")
        return s.recv(300).decode().strip()
    except OSError as e:
        return str(e)
    finally:
        s.close()


def start(state):
    log = open(work + "/store.log", "a")
    p = subprocess.Popen([STORE, "--state", state], stdout=log, stderr=log)
    daemons.append(p)
    if not listens(state):
        raise SystemExit("robin-store did not start")
    return p


def pool(state):
    web = DataPool(state, work)
    daemons.append(web.p)
    return web


def last_up(state, series):
    name = f"rrd/local/h/one.{series}.rrd"
    data = contents(state).get(name)
    if data is None:
        return 0
    ds, rra = (int.from_bytes(data[at:at + 8], "little") for at in (24, 32))
    at = 128 + 120 * (ds + rra)
    return int.from_bytes(data[at:at + 8], "little")


def fill(top):
    """Takes every byte there is."""
    with open(top + "/filler", "wb", buffering=0) as f:
        for size in (1 << 20, 1 << 16, 4096):
            try:
                while True:
                    f.write(bytes(size))
            except OSError:
                pass


def full(top):
    with open(top + "/ballast", "wb") as f:
        f.write(bytes(12 << 20))
    state = make_state("state", top)
    check(put(state, [line("a", k) for k in range(6)]) == ["ok"] * 6,
          "space: stored")
    p, web = start(state), pool(state)
    check(ask(state) == "ok" and web.health() == "ok\n",
          "space: drained, healthy")
    k, oks, refused = 6, 0, 0
    # more and more series, until there is no room for another
    for n in range(20000):
        got = put(state, [line(f"n{n * 100 + i}", 0) for i in range(100)])
        refused += sum(a.startswith("no full") for a in got)
        oks += got.count("ok")
        if refused or set(got) - {"ok"}:
            diag(f"{oks} series, then {sorted(set(got))}")
            break
        if n % 4 == 0:
            ask(state)
    check(refused > 0, "full: a new series gets no")
    check(ask(state) == "ok" and
          len(contents(state)) == oks + 1, "every series promised has a file")
    fill(top)
    check(put(state, [line("a", k)]) == ["ok"], "not a byte: still stored")
    check(ask(state) == "ok" and last_up(state, "a") == T0 + 10 * k,
          "not a byte: still drained")
    check("disk is full" in web.health(),
          f"not a byte: /healthz says {web.health()!r}")
    k += 1
    check(put(state, [line("more", 0)])[0].startswith("no full"),
          "not a byte: a new series gets no")
    # the log's reserve: 8 MB at 70 bytes a record; then it says no
    refused = 0
    while not refused and k < 1000000:
        lines = [line("a", k + i) for i in range(20000)]
        got = put(state, lines)
        refused = len(lines) - got.count("ok")
        # a later batch may get through when the writer gave a segment back
        k += max((i + 1 for i, a in enumerate(got) if a == "ok"), default=0)
        if k % 100000 < 20000:
            ask(state)
        if refused or k > 300000:
            break
    diag(f"{k} samples with no space left, then {sorted(set(got))}, "
         f"drain: {ask(state)}")
    check(p.poll() is None, "the writer lives")
    ask(state)
    check(last_up(state, "a") == T0 + 10 * (k - 1),
          "all that was acknowledged is in the file")
    os.unlink(top + "/filler")
    os.unlink(top + "/ballast")
    check(put(state, [line("a", k), line("more", 0)]) == ["ok"] * 2,
          "space again: stored, new series too")
    check(ask(state) == "ok" and last_up(state, "more") == T0,
          "space again: drained without a restart")
    check(web.health() == "ok\n", "space again: healthy at once")
    p.terminate()
    check(p.wait(5) == 0, "ends well")
    web.p.terminate()
    web.p.wait()
    return state, k + 1


def read_only(top, state, k):
    before = contents(state)
    put(state, [line("a", k)])
    subprocess.run(["mount", "-o", "remount,ro", top], check=True)
    got = put(state, [line("a", k + 1)])
    check(not any(a == "ok" for a in got), "read-only: nothing acknowledged")
    r = store(state)
    check(r.returncode == 1 and "ead-only" in r.stderr and
          contents(state) == before, "read-only: the writer says so")
    web = pool(state)
    check("read-only" in web.health(),
          f"read-only: /healthz says {web.health()!r}")
    subprocess.run(["mount", "-o", "remount,rw", top], check=True)
    check(put(state, [line("a", k + 1)]) == ["ok"] and
          store(state).returncode == 0 and
          last_up(state, "a") == T0 + 10 * (k + 1), "writable again: goes on")
    check(web.health() == "ok\n", "writable again: healthy")
    web.p.terminate()
    web.p.wait()


def inodes(top):
    state = make_state("few", top)
    put(state, [line("a", 0)])
    p, web = start(state), pool(state)
    ask(state)
    ballast = [f"{top}/ballast{n}" for n in range(40)]
    for name in ballast:
        open(name, "x").close()
    oks = refused = 0
    for n in range(2000):
        got = put(state, [line(f"n{n}", 0)])
        oks += got.count("ok")
        refused += got.count("ok") == 0
        if refused:
            break
    check(refused > 0, f"no inodes: {oks} series, then no")
    check(ask(state) == "ok" and len(contents(state)) == oks + 1,
          "no inodes: what was promised is there")
    check(put(state, [line("a", 1)]) == ["ok"] and ask(state) == "ok",
          "no inodes: known series go on")
    taken = []
    try:
        while True:
            taken.append(f"{top}/take{len(taken)}")
            open(taken[-1], "x").close()
    except OSError:
        taken.pop()
    check("disk is full" in web.health(),
          f"no inodes: /healthz says {web.health()!r}")
    for name in taken + ballast:
        os.unlink(name)
    check(put(state, [line("late", 1)]) == ["ok"] and ask(state) == "ok" and
          last_up(state, "late") == T0 + 10,
          "inodes again: a new series, without a restart")
    check(until(lambda: web.health() == "ok\n"), "inodes again: healthy")
    p.terminate()
    check(p.wait(5) == 0, "no inodes: ends well")
    web.p.terminate()
    web.p.wait()


def mount(name, options):
    top = os.path.join(work, name)
    os.makedirs(top)
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", top],
                   check=True)
    return top


def main():
    top = mount("full", "size=60m")
    read_only(top, *full(top))
    subprocess.run(["umount", top], check=False)
    top = mount("few", "size=200m,nr_inodes=200")
    inodes(top)
    subprocess.run(["umount", top], check=False)


def guarded():
    try:
        main()
    finally:
        for p in daemons:
            p.kill()
            p.wait()


run_tests(guarded)
