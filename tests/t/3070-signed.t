#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Signed addresses: a frozen picture without a login, behind basic
authentication and straight; expiry; nothing else gets through."""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import BIN, Stack, done, equal, ok, png_size  # noqa: E402

s = Stack(nginx=False)
# a login on everything, as docs/http.md shows it: listen.conf is part of the
# server block, so that is where a server of one's own would say it
os.makedirs(f"{s.state}/run", exist_ok=True)
with open(f"{s.state}/run/users", "w") as f:
    f.write("me:{PLAIN}secret\n")
s.nginx('auth_basic "Robin";\n'
        f"auth_basic_user_file {s.state}/run/users;\n")
LOGIN = {"Authorization": "Basic bWU6c2VjcmV0"}
P = "/g/local/web1/load/"


def sign(url, *how):
    p = subprocess.run([f"{BIN}/robin", "sign", "--state", s.state, *how, url],
                       capture_output=True, text=True)
    return p.stdout.strip() if p.returncode == 0 else p


t = P + "hour,300x100.png"
equal(s.ask(t).status, 401, "the page wants a login")
equal(s.ask(t, headers=LOGIN).status, 200, "and has one")
a = s.ask("/s/0/" + "0" * 32 + P + "1~2.png")
equal(a.status, 403, "no key yet: nothing is signed")
link = sign(t)
ok(str(link).startswith("/s/"), "robin sign", link)
mode = os.stat(f"{s.state}/sign.key").st_mode & 0o777
equal(mode, 0o600, "its key is its owner's")
a = s.ask(link)
equal((a.status, png_size(a.body)), (200, (300, 100)),
      "the signed picture needs none")
old = sign(P + "now-1h~now-10min,300x100.png")
a = s.ask(old)
time.sleep(1.1)
s.put([f"local/web1/load {int(time.time()) + 30} 50:50"])
b = s.ask(old)
ok(a.status == b.status == 200 and a.body == b.body,
   "it is frozen: neither time nor a new sample changes it", (a, b))
j = sign(P + "hour.json")
equal(s.ask(j).json()["path"], "local/web1/load", "numbers, too")
whole = sign(f"https://mon.example{t}", "--expires", "never")
ok(whole.startswith("https://mon.example/s/0/"), "a whole address", whole)
equal(s.ask(whole[len("https://mon.example"):]).status, 200, "for ever")

# what does not get through
head, sig, rest = link.split("/")[2], link.split("/")[3], \
    "/" + "/".join(link.split("/")[4:])
for name, bad in {
    "another host": link.replace("web1", "web2"),
    "another size": link.replace("300x100", "301x100"),
    "another expiry": link.replace(head, str(int(head) + 1)),
    "no expiry": link.replace(f"/s/{head}", "/s/0"),
    "another signature": link.replace(sig, "0" * 32),
    "a cut signature": link.replace(sig, sig[:16]),
    "an upper-case signature": link.replace(sig, sig.upper())
    if sig.upper() != sig else link.replace(sig, "F" * 32),
    "a relative range": f"/s/{head}/{sig}{P}hour.png",
    "a query": link + "?dark",
    "another page behind it": f"/s/{head}/{sig}/h/local/web1/",
    "the way out": f"/s/{head}/{sig}/../../../api/v1/hosts",
    "the way out, encoded": f"/s/{head}/{sig}/%2e%2e/%2e%2e/%2e%2e/metrics",
}.items():
    a = s.ask(bad)
    ok(a.status in (400, 401, 403, 404), f"{name}: refused", a)
for t in ("/api/v1/hosts", "/metrics", P + "hour.json", "/"):
    equal(s.ask(t).status, 401, f"{t}: still behind the login")
short = sign(P + "hour.png", "--expires", "1s")
time.sleep(2.1)
a = s.ask(short)
ok(a.status == 403 and png_size(a.body), "expired: 403, as a picture", a)
os.unlink(f"{s.state}/sign.key")
equal(s.ask(link).status, 403, "without the key nothing works any more")
for bad in ("/h/local/web1/", "/g/local/web1/load/day.gif", "x"):
    p = sign(bad)
    ok(not isinstance(p, str) and p.returncode == 1 and p.stderr,
       f"robin sign {bad}: refused", p)
p = sign(P + "hour.png", "--expires", "soon")
ok(not isinstance(p, str) and p.returncode == 2, "--expires soon: usage", p)
done()
