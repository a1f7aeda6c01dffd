#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The state's file system goes away under the running daemons, and comes back:
XFS that shuts itself down (every call is an error at once) or ext4 that turns
read-only under open files, mounted again, and a disk on which every write
fails, is full or read-only for a while.
Nobody crashes, /healthz says what is wrong, nothing is acknowledged that is
lost, and all goes on without a restart."""
import os
import shutil
import subprocess
import sys

if os.environ.get("ROBIN_IN_NAMESPACE") is None:
    if os.geteuid() != 0:
        print("1..0 # SKIP only root mounts XFS")
        sys.exit(0)
    if shutil.which("mkfs.xfs") is None:
        print("1..0 # SKIP no mkfs.xfs (package xfsprogs)")
        sys.exit(0)
    os.environ["ROBIN_IN_NAMESPACE"] = "1"
    os.execvp("unshare", ["unshare", "-m", sys.executable] + sys.argv)

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import DataPool, until
from storelib import (ROBIN, STORE, T0, check, contents, diag, fault,
                      make_state, pointers, put, run_tests, work)

procs = []


def line(series, k):
    return f"local/h/one.{series} {T0 + 10 * k} {k}\n"


def spawn(*argv, **more):
    log = open(os.path.join(work, "log"), "ab")
    p = subprocess.Popen(argv, stdout=log, stderr=log, **more)
    log.close()
    procs.append(p)
    return p


def data_pool(state):
    web = DataPool(state, work)
    procs.append(web.p)
    return web


def last_up(state, series):
    data = contents(state).get(f"rrd/local/h/one.{series}.rrd")
    return pointers(data)[0] if data else 0


def drains(state, series, k):
    """A reader asks for a drain, and the file has the sample."""
    r = subprocess.run([ROBIN, "get", f"local/h/one.{series}", "--state",
                        state], capture_output=True)
    return r.returncode == 0 and last_up(state, series) == T0 + 10 * k


class Feeder:
    """`robin put` that stays, as a collector does."""

    def __init__(self, state):
        self.p = spawn_put(state)

    def put(self, text):
        self.p.stdin.write(text)
        self.p.stdin.flush()
        return self.p.stdout.readline().strip()


def spawn_put(state):
    p = subprocess.Popen([ROBIN, "put", "--state", state, "-"], text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL)
    procs.append(p)
    return p


def shut_down(name, end, *again):
    """A file system gives up, is unmounted and mounted again."""
    image, top = os.path.join(work, name), os.path.join(work, "disk")
    with open(image, "wb") as f:
        f.truncate(320 << 20)
    os.makedirs(top, exist_ok=True)
    subprocess.run(["mkfs." + name.lower(), "-q", image], check=True)
    mount = ["mount", "-o", "loop", image, top]
    if subprocess.run(mount).returncode != 0:
        diag(f"no loop device here: {name} is not tried")
        return
    state = make_state("state", top)
    subprocess.run(["sync", "-f", state], check=True)
    feeder = Feeder(state)
    check([feeder.put(line("a", k)) for k in range(6)] == ["ok"] * 6,
          f"{name}: stored")
    store, web = spawn(STORE, "--state", state), data_pool(state)
    check(until(lambda: drains(state, "a", 5)) and web.health() == "ok\n",
          f"{name}: drained, healthy")
    check(feeder.put(line("a", 6)) == "ok", f"{name}: one more, not drained")
    subprocess.run([*end, top], check=True)
    answers = [feeder.put(line("a", 7)), feeder.put(line("new", 7))]
    check(all(a.startswith("no ") for a in answers),
          f"{name}, shut down: nothing is acknowledged {answers}")
    check(until(lambda: "warning" in web.health()),
          f"{name}, shut down: /healthz says {web.health()!r}")
    until(lambda: False, 100)
    check(store.poll() is None and feeder.p.poll() is None and
          web.p.poll() is None, f"{name}, shut down: nobody died")
    subprocess.run(["umount", "-l", top], check=True)
    # as it was on the disk; the dead one lives as long as it is held open
    mended = ["mount", "-o", ",".join(("loop", *again)), image + "2", top]
    shutil.copyfile(image, image + "2")
    check(subprocess.run(mended).returncode == 0, f"{name}, mounted again")
    check(until(lambda: feeder.put(line("a", 8)) == "ok"),
          f"{name}, mounted again: stored")
    check(until(lambda: drains(state, "a", 8)),
          f"{name}, mounted again: drained without a restart")
    got = subprocess.run([ROBIN, "get", "local/h/one.a", "--state", state,
                          "--from", str(T0), "--to", str(T0 + 60)],
                         capture_output=True, text=True).stdout
    check(got.strip().split()[-1] == "6",
          f"{name}: what was acknowledged is there")
    check(until(lambda: web.health() == "ok\n"), f"{name}: healthy again")
    for p in store, web.p:
        p.terminate()
        check(p.wait(20) == 0, f"{name}: ends well")
    feeder.p.stdin.close()
    feeder.p.wait()
    subprocess.run(["umount", top], check=False)


def ill(errno, name):
    """Every call that changes files fails for a while."""
    state, switch = make_state(name), os.path.join(work, "ill")
    put(state, [line("a", k) for k in range(6)])
    env = dict(os.environ, **fault(at=1, errno=errno, sticky=1,
                                   **{"while": switch}))
    store, web = spawn(STORE, "--state", state, env=env), data_pool(state)
    check(until(lambda: drains(state, "a", 5)), f"{name}: drained before")
    put(state, [line("a", 6), line("new", 6)])
    open(switch, "w").close()
    r = subprocess.run([ROBIN, "get", "local/h/one.a", "--state", state],
                       capture_output=True, text=True)
    check(r.returncode == 1 and last_up(state, "a") == T0 + 50,
          f"{name}: a reader is told")
    check(until(lambda: "warning: the writer" in web.health()),
          f"{name}: /healthz says {web.health()!r}")
    check(store.poll() is None, f"{name}: the writer lives")
    os.unlink(switch)
    check(until(lambda: drains(state, "a", 6)) and
          until(lambda: drains(state, "new", 6)), f"{name}: over, drained")
    check(until(lambda: web.health() == "ok\n"), f"{name}: healthy again")
    for p in store, web.p:
        p.terminate()
        check(p.wait(20) == 0, f"{name}: ends well")


def main():
    try:
        ill(5, "EIO")
        ill(28, "ENOSPC")
        ill(30, "EROFS")
        shut_down("XFS", ["xfs_io", "-x", "-c", "shutdown"], "nouuid")
        shut_down("ext4", ["mount", "-o", "remount,abort"])
    finally:
        for p in procs:
            p.kill()
            p.wait()
        subprocess.run(["umount", "-l", os.path.join(work, "disk")],
                       capture_output=True)


run_tests(main)
