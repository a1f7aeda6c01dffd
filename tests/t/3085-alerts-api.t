#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Alerts over HTTP: what robin-alert sees is listed; an acknowledgement and a
silence that are posted with a token reach it."""
import json
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import BIN, Stack, done, equal, ok  # noqa: E402

s = Stack(data=True)
A, ACK, S = "/api/v1/alerts", "/api/v1/alerts/ack", "/api/v1/silences"


def post(target, body, token=None):
    time.sleep(0.12)  # nginx lets ten a second through
    h = {"Content-Type": "application/json"}
    if token is not None:
        h["Authorization"] = f"Bearer {token}"
    return s.ask(target, "POST", h, json.dumps(body).encode())


def until(look, seconds=25):
    end = time.monotonic() + seconds
    while True:
        got = look()
        if got or time.monotonic() > end:
            return got
        time.sleep(0.2)


def listed(target, key):
    a = s.ask(target)
    return a.json()[key] if a.status == 200 else []


equal(s.ask(A).json(), {"as_of": None, "data_age": None, "alerts": []},
      "before robin-alert ever ran nobody claims that all is well")
equal(s.ask(S).json()["silences"], [], "no silences")
token = subprocess.run([f"{BIN}/robin", "token", "--state", s.state, "ops"],
                       capture_output=True, text=True).stdout.strip()
SILENCE = {"matchers": {"rule": "host_silent"}, "until": int(time.time()) + 600,
           "comment": "moving racks", "author": "root"}
for target, body in ((ACK, {"id": "x"}), (S, SILENCE)):
    equal(post(target, body).status, 401, f"{target} without a token: 401")
equal(s.ask(ACK).status, 405, "an acknowledgement is no GET")
for target, body in (
    (ACK, {}), (ACK, {"id": 5}), (ACK, {"id": "x", "acked": 1}), (ACK, []),
    (S, {}), (S, {"matchers": {}, "until": SILENCE["until"]}),
    (S, {"matchers": {"host": 5}, "until": SILENCE["until"]}),
    (S, {"matchers": {"host": "a"}, "until": 5}),
    (S, {"matchers": {"host": "a"}, "until": 1e300}), (S, {"remove": ""}),
):
    equal(post(target, body, token).status, 400, f"{target} {body}: 400")
ok(not os.path.isdir(f"{s.state}/inbox") or
   not [x for x in os.listdir(f"{s.state}/inbox") if x.endswith(".json")],
   "nothing of that was kept")

# badges: what robin-alert says, and only while it is alive
def badge(leaf=""):
    return re.search("<title>.*?: . (.*)</title>",
                     s.ask(f"/badge/local/web1{leaf}.svg").body.decode())[1]


def alerts(age_s, *which):
    with open(f"{s.state}/alerts.json", "w") as f:
        json.dump({"as_of": int(time.time()) - age_s, "interval": 10,
                   "alerts": [dict({"state": "firing", "cluster": "local",
                                    "host": "web1", "severity": "critical",
                                    "series": "local/web1/load",
                                    "summary": "x"}, **a) for a in which]}, f)


value = badge("/load")
equal(badge(), "ok", "a host's badge, by thresholds")
for which, host, wrong in (
        ([], "ok", 0), ([{}], "critical", 1),
        ([{"severity": "warning"}], "warning", 1),
        ([{"state": "pending"}], "ok", 0), ([{"silenced": True}], "ok", 0),
        ([{"inhibited": True}], "ok", 0), ([{"host": "web2"}], "ok", 0),
        ([{"series": "local/web1/disk.:"}], "critical", 0),
        ([{"severity": "warning"}, {}], "critical", 1)):
    alerts(5, *which)
    load = s.ask("/badge/local/web1/load.svg").body.decode()
    equal((badge(), int("#00734f" not in load)), (host, wrong),
          f"badges of the host and its load: {which}")
alerts(900, {})
equal((badge(), badge("/load")), ("ok", value),
      "what a dead robin-alert said counts for nothing")
os.unlink(f"{s.state}/alerts.json")

rules = f"{s.state}/alerts-test.yml"
with open(rules, "w") as f:
    f.write("interval: 1s\nrules:\n  host_silent: {critical: 3s}\n")
s.start("alert", [f"{BIN}/robin-alert", "--state", s.state, "--rules", rules])
seen = until(lambda: s.ask(A).json()["as_of"])
ok(seen, "robin-alert looked")
a = s.ask(A).json()
ok(0 <= a["data_age"] < 3600, "and says when", a)
equal(s.ask(A + "?severity=loud").status, 400, "a wrong filter: 400")
firing = until(lambda: listed(A + "?state=firing", "alerts"))
ok(firing, "a host that fell silent is listed", a)
for x in firing[:1]:
    equal([y["id"] for y in listed(
        f"{A}?host={x['host']}&cluster={x['cluster']}&severity={x['severity']}",
        "alerts") if y["id"] == x["id"]], [x["id"]], "filters find it")
    equal(post(ACK, {"id": x["id"]}, token).status, 202, "acknowledged: 202")
    ok(until(lambda: [y for y in listed(A, "alerts")
                      if y["id"] == x["id"] and y.get("acked")]),
       "and it says so")
equal(listed(A + "?host=nobody", "alerts"), [], "nothing of another host")
equal(post(S, SILENCE, token).status, 202, "a silence: 202")
got = until(lambda: listed(S, "silences"))
ok(len(got) == 1 and got[0]["author"] == "ops" and
   got[0]["matchers"] == SILENCE["matchers"] and
   got[0]["until"] == SILENCE["until"] and
   got[0]["comment"] == "moving racks", "in force, by the token's owner", got)
equal(post(S, {"remove": got[0]["id"]}, token).status, 202, "removed: 202")
ok(until(lambda: not listed(S, "silences")), "and gone")
done()
