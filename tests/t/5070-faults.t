#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Faults below robin-alert: a full disk, a damaged database, a hostile
inbox.  It runs on, says so once, and recovers without a restart."""
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import Catcher, Tap, World, wait_for  # noqa: E402

t, w, hook = Tap(), World(), Catcher()
rules = w.file("alerts.yml", f"""
interval: 1s
channels:
  hook: {{type: webhook, url: '{hook.url()}'}}
notify: {{wait: 0, interval: 1s}}
rules:
  disk_full: {{for: 0, warning: 80%}}
  host_silent: {{enabled: false}}
  disk_will_fill: {{enabled: false}}
""")
mounted = False
if os.geteuid() == 0:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", w.state],
        stderr=subprocess.DEVNULL).returncode == 0
    if mounted:
        os.makedirs(os.path.join(w.state, "families"))
        from alertlib import DISK
        w.family(DISK)
try:
    w.put([("local/web1/disk.:", "10:90"), ("local/web2/disk.:", "10:90")])
    # a damaged database is put aside, and that is on record
    with open(os.path.join(w.state, "events.db"), "wb") as f:
        f.write(b"not a database" * 1000)
    p = w.start(rules)
    t.ok(wait_for(10, lambda: w.active().get("watched")),
         "it starts over a damaged database", w.log())
    t.ok("damaged" in w.alert("events").stdout, "and says so")
    t.ok([x for x in os.listdir(w.state) if x.startswith("events.db.bad-")],
         "the old one is kept")

    # what does not belong into the inbox
    inbox = os.path.join(w.state, "inbox")
    os.mkfifo(os.path.join(inbox, "fifo.json"))
    os.symlink("/etc/shadow", os.path.join(inbox, "link.json"))
    for name, text in (("big.json", "{" + " " * 100000),
                       ("alert.json", '{"kind":"alert","title":"forged"}'),
                       ("cut.json", '{"kind":')):
        with open(os.path.join(inbox, name), "w") as f:
            f.write(text)
    t.ok(wait_for(10, lambda: sorted(os.listdir(inbox)) == ["bad"]),
         "a hostile inbox is emptied", os.listdir(inbox))
    t.ok("forged" not in w.alert("events").stdout,
         "nobody forges an alert's history")
    t.ok(p.poll() is None, "it runs on")

    if mounted:
        w.put([("local/web1/disk.:", "90:10")])
        t.ok(wait_for(10, lambda: hook.alerts("firing")), "an alert fires",
             w.log())
        hook.got.clear()
        p.send_signal(signal.SIGSTOP)
        w.put([("local/web1/disk.:", "10:90"), ("local/web2/disk.:", "95:5")])
        with open(os.path.join(w.state, "filler"), "wb") as f:
            try:
                while True:
                    f.write(b"x" * 65536)
            except OSError:
                pass
        p.send_signal(signal.SIGCONT)
        t.ok(wait_for(10, lambda: "look failed" in w.log()),
             "a full disk is noticed", w.log())
        time.sleep(3)
        t.is_(w.log().count('"msg":"look failed"'), 1, "and said once")
        t.ok(p.poll() is None, "it runs on")
        os.unlink(os.path.join(w.state, "filler"))
        t.ok(wait_for(10, lambda: "looking again" in w.log()),
             "with room it looks again", w.log())
        t.ok(wait_for(10, lambda: hook.alerts("resolved") and
                      hook.alerts("firing")),
             "and both changes are told", w.log())
        time.sleep(2)
        t.is_((len(hook.alerts("firing")) >= 1,
               len(hook.alerts("resolved"))), (True, 1),
              "the resolve once")
        t.is_(w.db("pragma integrity_check"), [("ok",)],
              "events.db is whole")
    p.terminate()
    t.is_(p.wait(5), 0, "it stops")
    w.procs.remove(p)
finally:
    for p in w.procs:
        p.kill()
        p.wait()
    w.procs = []
    if mounted:
        subprocess.run(["umount", "-l", w.state])
    w.done()
t.done()
