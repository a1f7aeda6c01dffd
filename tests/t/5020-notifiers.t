#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What each notifier sends, and what faults of a peer do to the queue."""
import json
import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import Catcher, Tap, World, wait_for  # noqa: E402

t, w, hook = Tap(), World(), Catcher()
slack = w.file("slack", hook.url("/services/T0/SECRET") + "\n", 0o600)
key = w.file("key", "R0UT1NG", 0o640)
open_key = w.file("open", "R0UT1NG", 0o644)
prog = w.file("prog", "#!/bin/sh\ncat >\"$1\"\nexit ${2:-0}\n", 0o755)
fail75 = w.file("fail75", "#!/bin/sh\nexit 75\n", 0o755)
fail1 = w.file("fail1", "#!/bin/sh\nexit 1\n", 0o755)
rules = w.file("alerts.yml", f"""
channels:
  slack: {{type: slack, url-file: {slack}, channel: '#ops'}}
  pager: {{type: pagerduty, key-file: {key}, url: '{hook.url("/pd")}'}}
  push: {{type: ntfy, topic: robin, url: '{hook.url("/ntfy")}',
          token-file: {key}}}
  hook: {{type: webhook, url: '{hook.url("/hook")}', token-file: {key}}}
  leaky: {{type: pagerduty, key-file: {open_key}, url: '{hook.url("/x")}'}}
  program: {{type: exec, program: {prog}, argument: '{w.dir}/said'}}
  later: {{type: exec, program: {fail75}}}
  never: {{type: exec, program: {fail1}}}
  none: {{type: exec, program: /nowhere/at/all}}
""")
try:
    w.put([("local/web1/disk.:", "90:10")])

    def test(channel):
        return w.alert("test", channel, rules=rules)

    t.is_(test("slack").returncode, 0, "slack takes it")
    path, head, body = hook.got[-1]
    doc = json.loads(body)
    t.is_((path, doc["channel"]), ("/services/T0/SECRET", "#ops"),
          "at the secret address")
    t.ok(doc["text"].startswith("[WARNING] ") and
         doc["blocks"][0]["text"]["type"] == "mrkdwn", "as blocks", doc)

    t.is_(test("pager").returncode, 0, "pagerduty takes it")
    doc = json.loads(hook.got[-1][2])
    t.is_((doc["routing_key"], doc["event_action"],
           doc["payload"]["severity"]), ("R0UT1NG", "trigger", "warning"),
          "as an event")
    t.ok(doc["dedup_key"] and len(doc["payload"]["summary"]) < 1024,
         "with its key")

    t.is_(test("push").returncode, 0, "ntfy takes it")
    path, head, body = hook.got[-1]
    doc = json.loads(body)
    t.is_((doc["topic"], doc["priority"], head["Authorization"]),
          ("robin", 4, "Bearer R0UT1NG"), "with priority and token")

    t.is_(test("hook").returncode, 0, "a webhook takes it")
    t.is_(hook.got[-1][1]["Authorization"], "Bearer R0UT1NG",
          "with its token")

    t.is_(test("program").returncode, 0, "a program takes it")
    with open(w.dir + "/said") as f:
        t.is_(json.load(f)["alerts"][0]["rule"], "test",
              "as JSON on its input")

    r = test("leaky")
    t.is_(r.returncode != 0 and "everybody may read" in r.stderr, True,
          "a secret everybody can read is refused")
    t.ok("R0UT1NG" not in r.stderr, "and not shown")
    n = len(hook.got)
    t.ok(all(p != "/x" for p, _, _ in hook.got), "nothing was sent")
    for name, why in (("later", "75"), ("never", "1"), ("none", "127")):
        r = test(name)
        t.ok(r.returncode == 1 and why in r.stderr,
             f"exit status {why} is an error", r.stderr)

    for status in (400, 403, 404, 410):
        hook.answers = [(status, {})]
        r = test("slack")
        t.ok(r.returncode != 0 and str(status) in r.stderr and
             "SECRET" not in r.stderr, f"{status} is reported, no secret",
             r.stderr)

    # the queue: 429 with Retry-After, 500, a hang-up, then delivery
    w.file("alerts.yml", f"""
interval: 1s
channels:
  slack: {{type: slack, url-file: {slack}}}
notify: {{wait: 0, interval: 1s}}
rules:
  disk_full: {{for: 0, warning: 80%}}
  disk_will_fill: {{enabled: false}}
""")
    hook.got.clear()
    hook.answers = [(429, {"Retry-After": "3"}), (500, {})]
    p = w.start(rules)
    t.ok(wait_for(10, lambda: len(hook.got) == 1), "first try: 429", w.log())
    began = time.monotonic()
    t.ok(wait_for(15, lambda: len(hook.got) == 2), "second: 500", w.log())
    t.ok(time.monotonic() - began >= 2.5, "not before Retry-After")
    t.is_(w.db("select count(*) from outbox")[0][0], 1, "it is still queued")
    t.ok(wait_for(30, lambda: len(hook.got) == 3), "third: taken", w.log())
    t.ok(wait_for(5, lambda: w.db("select count(*) from outbox") == [(0,)]),
         "and it leaves the queue")
    t.is_(len({b for _, _, b in hook.got}), 1, "the same message each time")
    log = w.log()
    t.ok("SECRET" not in log, "no secret in the log", log)

    # a peer that takes the request and answers never: evaluation goes on
    sink = socket.socket()
    sink.bind(("127.0.0.1", 0))
    sink.listen(16)
    w.file("slack", f"http://127.0.0.1:{sink.getsockname()[1]}/hang", 0o600)
    w.put([("local/web1/disk.:", "20:80")])
    wait_for(5, lambda: not w.firing("disk_full"))
    before = w.active()["as_of"]
    t.ok(wait_for(5, lambda: w.active()["as_of"] >= before + 3),
         "a stalled peer delays no look", w.log())
    p.terminate()
    t.is_(p.wait(5), 0, "nor the stop")
    w.procs.remove(p)
    t.is_(w.db("select count(*) from outbox"), [(1,)],
          "its message is kept for the next start")
finally:
    w.done()
t.done()
