#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plain CGI: the same program answers one request and ends; under fcgiwrap,
and on a listening socket it was handed as standard input."""
import os
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import (BIN, Stack, done, equal, ok, parse_cgi,  # noqa: E402
                   png_size)

s = Stack(nginx=False)
P = "/g/local/web1/load/"


def cgi(target, method="GET", **more):
    env = {"PATH": "/usr/bin:/bin", "GATEWAY_INTERFACE": "CGI/1.1",
           "REQUEST_METHOD": method, "REQUEST_URI": target,
           "ROBIN_STATE": s.state}
    env.update(more)
    p = subprocess.run([f"{BIN}/robin-fcgi"], env=env, timeout=20,
                       stdin=subprocess.DEVNULL, capture_output=True)
    a = parse_cgi(p.stdout)
    a.code = p.returncode
    return a


a = cgi("/healthz")
equal((a.code, a.status, a.body), (0, 200, b"ok\n"), "CGI: healthz")
a = cgi(P + "hour.json")
equal((a.code, a.status, a.json()["path"]), (0, 200, "local/web1/load"),
      "CGI: numbers")
a = cgi(P + "hour,300x100.png")
equal((a.code, a.status, png_size(a.body)), (0, 200, (300, 100)),
      "CGI: a picture")
b = cgi(P + "hour,300x100.png", HTTP_IF_NONE_MATCH=a.header("etag"))
ok(b.status in (200, 304), "CGI: revalidation", b)
equal(cgi("/nope").status, 404, "CGI: an error is an answer")
equal(cgi("/healthz", "POST").header("allow"), "GET, HEAD", "CGI: 405")
equal(cgi(P + "..%2f.json").status, 400, "CGI: hostile")
a = cgi("/healthz", "HEAD")
equal((a.status, a.body), (200, b""), "CGI: HEAD")
p = subprocess.run([f"{BIN}/robin-fcgi", "--state", s.state],
                   stdin=subprocess.DEVNULL, capture_output=True, text=True,
                   env={"PATH": "/usr/bin:/bin"})
ok(p.returncode == 2 and "--socket" in p.stderr,
   "neither socket nor CGI: says what to do", p)
p = subprocess.run([f"{BIN}/robin-fcgi", "--state", s.work + "/none",
                    "--socket", s.work + "/x.sock"], capture_output=True,
                   text=True)
ok(p.returncode == 1 and "no such state folder" in p.stderr,
   "no state folder: says so", p)

# a listening socket as standard input (spawn-fcgi, systemd)
path = s.sock("inherited")
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(path)
    listener.listen(16)
    s.start("inherited", [f"{BIN}/robin-fcgi", "--state", s.state,
                          "--workers", "1"], stdin=listener)
a = s.direct("inherited", "/healthz")
equal((a.status, a.body), (200, b"ok\n"), "a socket on standard input")
equal(png_size(s.direct("inherited", P + "hour,600x200.png").body), (600, 200),
      "answers both kinds")

# under fcgiwrap
if shutil.which("fcgiwrap"):
    script = os.path.join(s.work, "robin.cgi")
    with open(script, "w") as f:
        f.write(f"#!/bin/sh\nexec {BIN}/robin-fcgi --state {s.state}\n")
    os.chmod(script, 0o755)
    path = s.sock("wrap")
    s.start("fcgiwrap", ["fcgiwrap", "-s", f"unix:{path}"])
    s.wait(lambda: os.path.exists(path) and s.connects(path), "fcgiwrap")
    how = {"SCRIPT_FILENAME": script, "GATEWAY_INTERFACE": "CGI/1.1"}
    a = s.direct("wrap", "/healthz", params=how)
    equal((a.status, a.body), (200, b"ok\n"), "fcgiwrap: healthz")
    a = s.direct("wrap", P + "hour,600x200.png", params=how)
    equal((a.status, png_size(a.body)), (200, (600, 200)),
          "fcgiwrap: a picture")
    a = s.direct("wrap", P + "hour.json", params=how)
    equal((a.status, a.json()["step"]), (200, 10), "fcgiwrap: numbers")
    equal(s.direct("wrap", "/nope", params=how).status, 404, "fcgiwrap: 404")
else:
    ok(True, "fcgiwrap # SKIP not installed")
done()
