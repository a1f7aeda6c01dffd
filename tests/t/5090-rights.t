#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What robin-alert gives up: the daemon and what talks to peers are fenced in;
a channel that starts a program keeps the rights that the program needs."""
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import Catcher, Tap, World, wait_for  # noqa: E402

t, w, hook = Tap(), World(), Catcher()
RULES = """
interval: 1s
channels:
  hook: {type: webhook, url: '%s'}
%s
notify: {wait: 0, interval: 0}
rules:
  disk_full: {for: 0, warning: 80%%}
  host_silent: {enabled: false}
  disk_will_fill: {enabled: false}
"""


def status(pid, key):
    with open(f"/proc/{pid}/status") as f:
        for line in f:
            if line.startswith(key + ":"):
                return line.split()[1]


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return f.read().split()


seen = []


def look_at_sender():
    seen.extend((status(c, "Seccomp"), int(status(c, "Seccomp_filters")))
                for c in children(p.pid))


try:
    rules = w.file("alerts.yml", RULES % (hook.url(), ""))
    w.put([("local/web1/disk.:", "10:90")])
    p = w.start(rules)
    t.ok(wait_for(15, lambda: "as_of" in w.active()), "it looks", w.log())
    t.is_((status(p.pid, "Seccomp"), status(p.pid, "NoNewPrivs"),
           int(status(p.pid, "CapEff"), 16) & ~0x6), ("2", "1", 0),
          "the daemon is fenced in")
    hook.before = look_at_sender
    w.put([("local/web1/disk.:", "90:10")])
    t.ok(wait_for(15, lambda: hook.got), "and delivers", w.log())
    hook.before = None
    own = int(status(p.pid, "Seccomp_filters"))
    t.ok(seen and all(s == "2" and n > own for s, n in seen),
         "its sender has a tighter fence of its own", (seen, own))
    with open(f"{w.state}/inbox/1-1-1.json", "w") as f:
        f.write("{not json")
    os.mkfifo(f"{w.state}/inbox/2-2-2.json")
    t.ok(wait_for(15, lambda: sorted(
        x for x in os.listdir(f"{w.state}/inbox") if x != "bad") == []),
        "a bad message leaves the inbox", os.listdir(f"{w.state}/inbox"))
    with open(f"{w.state}/inbox/bad/1-1-1.json") as f:
        t.is_(f.read(), "{not json", "and is kept for a look")
    ran = os.path.join(w.dir, "ran")
    program = w.file("program", f"#!/bin/sh\ncat >>{ran}\n", 0o755)
    w.file("alerts.yml", RULES % (
        hook.url(), f"  run: {{type: exec, program: {program}}}"))
    p.send_signal(signal.SIGHUP)
    t.ok(wait_for(15, lambda: "restart robin-alert" in w.log()),
         "a reload cannot take a right back, and says so", w.log())
    n = len(hook.got)
    w.put([("local/web1/disk.:", "10:90")])
    t.ok(wait_for(15, lambda: len(hook.got) > n), "the old file holds")
    w.kill(p)
    w.put([("local/web1/disk.:", "90:10")])
    p = w.start(rules)
    t.ok(wait_for(15, lambda: os.path.exists(ran) and "web1" in
                  open(ran).read()), "after a restart the program runs",
         w.log())
    t.is_(status(p.pid, "Seccomp"), "0", "with what it needs")
finally:
    w.done()
t.done()
