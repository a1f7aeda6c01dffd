#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Rules from YAML over real samples: every condition, aggregate and option has
a row with a host of its own, and so has every built-in rule.  All rows share
three looks, a restart between each: at the start, later, and in the end.
(Hours are in alert_rule_test and 5030, how long it takes in 5060.)"""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import BIN, Tap, World  # noqa: E402

t, w = Tap(), World()
NOW = int(time.time())
FIRST = NOW // 10 * 10 - 300  # samples of the first look end there


def metric(name, role=None, kind="gauge"):
    m = {"name": name, "unit": "u", "kind": kind}
    return {**m, "role": role} if role else m


def family(name, *metrics, step=10, heartbeat=900):
    w.family({"name": name, "title": name, "unit": "u", "help": "x",
              "category": "x", "instance_label": "i", "step": step,
              "heartbeat": heartbeat, "metrics": list(metrics)})


family("one", metric("a"), metric("b"))
family("slow", metric("a"), metric("b"), step=1800, heartbeat=7200)
for role in ("inodes", "memory", "swap", "cpu"):
    family(role, metric("used", role + "_used"), metric("free", role + "_free"))
for role in ("pressure", "network_errors", "temperature", "up", "failures"):
    family(role, metric("a", role))
DISK_METRICS = metric("used", "disk_used"), metric("free", "disk_free")
family("disk", *DISK_METRICS)
family("slowdisk", *DISK_METRICS, step=1800, heartbeat=7200)
family("slowload", metric("a", "load"), step=1800, heartbeat=7200)

W, C, P, OK = "warning", "critical", "pending", None
ALL = "family: one, metric: a, "
# name: rule, values of the three looks (a list: several samples, 10 s apart;
# None: no new one), what it is at each
ROWS = {
    "above": (ALL + "warning: 5, critical: 9", (4, 6, 10), (OK, W, C)),
    "below": (ALL + "condition: below, warning: 5, critical: 2", (6, 4, 1),
              (OK, W, C)),
    "at_line": (ALL + "warning: 5", (5, 4, 5), (W, OK, W)),
    "ratio": (ALL + "per: b, warning: 50%", ("4:10", "6:10", "4:10"),
              (OK, W, OK)),
    "second": ("family: one, metric: b, warning: 5", ("9:1", "1:9", "9:1"),
               (OK, W, OK)),
    "margin": (ALL + "warning: 10, margin: 3", (11, 8, 6), (W, W, OK)),
    "raised": (ALL + "warning: 10, critical: 20, margin: 3", (11, 21, 18),
               (W, C, C)),
    "lowered": (ALL + "warning: 10, critical: 20", (21, 11, 1), (C, W, OK)),
    "held": (ALL + "warning: 5, for: 1h", (6, 6, 1), (P, P, OK)),
    "kept": (ALL + "warning: 5, keep: 1h", (6, 1, 1), (W, W, W)),
    "no_warning": (ALL + "warning: none, critical: 5", (4, 6, 4), (OK, C, OK)),
    "last": (ALL + "aggregate: last, over: 1m, warning: 5",
             ([9, 1], [1, 9], 1), (OK, W, OK)),
    "average": (ALL + "aggregate: average, over: 10m, warning: 5",
                ([1, 1, 7], [9, 9], 9), (OK, W, W)),
    "smallest": (ALL + "aggregate: min, over: 10m, warning: 5",
                 ([9, 8], [9], 1), (W, W, OK)),
    "largest": (ALL + "aggregate: max, over: 10m, warning: 5",
                ([1, 2], [9, 1], 1), (OK, W, W)),
    "change": (ALL + "aggregate: change, over: 10m, warning: 5",
               ([50, 51], [52], 58), (OK, OK, W)),
    "off": (ALL + "warning: 5, enabled: false", (9, 9, 9), (OK, OK, OK)),
    "over_host": (ALL + "warning: 5, overrides: [{where: over_host, "
                  "warning: 50}]", (9, 60, 9), (OK, W, OK)),
    "over_cluster": (ALL + "warning: 5, overrides: [{where: 'local/*', "
                     "warning: 50}]", (9, 60, 9), (OK, W, OK)),
    "over_series": (ALL + "warning: 5, overrides: [{where: "
                    "'local/over_series/one.i', warning: 50}]", (9, 60, 9),
                    (OK, W, OK)),
    "over_pattern": (ALL + "warning: 50, overrides: [{where: "
                     "'no*|over_pat*', critical: 5}]", (4, 6, 4),
                     (OK, C, OK)),
    "over_off": (ALL + "warning: 5, overrides: [{where: 'over_o*', "
                 "enabled: false}]", (9, 9, 9), (OK, OK, OK)),
    "over_other": (ALL + "warning: 5, overrides: [{where: 'db*', "
                   "warning: 50}]", (9, 9, 4), (W, W, OK)),
    "over_for": (ALL + "warning: 5, overrides: [{where: 'over*', for: 1h}]",
                 (9, 9, 4), (P, P, OK)),
    "except": (ALL + "warning: 5, except: 'except'", (9, 9, 9),
               (OK, OK, OK)),
    "absent": ("family: one, condition: silent, warning: 20m, critical: 1d",
               (-3000, None, 1), (W, W, OK)),
    "stale": (ALL + "warning: 5", (-3000, None, 9), (OK, OK, W)),
}


def looked(rules):
    subprocess.run([BIN + "/robin-store", "--once", "--state", w.state],
                   check=True, stderr=subprocess.DEVNULL)
    r = w.alert("--once", rules=rules)
    assert r.returncode == 0, r.stderr
    return {(a["rule"], a["host"]): a for a in w.active()["alerts"]}


def is_(a):
    return a and (P if a["state"] == "pending" else a["severity"])


def put(lines):
    r = subprocess.run([BIN + "/robin", "put", "--state", w.state, "-"],
                       input="".join(lines), text=True, capture_output=True)
    bad = [x for x in r.stdout.splitlines() if x != "ok"]
    assert r.returncode == 0 and not bad, bad[:3] + [r.stderr[:300]]


def history():
    """28 quiet days of load, and three days of a disk that fills, is full, or
    shrinks: level now and percent a day."""
    start = NOW // 1800 * 1800
    for back in range(28 * 48, -1, -1):
        at = start - back * 1800
        v = 2 + 0.1 * (back * 7 % 5)
        last = back == 0
        yield f"local/usual/slowload.i {at} {v}\n"
        yield f"local/odd/slowload.i {at} {40 if last else v}\n"
        yield f"local/up/slow.i {at} {40 if last else v}:0\n"
        yield f"local/down/slow.i {at} {0.1 if last else v}:0\n"
        for host, level, daily in (("fills", 90, 5), ("soon", 94.9, 9),
                                   ("full", 97, 5), ("far", 60, 5),
                                   ("shrinks", 90, -2)):
            if back <= 3 * 48:
                u = level - back / 48 * daily
                yield f"local/{host}/slowdisk.i {at} {u}:{100 - u}\n"


DEFAULTS = {  # built-in rule: family, values of the three looks, level each
    "inodes_full": ("inodes", ("50:50", "91:9", "96:4"), (OK, W, C)),
    "memory_full": ("memory", ("50:50", ["93:7"] * 9, "93:7"), (OK, W, W)),
    "swap_full": ("swap", ("50:50", "61:39", "91:9"), (OK, W, C)),
    "cpu_busy": ("cpu", ("96:4", "97:3", "1:99"), (W, W, OK)),
    "pressure": ("pressure", (39, [60] * 9, 60), (OK, W, W)),
    "network_errors": ("network_errors", (0, [3] * 9, 3), (OK, W, W)),
    "temperature": ("temperature", (84, 86, 96), (OK, W, C)),
    "target_down": ("up", (1, 0, 1), (OK, C, OK)),
    "failures": ("failures", ([3], [3], [3]), (OK, OK, OK)),
    "disk_full": ("disk", ("50:50", "91:9", "96:4"), (OK, W, C)),
    "host_silent": ("one", (-3000, None, 1), (C, C, OK)),
}
# the values are new at each look, so what takes minutes is set to nothing
QUICK = {k: "for: 0, keep: 0" for k in DEFAULTS} | {
    k: "for: 0, keep: 0" for k in ("disk_will_fill", "load_unusual")}
QUICK["failures"] = "for: 0"
QUICK["host_silent"] = "for: 0, keep: 0, critical: 20m"
QUICK["disk_full"] += ", labels: {team: ops}, runbook: 'https://x/r'"
QUICK["swap_full"] += ", margin: 0"


def lines_of(look, host, fam, values):
    v = values[look]
    inst = ":" if fam == "disk" else "i"
    if v is None:
        return
    if isinstance(v, int) and v < 0:
        yield f"local/{host}/{fam}.{inst} {NOW + v} 1:1\n"
        return
    v = v if isinstance(v, list) else [v]
    for i, x in enumerate(v):
        x = f"{x}:0" if fam == "one" and ":" not in str(x) else x
        at = FIRST + look * 100 - 10 * (len(v) - 1 - i)
        yield f"local/{host}/{fam}.{inst} {at} {x}\n"


try:
    rows = "".join(f"  r_{n}: {{where: '{n}', {r}}}\n"
                   for n, (r, _, _) in ROWS.items())
    more = "".join(f"  {n}: {{{r}}}\n" for n, r in QUICK.items())
    extra = "".join(
        f"  {d}_{h}: {{family: slow, metric: a, condition: unusual, "
        f"direction: {d}, warning: 5, history: 28d, where: {h}}}\n"
        for d in ("up", "down", "both") for h in ("up", "down"))
    rules = w.file("alerts.yml", "rules:\n" + rows + more + extra)
    r = w.alert("check", rules)
    t.ok(r.returncode == 0, "the file is right", r.stderr)
    put(history())
    seen = []
    for look in range(3):
        put(x for n, (_, v, _) in ROWS.items()
            for x in lines_of(look, n, "one", v))
        put(x for n, (f, v, _) in DEFAULTS.items()
            for x in lines_of(look, "d-" + n, f, v))
        seen.append(looked(rules))
    for n, (rule, _, want) in ROWS.items():
        got = tuple(is_(s.get(("r_" + n, n))) for s in seen)
        t.is_(got, want, f"{n}: {rule}")
    for n, (_, _, want) in DEFAULTS.items():
        got = tuple(is_(s.get((n, "d-" + n))) for s in seen)
        t.is_(got, want, f"built-in {n}")

    def one(rule, host):
        return is_(seen[0].get((rule, host)))

    for host, want in (("fills", W), ("soon", C), ("full", OK), ("far", OK),
                       ("shrinks", OK)):
        t.is_(one("disk_will_fill", host), want,
              f"built-in disk_will_fill: a disk that is {host}")
    t.is_([one("disk_full", h) for h in ("full", "fills")], [C, W],
          "a full one is for disk_full")
    for host, want in (("odd", W), ("usual", OK)):
        t.is_(one("load_unusual", host), want,
              f"built-in load_unusual: {host}")
    for d, h, want in (("up", "up", W), ("up", "down", OK),
                       ("down", "up", OK), ("down", "down", W),
                       ("both", "up", W), ("both", "down", W)):
        t.is_(one(f"{d}_{h}", h), want, f"unusual, direction {d}: it went {h}")
    a = seen[1].get(("disk_full", "d-disk_full")) or {}
    t.is_((a.get("labels"), a.get("runbook"), a.get("summary")),
          ({"team": "ops"}, "https://x/r", "Disk / on d-disk_full is 91.0 % "
           "full"), "labels, runbook and summary")
    a = seen[0].get(("disk_will_fill", "fills")) or {}
    t.ok("will be full in " in a.get("summary", "") and
         "no time" not in a["summary"], "how long a disk has left", a)
    past = w.file("past.yml", "rules: {disk_will_fill: "
                  "{for: 0, keep: 0, limit: 80%}}\n")
    last = looked(past)
    a = last.get(("disk_will_fill", "fills")) or {}
    t.is_((is_(a), a.get("summary")),
          (W, "Disk i on fills will be full in no time"),
          "past the limit the alert stays, no worse")
    t.is_(last.get(("disk_will_fill", "full")), None, "and none begins")
finally:
    w.done()
t.done()
