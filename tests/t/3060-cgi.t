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
from stack import (BIN, Stack, done, equal, free_port, ok,  # noqa: E402
                   parse_cgi, png_size)

s = Stack(nginx=False)
P = "/g/local/web1/load/"


def cgi(target, method="GET", **more):
    env = {"PATH": "/usr/bin:/bin", "GATEWAY_INTERFACE": "CGI/1.1",
           "REQUEST_METHOD": method, "REQUEST_URI": target,
           "ROBIN_STATE": s.state}
    # a sanitized build is told what it is told elsewhere
    env.update({k: v for k, v in os.environ.items()
                if k.endswith("SAN_OPTIONS")})
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

# under web servers that run it themselves
script = os.path.join(s.work, "robin.cgi")
with open(script, "w") as f:
    f.write(f"#!/bin/sh\nexec {BIN}/robin-fcgi --state {s.state}\n")
os.chmod(script, 0o755)
os.chmod(s.work, 0o755)  # for Apache's user
PATHS = ("g", "s", "api", "badge", "metrics", "healthz", "health", "readyz")


def lighttpd(port):
    with open(f"{s.work}/lighttpd.conf", "w") as f:
        f.write(f'''
server.modules = ("mod_alias", "mod_cgi")
server.document-root = "{s.state}/site"
index-file.names = ("index.html")
server.bind = "127.0.0.1"
server.port = {port}
$HTTP["url"] =~ "^/({"|".join(PATHS)})(/|$)" {{
    alias.url = ("/" => "{script}/")
    cgi.assign = (".cgi" => "")
}}
''')
    return ["lighttpd", "-D", "-f", f"{s.work}/lighttpd.conf"]


def apache(port):
    modules = "".join(
        f"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so\n"
        for m in ("mpm_prefork", "authz_core", "alias", "cgi", "dir"))
    with open(f"{s.work}/apache.conf", "w") as f:
        f.write(f'''
{modules}
ServerRoot {s.work}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {s.work}/apache.pid
ErrorLog {s.work}/apache.err
DocumentRoot {s.state}/site
User www-data
Group www-data
AllowEncodedSlashes NoDecode
DirectoryIndex index.html
ScriptAliasMatch "^/({"|".join(PATHS)})(/.*)?$" "{script}"
<Directory {s.work}>
    Require all granted
    CGIPassAuth On
</Directory>
''')
    return ["apache2", "-DFOREGROUND", "-f", f"{s.work}/apache.conf"]


def listens(port):
    with socket.socket() as c:
        return c.connect_ex(("127.0.0.1", port)) == 0


for name, start in (("lighttpd", lighttpd), ("apache2", apache)):
    if not shutil.which(name):
        ok(True, f"{name} # SKIP not installed")
        continue
    s.port = free_port()
    # Apache stops its whole process group
    s.start(name, start(s.port), start_new_session=True)
    s.wait(lambda: listens(s.port), name)
    a = s.ask("/healthz")
    equal((a.status, a.body), (200, b"ok\n"), f"{name}: healthz")
    a = s.ask(P + "hour,300x100.png")
    equal((a.status, png_size(a.body)), (200, (300, 100)),
          f"{name}: a picture")
    equal(s.ask(P + "hour.json").json()["path"], "local/web1/load",
          f"{name}: numbers")
    a = s.ask(P + "hour.json?dark")
    equal((a.status, a.header("location")), (308, P + "hour,dark.json"),
          f"{name}: the canonical address")
    equal(s.ask(P + "..%2f.json").status, 400, f"{name}: hostile")
    equal(s.ask("/api/v1/nothing").status, 404, f"{name}: 404")
    a = s.ask("/api/v1/annotations", "POST", {
        "Content-Type": "application/json", "Authorization": "Bearer x"},
        b'{"title":"x"}')
    ok(a.status == 403 and "no tokens" in a.json()["detail"],
       f"{name}: a POST with its token arrives", a)
    equal(s.ask("/").status, 200, f"{name}: the site beside it")
done()
