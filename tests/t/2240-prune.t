#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""robin rrd prune: silent series go, others stay, a series that speaks again
begins anew; killed at any call, the store is as if it had not been."""
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (LONG, ROBIN, STORE, T0, check, contents, diag, fault,
                      make_state, put, rnd, rrd_files, run_tests, store, work)

TRIES = int(os.environ.get("TRIES", 100000 if LONG else 30))
NOW = int(time.time()) // 10 * 10


def prune(state, *args):
    r = subprocess.run([ROBIN, "rrd", "prune", "--state", state, *args],
                       capture_output=True, text=True, timeout=60)
    return r.returncode, r.stdout + r.stderr


def names(state):
    return sorted(n[len("rrd/"):-4] for n in rrd_files(state))


def filled(name):
    state = make_state(name)
    put(state, [f"local/old/one.{i} {T0 + 10 * k} {k}\n" for i in range(4)
                for k in range(1, 30)])
    put(state, [f"local/new/one {NOW - 600 + 10 * k} {k}\n"
                for k in range(30)])
    return state


def by_hand():
    state = filled("hand")
    store(state)
    was = contents(state)
    code, out = prune(state, "--older-than", "90d", "--dry-run")
    check(code == 0 and "4 series would be removed" in out and
          contents(state) == was, "a dry run says which, and removes none")
    code, out = prune(state, "--older-than", "90d", "*one.3")
    check(code == 0 and "1 series removed" in out and
          "local/old/one.3" not in names(state) and len(names(state)) == 4,
          "a pattern")
    p = subprocess.Popen([STORE, "--state", state], stderr=subprocess.DEVNULL)
    while not os.path.exists(state + "/run/store.sock"):
        time.sleep(0.02)
    code, out = prune(state, "--older-than", "90d")
    check(code == 0 and "3 series removed" in out and
          names(state) == ["local/new/one"] and
          not os.path.exists(state + "/rrd/local/old"),
          "while the daemon runs; empty folders go too")
    check(put(state, [f"local/old/one.0 {NOW - 50} 1\n",
                      f"local/old/one.0 {NOW - 40} 2\n"]) == ["ok"] * 2,
          "a series that speaks again is taken")
    p.terminate()
    p.wait()
    r = subprocess.run([ROBIN, "rrd", "info", "local/old/one.0", "--state",
                        state], capture_output=True, text=True)
    base = [x for x in r.stdout.splitlines() if "AVERAGE     10s" in x]
    check(len(base) == 1 and base[0].endswith("known: 2"), "and begins anew")
    diag(str(base))
    code, out = prune(state, "--older-than", "90d")
    check(code == 0 and "0 series removed" in out, "nothing is left to do")
    for bad in "3h", "x", "0d":
        code, _ = prune(state, "--older-than", bad)
        check(code == 2, f"--older-than {bad} is a usage error")
    code, _ = prune(state)
    check(code == 2, "and so is none")


def pending():
    """A series whose samples cannot be applied is left alone."""
    state = filled("pending")
    store(state)
    put(state, [f"local/old/one.1 {T0 + 1000} 5\n"])
    with open(state + "/store.lock", "w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        code, out = prune(state, "--older-than", "90d")
    check(code == 1 and len(names(state)) == 5,
          "not while samples cannot be drained")


def killed():
    state = filled("base")
    store(state, "--checkpoint")
    put(state, [f"local/old/one.{i} {T0 + 500} 7\n" for i in range(4)])
    # a drain that is answered and not done leaves all of it in the log
    server = socket.socket(socket.AF_UNIX)
    server.bind(state + "/run/store.sock")
    server.listen(4)

    def answer():
        for _ in range(2):
            c, _ = server.accept()
            c.recv(100)
            c.sendall(b"ok\n")
            c.close()

    t = threading.Thread(target=answer)
    t.start()
    code, out = prune(state, "--older-than", "90d")
    t.join()
    server.close()
    os.unlink(state + "/run/store.sock")
    put(state, [f"local/old/one.2 {NOW - 30} 1\n",
                f"local/old/one.2 {NOW - 20} 2\n"])
    check(code == 0 and len(names(state)) == 5, "told, and not yet done")

    def fresh():
        copy = os.path.join(work, "try")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(state, copy)
        return copy

    calm = fresh()
    store(calm)
    want = contents(calm)
    check(sorted(want) == ["rrd/local/new/one.rrd", "rrd/local/old/one.2.rrd"],
          "undisturbed: three gone, one anew")
    for only in {}, {"only": "unlink"}, {"only": "rename"}, \
            {"only": "fdatasync"}:
        count = os.path.join(work, "count")
        store(fresh(), env=fault(count=count, root=work, **only))
        with open(count) as f:
            n = int(f.read())
        every = range(1, n + 1)
        some = every if n <= TRIES else sorted(rnd.sample(every, TRIES))
        wrong = []
        for k in some:
            copy = fresh()
            store(copy, env=fault(kill=k, root=work, **only))
            if rnd.random() < 0.5:
                store(copy, env=fault(kill=rnd.randrange(1, n + 1), root=work,
                                      **only))
            rc = store(copy, env=fault(root=work)).returncode
            if rc != 0 or contents(copy) != want:
                wrong.append(k)
        check(not wrong and n > 0, f"killed at {len(some)} of {n} calls "
              f"{only.get('only', '')} {wrong[:5]}")


def main():
    by_hand()
    pending()
    killed()


run_tests(main)
