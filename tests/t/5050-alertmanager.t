#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The real Alertmanager takes our alert, shows it, and its resolution; and
its own webhook has the shape that ours has."""
import json
import os
import shutil
import subprocess
import sys
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import Catcher, Tap, World, free_port, wait_for  # noqa: E402

am = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
if am is None:
    print("1..0 # SKIP prometheus-alertmanager is not installed")
    sys.exit(0)
t, w, hook, ours = Tap(), World(), Catcher(), Catcher()
port = free_port()
base = f"http://127.0.0.1:{port}"
conf = w.file("am.yml", f"""
route: {{receiver: hook, group_by: [alertname, cluster], group_wait: 1s,
        group_interval: 1s}}
receivers:
  - name: hook
    webhook_configs: [{{url: '{hook.url()}', send_resolved: true}}]
""")
rules = w.file("alerts.yml", f"""
interval: 1s
channels:
  am: {{type: alertmanager, url: '{base}'}}
  hook: {{type: webhook, url: '{ours.url()}'}}
notify: {{wait: 0, interval: 1s}}
rules:
  disk_full: {{for: 0, warning: 80%, critical: 95%, labels: {{team: ops}}}}
  disk_will_fill: {{enabled: false}}
""")


def get(path):
    try:
        with urllib.request.urlopen(base + path, timeout=5) as r:
            return json.load(r)
    except OSError:
        return None


def active():
    return [a for a in get("/api/v2/alerts?active=true") or []
            if a["status"]["state"] == "active"]


def shape(v):
    """Names and types, without values; a list is its first item."""
    if isinstance(v, dict):
        return {k: shape(x) for k, x in v.items()}
    if isinstance(v, list):
        return [shape(v[0])] if v else []
    return type(v).__name__


try:
    w.procs.append(subprocess.Popen(
        [am, f"--config.file={conf}", f"--storage.path={w.dir}/am",
         f"--web.listen-address=127.0.0.1:{port}",
         "--cluster.listen-address="],
        stderr=open(w.dir + "/am.log", "w")))
    t.ok(wait_for(20, lambda: get("/api/v2/status")), "Alertmanager is up",
         open(w.dir + "/am.log").read()[-500:])
    w.put([("local/web1/disk.:", "10:90")])
    w.put([("local/web1/disk.:", "90:10")])
    p = w.start(rules)
    t.ok(wait_for(15, active), "it shows our alert", w.log())
    a = active()[0]
    t.is_((a["labels"]["alertname"], a["labels"]["severity"],
           a["labels"]["host"], a["labels"]["team"]),
          ("disk_full", "warning", "web1", "ops"), "with its labels")
    t.is_(a["annotations"]["summary"], "Disk / on web1 is 90.0 % full",
          "and words")
    w.put([("local/web1/disk.:", "97:3")])
    t.ok(wait_for(15, lambda: [x["labels"]["severity"] for x in active()] ==
                  ["critical"]),
         "raised: critical, and no warning beside it", active())
    t.ok(wait_for(15, lambda: hook.got and ours.got), "both webhooks speak")
    mine, theirs = shape(ours.bodies()[0]), shape(hook.bodies()[0])
    for doc in (mine, theirs):
        doc["groupLabels"] = doc["commonLabels"] = {}
        doc["commonAnnotations"] = {}
        for alert in doc["alerts"]:
            alert["labels"] = alert["annotations"] = {}
    t.is_(mine, theirs, "in the same shape")
    w.put([("local/web1/disk.:", "10:90")])
    t.ok(wait_for(15, lambda: not active()), "it shows the resolution",
         active())
    t.ok(wait_for(15, lambda: hook.alerts("resolved")),
         "and tells its own receivers")
    r = w.alert("test", "am", rules=rules)
    t.is_(r.returncode, 0, "robin alert test reaches it")
finally:
    w.done()
t.done()
