#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Quiet by design: 500 hosts down are one message, a host that is down
speaks once, flapping is a handful, an escalation is one step at a time."""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import Catcher, Tap, World, wait_for  # noqa: E402

t, w, hook, boss = Tap(), World(), Catcher(), Catcher()
HOSTS = 500
rules = w.file("alerts.yml", f"""
interval: 1s
channels:
  hook: {{type: webhook, url: '{hook.url()}'}}
  boss: {{type: webhook, url: '{boss.url()}'}}
notify: {{wait: 4s, interval: 3s}}
routes:
  - match: {{rule: disk_full}}
    to: hook
    wait: 1s
    repeat: 5s
    escalate: [{{after: 3s, to: boss}}]
  - to: hook
rules:
  host_silent: {{critical: 6s}}
  disk_full: {{for: 0, warning: 80%}}
  disk_will_fill: {{enabled: false}}
""")


def everybody(value, hosts):
    w.put([(f"local/h{i:03}/disk.:", value) for i in hosts])


try:
    # h000 is full before all fall silent
    everybody("10:90", range(HOSTS))
    w.put([("local/h000/disk.:", "90:10")])
    p = w.start(rules)
    t.ok(wait_for(10, lambda: w.firing("disk_full")), "a disk fills", w.log())
    t.ok(wait_for(10, lambda: hook.alerts("firing")), "and is told")
    t.ok(wait_for(15, lambda: len(w.firing("host_silent")) == HOSTS),
         f"{HOSTS} hosts fall silent",
         len(w.firing("host_silent")))
    hook.got.clear()
    t.ok(wait_for(15, lambda: hook.got), "people are told", w.log())
    time.sleep(4)
    silent = [b for b in hook.bodies()
              if b["groupLabels"].get("alertname") == "host_silent"]
    t.is_(len(silent), 1, "in one message")
    t.is_(len(silent[0]["alerts"]) + silent[0]["truncatedAlerts"], HOSTS,
          "about all of them")
    t.is_([b for b in hook.bodies() if b not in silent], [],
          "and of no disk of theirs")
    t.ok(w.firing("disk_full")[0].get("inhibited"), "it is inhibited")

    # all come back
    hook.got.clear()
    everybody("10:90", range(1, HOSTS))
    w.put([("local/h000/disk.:", "91:9")])
    t.ok(wait_for(20, lambda: sum(
        len([a for a in b["alerts"] if a["status"] == "resolved"]) +
        b["truncatedAlerts"] for b in hook.bodies()
        if b["groupLabels"].get("alertname") == "host_silent") >= HOSTS),
        "their return is told", [len(b["alerts"]) for b in hook.bodies()])
    back = [b for b in hook.bodies()
            if b["groupLabels"].get("alertname") == "host_silent"]
    t.is_(len(back), 1, "in one message too")
    p.terminate()
    p.wait()
    w.procs.remove(p)

    # escalation and repeat, then an acknowledgement ends both
    w.file("alerts.yml", open(rules).read().replace("critical: 6s",
                                                    "enabled: false"))
    p = w.start(rules)
    t.ok(wait_for(15, lambda: boss.got), "nobody acts: it escalates",
         w.log())
    hook.got.clear()
    t.ok(wait_for(15, lambda: hook.got), "it is repeated")
    w.alert("ack", w.firing("disk_full")[0]["id"], check=True)
    wait_for(5, lambda: w.firing("disk_full")[0].get("acked"))
    time.sleep(1)
    hook.got.clear()
    boss.got.clear()
    time.sleep(8)
    t.is_((len(hook.got), len(boss.got)), (0, 0),
          "acknowledged: no repeat, no escalation")
    w.put([("local/h000/disk.:", "10:90")])
    t.ok(wait_for(15, lambda: hook.alerts("resolved")),
         "its end is told all the same")

    # flapping once a second for half a minute
    hook.got.clear()
    boss.got.clear()
    for i in range(60 if os.environ.get("LONG") else 30):
        w.put([("local/h000/disk.:", "90:10" if i % 2 == 0 else "10:90")])
        time.sleep(1)
    t.ok(len(hook.got) <= 8, "flapping is a handful of messages",
         len(hook.got))
    t.ok(hook.got, "but not none")
    t.ok(w.firing("disk_full") and w.firing("disk_full")[0].get("flapping"),
         "and it is said to flap", w.active()["alerts"])
finally:
    w.done()
t.done()
