#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Mail, to a real SMTP server: the graph inside, hostile names harmless, and
a server that refuses, stalls or is away."""
import email
import email.policy
import os
import struct
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import Tap, World, free_port, wait_for  # noqa: E402

try:
    from aiosmtpd.controller import Controller
except ImportError:
    print("1..0 # SKIP python3-aiosmtpd is not installed")
    sys.exit(0)


class Box:
    """What the server does with a mail: accepts it, or a scripted answer."""

    def __init__(self):
        self.mails, self.answers, self.stall_s = [], [], 0

    async def handle_DATA(self, server, session, envelope):
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(envelope)
        return "250 taken"


def parts(envelope):
    m = email.message_from_bytes(envelope.content,
                                 policy=email.policy.default)
    return m, {p.get_content_type(): p for p in m.walk()}


t, w, box = Tap(), World(), Box()
port = free_port()
server = Controller(box, hostname="127.0.0.1", port=port)
rules = w.file("alerts.yml", f"""
interval: 1s
channels:
  mail: {{type: email, to: 'ops@example.org, second@example.org',
          from: robin@example.org, server: 'smtp://127.0.0.1:{port}'}}
notify: {{wait: 1s, interval: 2s}}
rules:
  disk_full: {{for: 0, warning: 80%,
    summary: "Disk {{instance}} on {{host}}: Überlauf <b>&<!channel>"}}
  disk_will_fill: {{enabled: false}}
""")
try:
    for used in range(50, 60):
        w.put([("local/web1/disk.:", f"{used}:{100 - used}")])
    w.put([("local/web1/disk.:", "90:10")])
    p = w.start(rules)
    # nobody listens yet: it waits in the queue
    t.ok(wait_for(15, lambda: "not delivered" in w.log()),
         "an absent server is noticed", w.log())
    t.is_(w.db("select count(*) from outbox"), [(1,)], "the mail waits")
    box.answers = ["451 busy, come later"]
    server.start()
    # the next try is up to 7.5 s away, then one more after 451
    t.ok(wait_for(40, lambda: box.mails), "and comes when there is one",
         w.log())
    t.ok("451" in w.log() or "not delivered" in w.log(),
         "a 451 is tried again", w.log())
    m, by_type = parts(box.mails[0])
    t.is_(box.mails[0].rcpt_tos, ["ops@example.org", "second@example.org"],
          "to everybody")
    t.is_(str(m["Subject"]),
          "[WARNING] Disk / on web1: Überlauf <b>&<!channel>",
          "the subject is encoded and whole")
    t.is_(m["Auto-Submitted"], "auto-generated", "nobody answers for it")
    t.ok(m["Message-ID"] and m["Date"] and m["References"],
         "Message-ID, Date, a thread")
    png = by_type.get("image/png")
    data = png.get_content() if png else b""
    t.ok(data.startswith(b"\x89PNG\r\n\x1a\n"), "a PNG is inside")
    if data:
        width, height = struct.unpack(">II", data[16:24])
        t.ok(width >= 400 and height >= 100 and len(data) > 2000,
             "a graph, not a dot", f"{width}x{height} {len(data)}")
        t.is_(png["Content-ID"], "<g1>", "with its Content-ID")
    html = by_type["text/html"].get_content()
    t.ok("cid:g1" in html, "which the HTML shows")
    t.ok("<b>&" not in html and "&lt;b&gt;&amp;" in html,
         "HTML in a name is text", html)
    t.ok("since 20" in by_type["text/plain"].get_content(),
         "the plain text says since when")
    t.is_(m.get_content_type(), "multipart/mixed", "well nested")

    # given up for good on a 5xx, and that is on record
    box.answers = ["554 no"]
    w.put([("local/web1/disk.:", "20:80")])
    t.ok(wait_for(20, lambda: w.db(
        "select 1 from event where kind='robin' and title like "
        "'%could not be delivered%'")), "a 554 is final, and noted", w.log())
    t.is_(w.db("select count(*) from outbox"), [(0,)], "the queue is empty")
    r = w.alert("test", "mail", rules=rules)
    t.is_((r.returncode, r.stdout), (0, "mail: taken by email\n"),
          "robin alert test")
    t.is_(str(parts(box.mails[-1])[0]["Subject"]),
          "[WARNING] This is a test of channel mail: nothing is wrong",
          "sends a test")
    # through a local sendmail
    out = os.path.join(w.dir, "out")
    sendmail = w.file("sendmail", f"#!/bin/sh\necho \"$@\" >{out}.args\n"
                      f"cat >{out}\n", 0o755)
    rules2 = w.file("local.yml", f"channels:\n  m: {{type: email, to: a@b, "
                    f"sendmail: {sendmail}}}\n")
    r = w.alert("test", "m", rules=rules2)
    t.is_(r.returncode, 0, "sendmail is run")
    with open(out, "rb") as f:
        m = email.message_from_bytes(f.read(), policy=email.policy.default)
    kinds = [x.get_content_type() for x in m.walk()]
    t.is_(kinds, ["multipart/related", "multipart/alternative",
                  "text/plain", "text/html", "image/png"],
          "with the whole message")
    t.ok(" -- a@b" in open(out + ".args").read(),
         "and addresses that are no options")
    t.ok(p.poll() is None, "robin-alert runs on")
finally:
    w.done()
    try:
        server.stop()
    except Exception:
        pass
t.done()
