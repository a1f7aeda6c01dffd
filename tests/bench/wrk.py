# SPDX-License-Identifier: MIT
"""What the HTTP benchmarks share: a stack with an hour of one series of four
metrics, wrk, and the CPU time of the programs that answer it."""
import glob
import os
import re
import resource
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "../t"))
from stack import Stack, children  # noqa: E402

METRICS = ("a", "b", "c", "d")


def rows(t0):
    """(time, values) of the last hour and a little more, oldest first."""
    for i in range(370, -1, -1):
        yield t0 - i * 10, (round(i % 97 / 7, 6), round(i % 31 * 1.37, 4),
                            round(i * 12345.678, 3), i % 5)


def stack(*more, **how):
    s = Stack(more=["--requests", "1000000000", *more], **how)
    s.family("four", [dict(name=n, unit="x", kind="gauge", draw="line")
                      for n in METRICS])
    s.put([f"local/web1/four {t} " + ":".join(map(str, v))
           for t, v in rows(s.t0)])
    return s


def cpu_us(pids):
    """Of processes with their threads, as the scheduler counted it."""
    total = 0
    for pid in pids:
        for name in glob.glob(f"/proc/{pid}/task/*/schedstat"):
            try:
                with open(name) as f:
                    total += int(f.read().split()[0])
            except OSError:
                pass
    return total / 1000


def pools(s):
    """nginx's workers, and both pools'."""
    return [children(p.pid) for p in (s.web, s.pictures, s.data)]


class Run:
    """One run of wrk: rate, the median and the 99th percentile in ms, how
    many failed, CPU us a request of the servers and of wrk itself."""

    def __init__(self, url, headers=(), seconds="1", connections=16,
                 servers=(), script=None):
        argv = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
        for h in headers:
            argv += ["-H", h]
        if script:
            argv += ["-s", script]
        before = [cpu_us(g) for g in servers], self.children_us()
        out = subprocess.run(argv + [url], capture_output=True,
                             text=True).stdout
        self.n = int(re.search(r"(\d+) requests in", out).group(1)) or 1
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
        self.p50, self.p99 = (self.ms(re.search(
            q + r"%\s+([\d.]+)(us|ms|s)", out)) for q in ("50", "99"))
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        self.failed = int(bad.group(1)) if bad else 0
        self.us = [(cpu_us(g) - b) / self.n
                   for g, b in zip(servers, before[0])]
        self.own_us = (self.children_us() - before[1]) / self.n

    @staticmethod
    def children_us():
        r = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (r.ru_utime + r.ru_stime) * 1e6

    @staticmethod
    def ms(m):
        return float(m.group(1)) * {"us": 1e-3, "ms": 1, "s": 1e3}[m.group(2)]


def turns(rounds, jobs):
    """jobs: name -> a function that makes a Run; each in turn, rounds times.
    The first is what the others are compared with, turn by turn."""
    got = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            got[name].append(job())
    mid = statistics.median
    base = next(iter(got.values()))
    for name, runs in got.items():
        line = (f"{name:34}{mid(r.rate for r in runs):8.0f}/s"
                f"  CPU us {mid(sum(r.us) for r in runs):6.1f}"
                f" + wrk {mid(r.own_us for r in runs):5.1f}")
        if runs is not base:
            by = sorted(r.rate / b.rate for r, b in zip(runs, base))
            cpu = mid(sum(b.us) / sum(r.us) for r, b in zip(runs, base))
            line += (f"  rate x{mid(by):4.2f} ({by[0]:.2f}-{by[-1]:.2f})"
                     f"  by CPU x{cpu:4.2f}")
        failed = sum(r.failed for r in runs)
        print(line + (f"  {failed} failed" if failed else ""), flush=True)
    return got
