#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One alert's whole way: value -> rule -> message -> resolved, and the
commands that people use on it."""
import base64
import hashlib
import hmac
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import Catcher, Tap, World, wait_for  # noqa: E402

t, w, hook = Tap(), World(), Catcher()
secret = w.file("secret", "whsec_" + base64.b64encode(b"k" * 24).decode(),
                0o600)
rules = w.file("alerts.yml", f"""
interval: 1s
channels:
  hook: {{type: webhook, url: '{hook.url("/in")}', secret-file: {secret}}}
notify: {{wait: 1s, interval: 2s}}
rules:
  disk_full: {{for: 0, warning: 80%, critical: 95%, labels: {{team: ops}},
              runbook: 'https://example.org/disk'}}
  disk_will_fill: {{enabled: false}}
""")
try:
    for used in (50, 51, 52):
        w.put([("local/web1/disk.:", f"{used}:{100 - used}"),
               ("local/web2/disk.:", "10:90")])
    p = w.start(rules)
    t.ok(wait_for(10, lambda: w.active().get("watched")), "it looks", w.log())
    t.is_(w.active()["alerts"], [], "nothing is wrong at first")

    w.put([("local/web1/disk.:", "90:10")])
    t.ok(wait_for(10, lambda: hook.got), "a message comes", w.log())
    path, head, body = hook.got[0]
    doc = hook.bodies()[0]
    a = doc["alerts"][0]
    t.is_((doc["version"], doc["status"], len(doc["alerts"])),
          ("4", "firing", 1), "in Alertmanager's shape")
    t.is_((a["labels"]["alertname"], a["labels"]["severity"],
           a["labels"]["host"], a["labels"]["team"]),
          ("disk_full", "warning", "web1", "ops"), "with its labels")
    t.is_(a["annotations"]["summary"], "Disk / on web1 is 90.0 % full",
          "in words")
    want = hmac.new(b"k" * 24, b".".join(
        [head["webhook-id"].encode(), head["webhook-timestamp"].encode(),
         body]), hashlib.sha256).digest()
    t.is_(head["webhook-signature"],
          "v1," + base64.b64encode(want).decode(), "and signed")
    t.is_([x["severity"] for x in w.firing("disk_full")], ["warning"],
          "alerts.json has it")
    rows = w.alert("list").stdout
    t.ok("warning" in rows and "Disk / on web1" in rows, "list shows it",
         rows)
    w.alert("list", "--json", check=True)

    w.put([("local/web1/disk.:", "97:3")])
    t.ok(wait_for(10, lambda: len(hook.got) > 1), "worse is told")
    t.is_([x["labels"]["severity"] for x in hook.bodies()[1]["alerts"]],
          ["critical"], "as critical, the same alert")
    t.is_(hook.bodies()[1]["alerts"][0]["fingerprint"], a["fingerprint"],
          "by the same fingerprint")

    # a kill forgets nothing (one before the record would repeat the message)
    wait_for(10, lambda: w.db("select count(*) from outbox") == [(0,)])
    w.kill(p)
    w.put([("local/web1/disk.:", "40:60")])
    p = w.start(rules)
    t.ok(wait_for(10, lambda: hook.alerts("resolved")),
         "the resolve comes after a kill", w.log())
    t.is_(len(hook.got), 3, "and nothing twice")
    t.is_(w.active()["alerts"], [], "and it is gone from alerts.json")
    rows = w.db("select kind, until_s > time_s, severity from event "
                "where kind = 'alert' order by id")
    t.is_(rows, [("alert", 1, "warning"), ("alert", 0, "critical")],
          "history has the incident and its raise")

    # silence, then the alert, then the end of the silence
    r = w.alert("silence", "add", "host=web2", "rule=disk_*", "--for", "1h",
                "--comment", "moving disks")
    t.is_(r.returncode, 0, "a silence is asked for")
    t.ok(wait_for(10, lambda: w.active().get("silences")), "and taken")
    w.put([("local/web2/disk.:", "99:1")])
    t.ok(wait_for(10, lambda: w.firing("disk_full")), "the alert fires")
    t.ok(w.firing("disk_full")[0].get("silenced"), "silenced")
    n = len(hook.got)
    wait_for(4, lambda: len(hook.got) > n)
    t.is_(len(hook.got), n, "and nobody is told")
    sid = w.active()["silences"][0]["id"]
    t.ok("moving disks" in w.alert("silence", "list").stdout, "it is listed")
    w.alert("silence", "end", sid, check=True)
    t.ok(wait_for(10, lambda: len(hook.got) > n),
         "once it ends, people are told", w.log())

    # acknowledged
    w.alert("ack", w.firing("disk_full")[0]["id"], check=True)
    t.ok(wait_for(10, lambda: w.firing("disk_full")[0].get("acked")),
         "an acknowledgement is taken")

    # an annotation, by the command and read back
    w.alert("events", "add", "Deployed 1.2", "--tag", "deploy", check=True)
    t.ok(wait_for(10, lambda: "Deployed 1.2" in w.alert(
        "events", "--tag", "deploy").stdout), "an annotation is noted")
    bad = w.alert("events", "add", "x\ny")
    t.is_(bad.returncode, 1, "a hostile one is refused at once")

    # a wrong file: told, and the old one holds
    w.file("alerts.yml", "rules: {disk_full: {wraning: 5}}\n")
    p.send_signal(signal.SIGHUP)
    t.ok(wait_for(10, lambda: "did you mean warning" in w.log()),
         "a wrong file is refused by line", w.log())
    t.ok(p.poll() is None, "and it runs on")
    r = w.alert("check", os.path.join(w.dir, "alerts.yml"))
    t.is_(r.returncode, 3, "check says so too")
    r = w.alert("--once", rules=os.path.join(w.dir, "alerts.yml"))
    t.is_(r.returncode, 3, "and it does not start")
    p.send_signal(signal.SIGTERM)
    t.is_(p.wait(5), 0, "SIGTERM ends it")
    w.procs.remove(p)
finally:
    w.done()
t.done()
