# SPDX-License-Identifier: MIT
"""Shared by the store's tests in Python: TAP, states, families, samples."""
import json
import os
import random
import shutil
import stat
import struct
import subprocess
import tempfile
import time

import tap
from tap import diag
from tap import ok as check  # noqa: F401

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
ROBIN = os.path.join(BUILD, "bin/robin")
STORE = os.path.join(BUILD, "bin/robin-store")
LONG = bool(os.environ.get("LONG"))
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 30)))
T0 = 1_700_000_000
GAP_MAX = 4000
STEPS = [10, 10, 10, 10, 10, 7, 3, 20, 61, 300]

rnd = random.Random(SEED)
work = tempfile.mkdtemp(prefix="robin-store-t-")


def counted(every, wrong):
    """every, and a line now and then for whoever waits for a long run."""
    for n, each in enumerate(every):
        if n > 0 and n % 500 == 0:
            diag(f"{n} done, {len(wrong)} wrong")
        yield each


def run_tests(main):
    try:
        diag(f"seed {SEED}")
        main()
    finally:
        if os.environ.get("KEEP"):
            diag(f"kept {work}")
        else:
            shutil.rmtree(work, ignore_errors=True)
    tap.done()


def skip_all(why):
    shutil.rmtree(work, ignore_errors=True)
    tap.skip_all(why)


def metric(name, kind, **more):
    return dict(name=name, unit="x", help="h", kind=kind, draw="line", **more)


FAMILIES = {
    "mix": [metric("g", "gauge", min=-1000, max=1000),
            metric("d", "derive", min=0), metric("f", "dderive", min=0),
            metric("a", "absolute", min=0)],
    "one": [metric("v", "gauge")],
}


def make_state(name, base=None, profile="bench"):
    state = os.path.join(base or work, name)
    os.makedirs(os.path.join(state, "families"))
    for family, metrics in FAMILIES.items():
        doc = dict(name=family, title=family, unit="x", help="h",
                   category="c", profile=profile, step=10, heartbeat=60,
                   declared=True, lead=0, metrics=metrics)
        with open(f"{state}/families/{family}.json", "w") as f:
            json.dump(doc, f)
    return state


class Source:
    """Lines in order; time rises per series, with gaps, all kinds."""

    def __init__(self, series=24, steps=STEPS + [GAP_MAX]):
        self.steps = steps
        self.series = [(f"local/h{i % 7}/{'mix' if i % 3 else 'one'}.{i}",
                        4 if i % 3 else 1) for i in range(series)]
        self.time = [T0 + 10 * i for i in range(series)]
        self.counter = [[0, 0.0] for _ in range(series)]

    def line(self):
        i = rnd.randrange(len(self.series))
        path, n = self.series[i]
        step = rnd.choice(self.steps)
        self.time[i] += step
        c = self.counter[i]
        c[0] += rnd.randrange(1000)
        c[1] += rnd.random() * 10
        if rnd.random() < 0.02:
            c[0] = 0  # a counter that starts again
        gauge = "U" if rnd.random() < 0.05 else repr(
            round(rnd.uniform(-900, 900), rnd.randrange(6)))
        values = [gauge, str(c[0]), repr(c[1]), str(rnd.randrange(50))][:n]
        return f"{path} {self.time[i]} {':'.join(values)}\n"

    def lines(self, n):
        return [self.line() for _ in range(n)]


def put(state, lines, env=None):
    """Feeds lines to `robin put`; its answers, one each as far as it came."""
    p = subprocess.run([ROBIN, "put", "--state", state, "-"],
                       input="".join(lines), text=True, capture_output=True,
                       env=dict(os.environ, **env) if env else None)
    return p.stdout.split("\n")[:-1]


def store(state, *more, env=None):
    return subprocess.run([STORE, "--once", "--state", state, *more],
                          capture_output=True, text=True,
                          env=dict(os.environ, **env) if env else None)


def listens(state):
    """Whether the state's writer takes requests, within ten seconds."""
    for _ in range(400):
        if os.path.exists(state + "/run/store.sock"):
            return True
        time.sleep(0.025)
    return False


def rrd_files(state):
    found = {}
    for folder, _, names in os.walk(state + "/rrd"):
        for n in names:
            if n.endswith(".rrd"):
                full = os.path.join(folder, n)
                found[os.path.relpath(full, state)] = full
    return found


def contents(state):
    return {n: open(f, "rb").read() for n, f in rrd_files(state).items()}


def shim():
    """The fault library, compiled once per run."""
    out = os.path.join(work, "fault.so")
    if not os.path.exists(out):
        if shutil.which("cc") is None:
            skip_all("no C compiler")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", out,
                        os.path.join(HERE, "shim/fault.c"), "-ldl"],
                       check=True)
    return out


def fault(**settings):
    env = {"FAULT_" + k.upper(): str(v) for k, v in settings.items()}
    env["LD_PRELOAD"] = shim()
    return env


class Clock:
    """Clocks that a test sets, for programs run under env()."""

    def __init__(self, folder, name="clock"):
        self.file = os.path.join(folder, name)
        self.set()

    def set(self, wall=0, boot=0, synced=0):
        """Seconds added to both, and whether the kernel calls it right."""
        self.wall, self.boot = wall, boot
        with open(self.file + ".new", "w") as f:
            f.write(f"{wall} {boot} {synced}\n")
        os.rename(self.file + ".new", self.file)

    def add(self, wall, boot):
        self.set(self.wall + wall, self.boot + boot)

    def now(self):
        return int(time.time()) + self.wall

    def env(self):
        return dict(os.environ, FAULT_CLOCK=self.file, LD_PRELOAD=shim())


def pointers(data):
    """An archive's last update, and (points per row, rows, newest row) of
    each of its archives."""
    ds, rra, step = struct.unpack_from("<3Q", data, 24)
    live = 128 + 120 * (ds + rra)
    last, = struct.unpack_from("<q", data, live)
    ptr = live + 16 + 112 * ds + 80 * ds * rra
    return last, [
        (step * per, rows, cur) for (rows, per), (cur,) in
        ((struct.unpack_from("<2Q", data, 128 + 120 * (ds + i) + 24),
          struct.unpack_from("<Q", data, ptr + 8 * i)) for i in range(rra))]


def shifted(before, now, gap=GAP_MAX):
    """Archives whose row pointer did not move by the steps between their last
    updates: cur_row = cur_row0 + steps(last_up0 to last_up) mod row_cnt.
    Only where no gap was as long as all the rows: librrd stops after one
    round."""
    found = []
    for name, data in now.items():
        if name not in before or len(data) != len(before[name]):
            continue
        (t0, rows0), (t, rows) = pointers(before[name]), pointers(data)
        if any((cur0 + t // step - t0 // step - cur) % n
               for (step, n, cur0), (_, _, cur) in zip(rows0, rows)
               if step * n > gap):
            found.append(name)
    return found


class Runs:
    """A program under the fault library, started once and run many times: a
    child for each run, without exec and linking."""

    def __init__(self, *argv, **settings):
        self.base = os.path.join(work, f"runs{id(self)}")
        ask, self.ask = os.pipe()
        answer_r, answer = os.pipe()
        self.answers = os.fdopen(answer_r)
        env = fault(server=f"{ask},{answer}", **settings)
        self.p = subprocess.Popen(argv, env=dict(os.environ, **env),
                                  pass_fds=(ask, answer))
        os.close(ask)
        os.close(answer)

    def run(self, kill=0, at=0, errno=5, sticky=0, lines=()):
        """Its exit code, or the negative number of its signal."""
        stdin = "/dev/null"
        if lines:
            stdin = self.base + ".in"
            with open(stdin, "w") as f:
                f.writelines(lines)
        os.write(self.ask, f"{kill} {at} {errno} {int(sticky)} {stdin} "
                 f"{self.base}.out {self.base}.err\n".encode())
        return os.waitstatus_to_exitcode(int(self.answers.readline()))

    def out(self):
        with open(self.base + ".out") as f:
            return f.read()

    def err(self):
        with open(self.base + ".err") as f:
            return f.read()

    def answered(self):
        """What `robin put` said to each line."""
        return self.out().split("\n")[:-1]

    def end(self):
        os.close(self.ask)
        self.p.wait()


class Snapshot:
    """A state folder's files, to be put back again and again."""

    def __init__(self, state):
        self.files, self.dirs = {}, []
        for folder, _, names in os.walk(state):
            rel = os.path.relpath(folder, state)
            self.dirs.append("" if rel == "." else rel)
            for n in names:
                full = os.path.join(folder, n)
                if stat.S_ISREG(os.lstat(full).st_mode):
                    with open(full, "rb") as f:
                        data = f.read()
                    # what a segment does not use stays a hole
                    used = data.rstrip(b"\0") if "/log/" in full else data
                    self.files[os.path.relpath(full, state)] = (
                        used, len(data))

    def restore(self, state):
        """The folder as it was, whatever is there now."""
        for rel in self.dirs:
            os.makedirs(os.path.join(state, rel), exist_ok=True)
        for folder, dirs, names in os.walk(state, topdown=False):
            rel = os.path.relpath(folder, state)
            rel = "" if rel == "." else rel
            for n in names:
                if os.path.join(rel, n) not in self.files:
                    os.unlink(os.path.join(folder, n))
            if rel not in self.dirs:
                os.rmdir(folder)
        for rel, (data, size) in self.files.items():
            fd = os.open(os.path.join(state, rel),
                         os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            os.write(fd, data)
            os.ftruncate(fd, size)
            os.close(fd)
        return state


def other_boot(state):
    """Makes the state look as after a reboot: no mapped file is of this
    boot."""
    for name in ("latest", "run/store.touch"):
        full = os.path.join(state, name)
        if os.path.exists(full):
            with open(full, "r+b") as f:
                f.seek(8)
                f.write(rnd.randbytes(16))
