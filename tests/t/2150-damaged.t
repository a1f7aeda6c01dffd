#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files that are not what they were: truncated, zeroed, of another kind, full
of holes, or something else in their place.  The writer puts them aside, goes
on with a new one, says so once, and leaves the others alone."""
import json
import os
import shutil
import signal
import stat
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (ROBIN, STORE, T0, check, contents, fault, make_state, put,
                      run_tests, store, work)


def line(series, t, v):
    return f"local/h/one.{series} {t} {v}\n"


def prepare():
    state = make_state("base")
    put(state, [line(s, T0 + 10 * i, i) for s in "ab" for i in range(20)])
    store(state, "--checkpoint")
    return state


def fresh(base):
    state = os.path.join(work, "try")
    shutil.rmtree(state, ignore_errors=True)
    shutil.copytree(base, state)
    return state, os.path.join(state, "rrd/local/h/one.a.rrd")


def truncated(f):
    os.truncate(f, 1000)


def empty(f):
    os.truncate(f, 0)


def longer(f):
    os.truncate(f, os.path.getsize(f) + 8)


def zeroed(f):
    size = os.path.getsize(f)
    with open(f, "wb") as out:
        out.write(bytes(size))


def magic(f):
    with open(f, "r+b") as out:
        out.write(b"XRD\0")


def pointer(f):
    with open(f, "r+b") as out:
        head = out.read(40)
        ds, rra = struct.unpack_from("<QQ", head, 24)
        out.seek(128 + 120 * (ds + rra) + 16 + 112 * ds + 80 * ds * rra)
        out.write(b"\xff" * 8)


def counts(f):
    with open(f, "r+b") as out:
        out.seek(24)
        out.write(b"\xff" * 16)


def text(f):
    with open(f, "w") as out:
        out.write("not an archive\n" * 1000)


def folder(f):
    os.unlink(f)
    os.makedirs(f + "/inside")


def fifo(f):
    os.unlink(f)
    os.mkfifo(f)


def link(f):
    os.rename(f, work + "/elsewhere.rrd")
    os.symlink(work + "/elsewhere.rrd", f)


def dangling(f):
    os.unlink(f)
    os.symlink("/nonexistent/x.rrd", f)


def sock(f):
    import socket
    os.unlink(f)
    s = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(os.path.dirname(f))
    s.bind(os.path.basename(f))
    os.chdir(here)
    s.close()


def replayed(base):
    """Put aside under the daemon: what came since the checkpoint is in the
    log still, and comes into the new file."""
    state, f = fresh(base)
    p = subprocess.Popen([STORE, "--state", state], stderr=subprocess.DEVNULL)
    while not os.path.exists(state + "/run/store.sock"):
        time.sleep(0.02)
    for damage in (truncated, zeroed, text):
        t = T0 + 1000 + 100 * (damage == zeroed) + 200 * (damage == text)
        put(state, [line("a", t + 10 * i, i) for i in range(5)])
        store(state)
        damage(f)
        put(state, [line("a", t + 50 + 10 * i, 5 + i) for i in range(5)])
        store(state)
        r = subprocess.run([ROBIN, "get", "local/h/one.a", "--state", state,
                            "--from", str(T0 + 990), "--to", str(t + 90),
                            "--json"], capture_output=True, text=True)
        rows = [x[0] for x in json.loads(r.stdout)["rows"]]
        got = [x for x in rows if x is not None]
        check(len(got) == len(rows) == (t - T0 - 1000) // 10 + 10,
              f"{damage.__name__}: {len(got)} rows since the checkpoint are "
              "back")
    p.terminate()
    check(p.wait(20) == 0, "the writer ends well")


def events(state):
    return len(os.listdir(state + "/inbox"))


def main():
    base = prepare()
    for damage in (truncated, empty, longer, zeroed, magic, pointer, counts,
                   text, folder, fifo, link, dangling, sock):
        state, f = fresh(base)
        other = contents(state)["rrd/local/h/one.b.rrd"]
        damage(f)
        put(state, [line("a", T0 + 1000 + 10 * i, i) for i in range(3)])
        begin = time.monotonic()
        r = store(state)
        took = time.monotonic() - begin
        name = damage.__name__
        aside = [n for n in os.listdir(os.path.dirname(f)) if ".bad-" in n]
        check(r.returncode == 0 and len(aside) == 1 and
              stat.S_ISREG(os.lstat(f).st_mode) and took < 20,
              f"{name}: put aside, a new one begins")
        check(r.stderr.count("put aside") == 1 and events(state) == 1,
              f"{name}: said once")
        put(state, [line("a", T0 + 2000, 1)])
        r = store(state)
        check(r.returncode == 0 and "put aside" not in r.stderr and
              events(state) == 1, f"{name}: and not again")
        check(contents(state)["rrd/local/h/one.b.rrd"] == other,
              f"{name}: the other file is untouched")

    replayed(base)

    # a file of holes is filled before it is used
    state, f = fresh(base)
    whole = contents(state)
    subprocess.run(["cp", "--sparse=always", f, f + "2"], check=True)
    with open(f, "rb") as a:
        data = a.read()
    with open(f + "2", "wb") as a:
        a.truncate(len(data))
        a.write(data[:4000])
        a.seek(len(data) - 10)
        a.write(data[-10:])
    os.rename(f + "2", f)
    if os.stat(f).st_blocks * 512 < len(data):
        put(state, [line("a", T0 + 1000, 1)])
        check(store(state).returncode == 0 and
              os.stat(f).st_blocks * 512 >= len(data), "holes are filled")
    check(whole.keys() == contents(state).keys(), "and nothing else came")

    # gone: made again from the family
    state, f = fresh(base)
    os.unlink(f)
    put(state, [line("a", T0 + 1000, 1)])
    check(store(state).returncode == 0 and os.path.exists(f),
          "a file that is gone is made again")

    # SIGBUS inside librrd names its file; twice, and it is put aside (librrd
    # takes the files that rrd/update declines: here, a fraction of a second)
    state, f = fresh(base)
    with open(f, "r+b") as a:
        n_ds, n_rra = struct.unpack("<2Q", a.read(40)[24:])
        a.seek(128 + 120 * (n_ds + n_rra) + 8)
        a.write(struct.pack("<q", 1))
    put(state, [line("a", T0 + 1000, 1)])
    for k in (1, 2):
        r = store(state, env=fault(bus="one.a.rrd"))
        check(r.returncode == -signal.SIGBUS, f"SIGBUS kills the writer, {k}")
    r = store(state, env=fault(bus="one.b.rrd"))
    aside = [n for n in os.listdir(os.path.dirname(f)) if ".bad-" in n]
    check(r.returncode == 0 and len(aside) == 1, "the culprit is put aside")


run_tests(main)
