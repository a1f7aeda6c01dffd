#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pages about alerts over the real stack: active, history, silences, the
overview's word, the Atom feed; and acting from the page in Chromium."""
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import DISK, wait_for  # noqa: E402
from stack import BIN, REPO, Stack, done, equal, ok  # noqa: E402

s = Stack(data=True)
s.family("disk", DISK["metrics"], instance_label="mount point")
token = subprocess.run([f"{BIN}/robin", "token", "--state", s.state, "ops"],
                       capture_output=True, text=True).stdout.strip()
conf = f"{s.work}/robin.yml"
with open(conf, "w") as f:
    f.write("site: {interval: 1s, title: 'A & B', "
            "url: 'https://mon.example.org'}\n")
with open(f"{s.work}/alerts.yml", "w") as f:
    f.write("""
interval: 1s
rules:
  host_silent: {enabled: false}
  disk_will_fill: {enabled: false}
  disk_full: {for: 0, keep: 0, warning: 80%, critical: 95%,
              runbook: 'https://wiki.example.org/disk'}
""")


def site():
    subprocess.run([f"{BIN}/robin-site", "--state", s.state, "--config", conf,
                    "--once"], check=True, capture_output=True)


def page(path):
    """From the disk: nginx may know the one before for a second."""
    with open(f"{s.state}/site{path}" + ("index.html" if path[-1] == "/"
                                         else "")) as f:
        return f.read()


def put(used, at=[0]):
    """Each call a later second than the one before."""
    at[0] = max(at[0] + 1, int(time.time()) - 30)
    s.put([f"local/web1/disk.: {at[0]} {used}:{100 - used}"])


def active(state="firing"):
    return s.ask(f"/api/v1/alerts?state={state}").json()["alerts"]


site()
ok("Nobody is watching" in page("/alerts/"), "without robin-alert: said so")
feed = ET.fromstring(page("/alerts/feed.atom"))
A = "{http://www.w3.org/2005/Atom}"
equal(len(feed.findall(A + "entry")), 0, "an empty feed")
s.start("alert", [f"{BIN}/robin-alert", "--state", s.state, "--config", conf])
put(10)
ok(wait_for(15, lambda: s.ask("/api/v1/alerts").json()["as_of"]), "it looks")
site()
ok("No alert needs you" in page("/alerts/"), "all is well", page("/alerts/"))
put(96)
ok(wait_for(15, active), "a disk is full")
site()
p = page("/alerts/")
ok("1 alert needs you" in p and "Disk / on web1 is 96.0 % full" in p and
   "https://wiki.example.org/disk" in p and "/h/local/web1/" in p and
   f"robin alert ack {active()[0]['id']}" in p and
   re.search(r"/g/local/web1/disk\.:/6h,720x260,notes\.png", p),
   "the page has its words, runbook, graph, and what to do", p)
ok('<a href="/alerts/">1 alert</a>' in page("/"), "so says the overview")
ok("disk_full" in page("/alerts/history/"), "history counts it")
first = page("/alerts/feed.atom")
put(10)
ok(wait_for(15, lambda: not active()), "the disk is well again")
site()
p = page("/alerts/history/")
at = re.search(r"/g/local/web1/disk\.:/(\d+)~(\d+),720x260,notes\.png", p)
ok(at and s.ask(at.group(0)).status == 200 and
   int(at.group(2)) - int(at.group(1)) >= 3 * 3600,
   "history has the graph of that moment", p)
equal(s.ask("/alerts/feed.atom").header("content-type").split(";")[0],
      "application/atom+xml", "the feed's type")
feed = ET.fromstring(page("/alerts/feed.atom"))
for name in ("id", "title", "updated", "author"):
    ok(feed.find(A + name) is not None, f"the feed has {name}")
equal(feed.find(A + "title").text, "A & B: alerts", "with the site's title")
entries = feed.findall(A + "entry")
equal(len(entries), 1, "an incident is one entry")
for e in entries:
    ok(all(e.find(A + x) is not None for x in ("id", "title", "updated")),
       "with what RFC 4287 wants")
    link = e.find(A + "link").get("href")
    ok(link.startswith("https://mon.example.org/alerts/history/#e"),
       "its link is absolute", link)
    ok(f'id="{link.split("#")[1]}"' in p, "and leads to its row")
    ok("https://mon.example.org/g/local/web1/" in e.find(A + "content").text,
       "the graph too")
    ok(e.find(A + "title").text.startswith("[resolved]"), "it is over")
    equal(ET.fromstring(first).find(A + "entry").find(A + "id").text,
          e.find(A + "id").text, "its id outlives the change")
    ok(ET.fromstring(first).find(A + "entry").find(A + "updated").text <=
       e.find(A + "updated").text, "updated does not go back")
before = os.stat(f"{s.state}/site/alerts/feed.atom").st_ino
site()
equal(os.stat(f"{s.state}/site/alerts/feed.atom").st_ino, before,
      "nothing new: the feed is not written")
node = f"{REPO}/tests/browser/node_modules/playwright-core"
if not shutil.which("chromium") or not os.path.isdir(node):
    ok(True, "# SKIP no chromium or npm packages")
    done()
put(96)
ok(wait_for(15, active), "it is full again")
s.start("site", [f"{BIN}/robin-site", "--state", s.state, "--config", conf])
r = subprocess.run(["node", "alerts.mjs", f"http://127.0.0.1:{s.port}", token],
                   cwd=f"{REPO}/tests/browser", capture_output=True, text=True)
for line in r.stdout.splitlines():
    m = re.match(r"(not )?ok \d+ - (.*)", line)
    if m:
        ok(not m.group(1), m.group(2), r.stdout)
ok(r.returncode == 0, "in the browser", r.stderr)
done()
