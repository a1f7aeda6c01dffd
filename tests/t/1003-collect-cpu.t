#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# CPU shares under a known stress-ng load: all cores full is 100 percent used,
# one core full is that core's, each within 5 points.
import json
import os
import shutil
import subprocess
import time

from tap import done, ok, skip_all

build = os.path.abspath(os.environ.get("BUILD", "build"))
collect = os.path.join(build, "bin", "robin-collect")


def families():
    out = json.loads(subprocess.check_output([collect, "--list", "--json", "cpu"]))
    return {f["name"]: f for c in out for f in c["families"]}


def samples():
    got = {}
    for line in subprocess.check_output([collect, "--print", "cpu"], text=True).splitlines():
        path, _, values = line.split(" ")
        got[path.split("/")[2]] = [float(v) for v in values.split(":")]
    return got


metrics = families()["cpu"]["metrics"]


def used(before, after):
    """The used share in percent, by role: as a gauge reckons it."""
    sums = {"cpu_used": 0.0, "cpu_free": 0.0}
    for m, a, b in zip(metrics, before, after):
        sums[m["role"]] += b - a
    return 100 * sums["cpu_used"] / (sums["cpu_used"] + sums["cpu_free"])


def under(load, seconds):
    """Samples a second after the load began and before it ends."""
    p = subprocess.Popen(["stress-ng", "--quiet", "--timeout", "%ds" % (seconds + 3)] + load)
    time.sleep(1)
    before = samples()
    time.sleep(seconds)
    after = samples()
    p.terminate()
    p.wait()
    return before, after


if not shutil.which("stress-ng"):
    skip_all("no stress-ng")
cores = sorted(os.sched_getaffinity(0))

a, b = under(["--cpu", str(len(cores)), "--cpu-method", "int64"], 4)
whole = len(cores) == sum(1 for k in a if k.startswith("cpu."))
if whole:
    share = used(a["cpu"], b["cpu"])
    ok(abs(share - 100) <= 5, "all cores busy: the machine is 100 percent used", "%.1f" % share)
    total = sum(y - x for x, y in zip(a["cpu"], b["cpu"]))
    parts = sum(y - x for k in a if k.startswith("cpu.") for x, y in zip(a[k], b[k]))
    ok(abs(total - parts) <= 0.05 * total, "the cores add up to the machine", "%.2f %.2f" % (total, parts))
else:
    ok(True, "all cores busy # SKIP not all cores are ours")
    ok(True, "the cores add up # SKIP not all cores are ours")

core = "cpu.%d" % cores[0]
a, b = under(["--cpu", "1", "--taskset", str(cores[0]), "--cpu-method", "int64"], 3)
share = used(a[core], b[core])
ok(abs(share - 100) <= 5, "one core busy: that core is 100 percent used", "%.1f" % share)
names = [m["name"] for m in metrics]
u = names.index("user")
user = b[core][u] - a[core][u]
ok(user >= 0.5 * sum(y - x for x, y in zip(a[core], b[core])), "and it is programs' time", "%.2f s" % user)
done()
