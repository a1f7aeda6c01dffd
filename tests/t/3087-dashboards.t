#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Dashboards that people keep: who is who, whose is what, two windows that
change one, limits, and that robin-alert stores them."""
import base64
import http.client
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import BIN, Stack, done, equal, ok  # noqa: E402

T = "/api/v1/dashboards"


def basic(user, password="pw"):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Site(Stack):
    """A stack whose nginx has more lines in http and in the server block."""

    def __init__(self, http_lines="", server=""):
        super().__init__(data=False, nginx=False)
        os.makedirs(f"{self.state}/inbox", exist_ok=True)
        with open(f"{self.state}/run/access.conf", "w") as f:
            f.write(http_lines)
        with open(f"{self.state}/run/users", "w") as f:
            f.write("anna:{PLAIN}pw\nben:{PLAIN}pw\n")
        self.nginx(server.replace("USERS", f"{self.state}/run/users"))

    def user(self, source=None, **headers):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30,
                                       source_address=source)
        c.request("GET", T, headers={k.replace("_", "-"): v
                                     for k, v in headers.items()})
        r = c.getresponse()
        body = r.read()
        c.close()
        return json.loads(body)["user"] if r.status == 200 else r.status


# who is who
plain = Site()
for name, headers in (("nobody", {}), ("a login that nobody checked", {"Authorization": basic("anna")}),
                      ("headers of a client", {"X_Remote_User": "anna", "Remote_User": "anna", "Robin_User": "anna"})):
    equal(plain.user(**headers), None, f"without a login of nginx: {name}")
a = plain.ask(T + "/web", "PUT", {"Content-Type": "application/json", "If-None-Match": "*",
                                  "Authorization": basic("anna")}, b'{"title":"x","panels":[]}')
equal(a.status, 403, "and nobody keeps anything")
equal(plain.ask(T + "/web").status, 403, "or reads it")
plain.stop()

proxied = Site("geo $robin_proxy { default 0; 127.0.0.9 1; }\n"
               'map $robin_proxy $robin_login { default ""; 1 $http_x_remote_user; }\n',
               "set $robin_user $robin_login;\n")
equal(proxied.user(("127.0.0.9", 0), X_Remote_User="anna"), "anna", "the proxy's word counts")
equal(proxied.user(("127.0.0.9", 0), X_Remote_User="a\tb"), None, "a name with control bytes is nobody")
equal(proxied.user(("127.0.0.9", 0), X_Remote_User="a" * 200), None, "and one that is too long")
equal(proxied.user(X_Remote_User="anna"), None, "anybody else's does not")
equal(proxied.user(("127.0.0.9", 0)), None, "the proxy may say nobody")
proxied.stop()

s = Site(server='auth_basic "Robin";\nauth_basic_user_file USERS;\nset $robin_user $remote_user;\n')
equal(s.user(), 401, "with one: nobody comes in")
equal(s.user(Authorization=basic("anna", "guess")), 401, "nor with a wrong password")
equal(s.user(Authorization=basic("anna"), X_Remote_User="ben"), "anna", "nginx says who it is")


def ask(method, name, user="anna", doc=None, **more):
    time.sleep(0.12)  # nginx lets ten a second through
    headers = {"Authorization": basic(user)}
    if doc is not None:
        headers["Content-Type"] = "application/json"
    headers.update({k.replace("_", "-"): v for k, v in more.items()})
    body = doc if isinstance(doc, bytes) else None if doc is None else json.dumps(doc).encode()
    return s.ask(f"{T}/{name}" if name else T, method, headers, body)


def inbox():
    return sorted(x for x in os.listdir(f"{s.state}/inbox") if x.endswith(".json"))


WEB = {"title": "Web <b>", "panels": [{"graph": "local/web1/cpu", "range": "day", "wide": True},
                                      {"graph": "local/web1/disk.:var", "range": "week", "more": 1}]}
KEPT = {"title": "Web <b>", "panels": [{"graph": "local/web1/cpu", "range": "day", "wide": True},
                                       {"graph": "local/web1/disk.:var", "range": "week", "wide": False}]}
a = ask("PUT", "web", doc=WEB, If_None_Match="*")
ok(a.status == 201 and a.header("etag"), "one is made", a)
first = a.header("etag")
a = ask("GET", "web")
ok(a.status == 200 and a.json() == KEPT and a.header("etag") == first, "and there at once", a)
equal(a.header("cache-control"), "no-store", "for nobody's cache")
equal(ask("GET", "web", If_None_Match=first).status, 304, "304 for who has it")
equal(ask("GET", "").json(), {"user": "anna", "dashboards": [{"name": "web", "title": "Web <b>", "etag": first}]}, "it is listed")
equal(ask("GET", "").header("cache-control"), "no-store", "the list too is for one")
equal(ask("GET", "", "ben").json(), {"user": "ben", "dashboards": []}, "others have their own")
equal(ask("GET", "web", "ben").status, 404, "and do not see it")

# two windows
NEW = dict(KEPT, title="Two")
equal(ask("PUT", "web", doc=NEW).status, 428, "a change must say what it changes")
equal(ask("PUT", "web", doc=NEW, If_None_Match="*").status, 412, "a new one does not replace")
equal(ask("PUT", "web", doc=NEW, If_Match='"0000000000000000"').status, 412, "nor one that was not read")
a = ask("PUT", "web", doc=NEW, If_Match=first)
ok(a.status == 200 and a.header("etag") != first, "the one that was read is replaced", a)
second = a.header("etag")
equal(ask("PUT", "web", doc=KEPT, If_Match=first).status, 412, "the other window is told")
equal(ask("GET", "web").json()["title"], "Two", "and nothing is lost")
equal(len(inbox()), 1, "a later change takes the place of one that waits")

# robin-alert stores it
once = [f"{BIN}/robin-alert", "--state", s.state, "--once"]
p = subprocess.run(once, capture_output=True, text=True)
ok(p.returncode == 0 and inbox() == [], "robin-alert takes it", p)
a = ask("GET", "web")
ok(a.header("etag") == second and a.json() == NEW, "it is the same when stored", a)
equal(ask("DELETE", "web", If_Match=first).status, 412, "removing needs to have seen it too")
equal(ask("DELETE", "web", If_Match=second).status, 200, "it is removed")
equal([ask("GET", "web").status, ask("GET", "").json()["dashboards"]], [404, []], "and gone at once")
equal(ask("DELETE", "web", If_Match=second).status, 412, "only once")
subprocess.run(once)
equal([ask("GET", "web").status, inbox()], [404, []], "and gone for good")
a = ask("PUT", "web", doc=KEPT, If_None_Match="*")
ok(a.status == 201 and ask("GET", "web").json() == KEPT, "the name is free again", a)

# what is not taken
for name, want, got in (
        ("another site's page", 403, ask("PUT", "a", doc=WEB, If_None_Match="*", Origin="https://evil.example")),
        ("another site's removal", 403, ask("DELETE", "web", If_Match=first, Sec_Fetch_Site="cross-site")),
        ("a form", 415, ask("PUT", "a", doc=b"title=x", If_None_Match="*", Content_Type="application/x-www-form-urlencoded")),
        ("POST", 405, ask("POST", "a", doc=WEB)),
        ("a new list", 405, ask("PUT", "", doc=WEB, If_None_Match="*")),
        ("a name with a capital", 400, ask("PUT", "Web", doc=WEB, If_None_Match="*")),
        ("a name that climbs", 400, ask("PUT", "%2e%2e", doc=WEB, If_None_Match="*")),
        ("a long name", 400, ask("PUT", "a" * 41, doc=WEB, If_None_Match="*")),
        ("no JSON", 400, ask("PUT", "a", doc=b"{", If_None_Match="*")),
        ("a list", 400, ask("PUT", "a", doc=[], If_None_Match="*")),
        ("no title", 400, ask("PUT", "a", doc={"panels": []}, If_None_Match="*")),
        ("a long title", 400, ask("PUT", "a", doc={"title": "x" * 321, "panels": []}, If_None_Match="*")),
        ("a path that climbs", 400, ask("PUT", "a", doc={"title": "x", "panels": [{"graph": "../../etc", "range": "day"}]}, If_None_Match="*")),
        ("an unknown range", 400, ask("PUT", "a", doc={"title": "x", "panels": [{"graph": "a/b/c", "range": "ever"}]}, If_None_Match="*")),
        ("61 panels", 400, ask("PUT", "a", doc={"title": "x", "panels": [{"graph": "a/b/c", "range": "day"}] * 61}, If_None_Match="*")),
        ("40 kB", 413, ask("PUT", "a", doc=b'{"title":"x","panels":[' + b" " * 40000 + b"]}", If_None_Match="*"))):
    ok(got.status == want, f"{name}: {want}", got)
s.put_n = 0
while s.put_n < 40 and ask("PUT", f"n{s.put_n}", doc=WEB, If_None_Match="*").status == 201:
    s.put_n += 1
equal(s.put_n, 31, "a person keeps 32")
equal(ask("PUT", "one-more", doc=WEB, If_None_Match="*").status, 409, "and no more")
equal(ask("PUT", "other", "ben", doc=WEB, If_None_Match="*").status, 201, "which is nobody else's limit")
subprocess.run(once)
equal([len(ask("GET", "").json()["dashboards"]), inbox()], [32, []], "all are stored")
done()
