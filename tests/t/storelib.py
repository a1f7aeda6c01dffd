# SPDX-License-Identifier: MIT
"""Shared by the store's tests in Python: TAP, states, families, samples."""
import json
import os
import random
import shutil
import subprocess
import tempfile

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

rnd = random.Random(SEED)
work = tempfile.mkdtemp(prefix="robin-store-t-")


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


def make_state(name, base=None):
    state = os.path.join(base or work, name)
    os.makedirs(os.path.join(state, "families"))
    for family, metrics in FAMILIES.items():
        doc = dict(name=family, title=family, unit="x", help="h",
                   category="c", profile="bench", step=10, heartbeat=60,
                   declared=True, lead=0, metrics=metrics)
        with open(f"{state}/families/{family}.json", "w") as f:
            json.dump(doc, f)
    return state


class Source:
    """Lines in order; time rises per series, with gaps, all kinds."""

    def __init__(self, series=24):
        self.series = [(f"local/h{i % 7}/{'mix' if i % 3 else 'one'}.{i}",
                        4 if i % 3 else 1) for i in range(series)]
        self.time = [T0 + 10 * i for i in range(series)]
        self.counter = [[0, 0.0] for _ in range(series)]

    def line(self):
        i = rnd.randrange(len(self.series))
        path, n = self.series[i]
        step = rnd.choice([10, 10, 10, 10, 10, 7, 3, 20, 61, 300, 4000])
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


def other_boot(state):
    """Makes the state look as after a reboot: no mapped file is of this
    boot."""
    for name in ("latest", "run/store.touch"):
        full = os.path.join(state, name)
        if os.path.exists(full):
            with open(full, "r+b") as f:
                f.seek(8)
                f.write(rnd.randbytes(16))
