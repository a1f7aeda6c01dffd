#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Proof before trust: tests of rules, back-tests with a known answer, the
heartbeat, and a reference that says what the program says."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import BIN, Catcher, Tap, World, wait_for  # noqa: E402

t, w, beat = Tap(), World(), Catcher()
HERE = os.path.dirname(os.path.abspath(__file__))
rules = w.file("alerts.yml", f"""
interval: 1s
heartbeat: {{url: '{beat.url("/beat")}', every: 1s}}
rules:
  disk_full: {{warning: 80%, critical: 95%, for: 5m, margin: 2,
    overrides: [{{where: db*, warning: 60%}}]}}
""")
good = w.file("good.yml", """
tests:
  - rule: disk_full
    step: 1m
    values: 50x5 85x10 79x5 50x5
    expect:
      - {at: 4m, state: ok}
      - {at: 6m, state: pending}
      - {at: 10m, state: firing, severity: warning}
      - {at: 16m, state: firing}      # within the margin
      - {at: 20m, state: ok}
  - rule: disk_full
    series: 'local/db1/disk.:'
    values: 65x10 _x5
    expect:
      - {at: 9m, state: firing}
      - {at: 14m, state: firing}      # unknown is not well
""")
wrong = w.file("wrong.yml", """
tests:
  - rule: disk_full
    values: 85x3
    expect: [{at: 2m, state: firing}]
""")
broken = w.file("broken.yml", "tests:\n  - rule: no_such\n    values: 1\n")
try:
    r = w.alert("check", rules, "--tests", good)
    t.ok(r.returncode == 0, "tests of rules pass", r.stdout + r.stderr)
    t.is_(len([x for x in r.stdout.splitlines() if x.startswith("ok - ")]),
          7, "every expectation is judged")
    r = w.alert("check", rules, "--tests", wrong)
    t.ok(r.returncode == 1 and "not ok - line 5: disk_full at 120s is pending"
         in r.stdout, "a wrong expectation fails", r.stdout + r.stderr)
    r = w.alert("check", rules, "--tests", broken)
    t.ok(r.returncode == 3 and "broken.yml:2:5: rule: there is no such rule"
         in r.stderr, "a wrong test file is told by line", r.stderr)

    # history with a known answer: one hour at 90 % on every third day
    w.family({"name": "disk", "title": "Disk space", "unit": "bytes",
              "help": "x", "category": "disk", "step": 300,
              "heartbeat": 1200, "metrics": [
                  {"name": "used", "unit": "bytes", "kind": "gauge",
                   "role": "disk_used", "min": 0},
                  {"name": "free", "unit": "bytes", "kind": "gauge",
                   "role": "disk_free", "min": 0}]})
    now = int(time.time()) // 86400 * 86400
    lines = []
    days = 8
    for at in range(now - days * 86400, now, 300):
        day, hour = (at // 86400) % 3, at // 3600 % 24
        used = 90 if day == 0 and hour in (12, 13, 14) else 50
        lines.append(f"local/web1/disk.: {at} {used}:{100 - used}\n")
        lines.append(f"local/db1/disk.: {at} 40:60\n")
    subprocess.run([BIN + "/robin", "put", "--state", w.state, "-"],
                   input="".join(lines), text=True, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run([BIN + "/robin-store", "--once", "--state", w.state],
                   check=True, stderr=subprocess.DEVNULL)
    want = len({at // 86400 for at in range(now - days * 86400, now, 300)
                if (at // 86400) % 3 == 0})
    r = w.alert("backtest", "disk_full", "--days", str(days + 1),
                rules=rules)
    t.ok(f"would have fired {want} times, longest " in r.stdout,
         f"a back-test finds the {want} incidents", r.stdout + r.stderr)
    span = r.stdout.split("longest ")[1].split("\n")[0]
    # three hours less `for`, in whole hours
    t.is_(span, "2 h", "and how long they were")
    t.ok(f"local/web1/disk.:" in r.stdout and "db1" not in r.stdout,
         "and where")
    r = w.alert("backtest", "no_such", rules=rules)
    t.is_(r.returncode, 1, "an unknown rule is an error")

    p = w.start(rules)
    t.ok(wait_for(10, lambda: len(beat.got) >= 2), "the heartbeat beats",
         w.log())
    r = w.alert("--once", rules=rules)
    t.ok(r.returncode == 1 and "another robin-alert is at work" in r.stderr,
         "a second one is refused", r.stderr)
    p.terminate()
    t.is_(p.wait(5), 0, "it stops")
    w.procs.remove(p)
    n = len(beat.got)
    time.sleep(2)
    t.is_(len(beat.got), n, "and then nothing beats")

    out = w.alert("rules", "--docs").stdout
    with open(os.path.join(HERE, "../../docs/alerts.md")) as f:
        docs = f.read()
    def example(first, last):
        part = docs[docs.index("    " + first):]
        part = part[:part.index(last) + len(last)]
        return "\n".join(x[4:] for x in part.splitlines()) + "\n"

    alerts = w.file("docs.yml", example("channels:\n", "{team: mail}"))
    tests = w.file("docs-tests.yml", example("tests:\n", "critical}"))
    r = w.alert("check", alerts)
    t.ok(r.returncode == 0, "the example of the docs is right", r.stderr)
    plain = w.file("plain.yml", "rules: {}\n")
    r = w.alert("check", plain, "--tests", tests)
    t.ok(r.returncode == 0, "and so is its test", r.stdout + r.stderr)
    missing = [x for x in out.splitlines() if x and x not in docs]
    t.is_(missing, [], "docs/alerts.md has every key and option")
    t.is_(w.alert("rules", "--defaults").returncode, 0, "defaults are shown")
    again = w.file("again.yml", "rules:\n" + "".join(
        "  " + x + "\n" for x in
        w.alert("rules", "--defaults").stdout.splitlines()))
    t.is_(w.alert("check", again).returncode, 0, "and can be read back")
finally:
    w.done()
t.done()
