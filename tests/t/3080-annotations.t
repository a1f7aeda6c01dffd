#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""POST: who may, and what becomes of it; GET lists what was stored."""
import concurrent.futures
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import BIN, Stack, done, equal, ok  # noqa: E402

s = Stack(data=True)
T = "/api/v1/annotations"
JSON = "application/json"


def post(body, token=None, target=T, **headers):
    time.sleep(0.12)  # nginx lets ten a second through
    h = {"Content-Type": JSON}
    if token is not None:
        h["Authorization"] = f"Bearer {token}"
    h.update({k.replace("_", "-"): v for k, v in headers.items()})
    h = {k: v for k, v in h.items() if v is not None}
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return s.ask(target, "POST", h, body)


def inbox():
    d = f"{s.state}/inbox"
    return sorted(x for x in os.listdir(d) if x.endswith(".json")) \
        if os.path.isdir(d) else []


def robin(*argv):
    return subprocess.run([f"{BIN}/robin", *argv], capture_output=True,
                          text=True)


NOTE = {"title": "deployed 1.2", "host": "web1", "cluster": "local",
        "tags": ["deploy"], "time": s.t0}
equal(s.ask(T).json(), {"annotations": []}, "nothing happened yet")
a = post(NOTE)
ok(a.status == 401 and a.header("www-authenticate") and
   a.header("content-type") == "application/problem+json", "no token: 401", a)
equal(post(NOTE, "x").status, 403, "no tokens at all: 403")
p = robin("token", "--state", s.state, "deploy")
token = p.stdout.strip()
ok(p.returncode == 0 and len(token) == 64, "robin token", p)
with open(f"{s.state}/tokens") as f:
    text = f.read()
ok(token not in text and "deploy " in text, "only its hash is kept", text)
equal(os.stat(f"{s.state}/tokens").st_mode & 0o777, 0o600, "for its owner")

# who may not
for name, want, a in (
    ("wrong token", 401, post(NOTE, "0" * 64)),
    ("token cut short", 401, post(NOTE, token[:-1])),
    ("empty token", 401, post(NOTE, "")),
    ("Basic instead", 401, post(NOTE, Authorization="Basic eDp5")),
    ("token in the address", 401, post(NOTE, target=f"{T}?token={token}")),
    ("cross Origin", 403, post(NOTE, token, Origin="https://evil.example")),
    ("opaque Origin", 403, post(NOTE, token, Origin="null")),
    ("cross-site fetch", 403, post(NOTE, token, Sec_Fetch_Site="cross-site")),
    ("form type", 415, post(b"title=x", token,
     Content_Type="application/x-www-form-urlencoded")),
    ("text type", 415, post(NOTE, token, Content_Type="text/plain")),
    ("no type", 415, post(NOTE, token, Content_Type=None)),
    ("a local proxy's word", 401, post(NOTE, X_Forwarded_For="127.0.0.1")),
    ("a user's name", 401, post(NOTE, Remote_User="admin")),
):
    ok(a.status == want, f"{name}: {want}", a)
for spelling in ("//api/v1/annotations", "/api/./v1/annotations",
                 "/api/v1/%61nnotations"):
    equal(post(NOTE, target=spelling).status, 401, f"{spelling}: 401 as well")
for method in ("PUT", "DELETE", "PATCH"):
    a = s.ask(T, method, {"Authorization": f"Bearer {token}"}, b"{}")
    ok(a.status == 405 and a.header("allow") == "GET, HEAD, POST",
       f"{method}: 405", a)
ok(all(token not in s.direct("data", T, "POST", {
    "HTTP_AUTHORIZATION": "Bearer " + token, "CONTENT_TYPE": "text/x"})
    .body.decode() for _ in range(2)), "a token is never echoed")

# what may not
for name, body in (
    ("empty", b""), ("not JSON", b"{"), ("not an object", b"[]"),
    ("no title", {}), ("title of another type", {"title": 5}),
    ("long title", {"title": "x" * 1000}),
    ("a line break", {"title": "a\r\nb"}), ("NUL", b'{"title":"a\\u0000"}'),
    ("host that climbs", {"title": "x", "host": "../../etc"}),
    ("far ahead", {"title": "x", "time": 10 ** 12}),
    ("deep", b'{"title":"x","data":' + b"[" * 200 + b"]" * 200 + b"}"),
    ("after its end", b'{"title":"x"} {}'),
):
    a = post(body, token)
    ok(400 <= a.status <= 413 and a.json()["detail"], f"{name}: refused", a)
a = post(b'{"title":"' + b"x" * 66000 + b'"}', token)
equal(a.status, 413, "too much: 413")
a = post({"title": "x"}, token, target=T + "?colour=red")
equal(a.status, 400, "an unknown parameter: 400")
equal(inbox(), [], "nothing of all that was kept")

# and what may
a = post(NOTE, token)
ok(a.status == 202 and a.json()["uid"], "accepted: 202", a)
ok(post(dict(NOTE, title="same site"), token,
        Origin=f"http://127.0.0.1:{s.port}",
        Sec_Fetch_Site="same-origin").status == 202, "from the own site")
a = post(dict(NOTE, kind="heal", source="root", uid="mine", title="forged"),
         token)
equal(a.status, 202, "other members are taken in, too")
names = inbox()
equal(len(names), 3, "three files in the inbox")
docs = []
for n in names:
    with open(f"{s.state}/inbox/{n}") as f:
        docs.append(json.load(f))
ok(all(d["kind"] == "annotation" and d["source"] == "deploy" and
       "uid" not in d for d in docs),
   "kind, source and uid are ours to say", docs)
robin("token", "--state", s.state, "--remove", "deploy")
equal(post(NOTE, token).status, 401, "a removed token is none")

# stored by robin-alert, listed by GET
if os.path.exists(f"{BIN}/robin-alert"):
    s.start("alert", [f"{BIN}/robin-alert", "--state", s.state])
    end = time.monotonic() + 20
    got = []
    while time.monotonic() < end and len(got) < 3:
        a = s.ask(T + "?kind=annotation")
        got = a.json()["annotations"] if a.status == 200 else []
        time.sleep(0.2)
    equal(sorted(x["title"] for x in got),
          ["deployed 1.2", "forged", "same site"], "GET lists them")
    one = [x for x in got if x["title"] == "deployed 1.2"][0]
    equal((one["host"], one["time"], one["tags"], one["source"]),
          ("web1", s.t0, ["deploy"], "deploy"), "as they were posted")
    q = f"{T}?kind=annotation&"
    equal(len(s.ask(q + "host=web1").json()["annotations"]), 3, "of a host")
    equal(s.ask(q + "host=web2").json()["annotations"], [], "not another's")
    equal(s.ask(q + f"from={s.t0 + 1000}").json()["annotations"], [],
          "of a time")
    equal(len(s.ask(q + "limit=1").json()["annotations"]), 1, "at most")
else:
    ok(True, "robin-alert # SKIP not built")
with concurrent.futures.ThreadPoolExecutor(8) as many:
    got = set(many.map(lambda _: s.ask(
        T, "POST", {"Content-Type": JSON}, b"{}").status, range(60)))
equal(got, {401, 429}, "a flood of posts: 429")
equal(s.ask(T).status, 200, "reading goes on")
for bad in ("limit=0", "limit=10001", "from=soon", "kind=X", "host=.x",
            "series=a/b"):
    equal(s.ask(f"{T}?{bad}").status, 400, f"{bad}: 400")
done()
