#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Alerts of others: the real Alertmanager posts to the inbound address through
nginx; what it says is shown, told and resolved like ours, and what is ours and
comes back is not told twice."""
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import Catcher, wait_for  # noqa: E402
from stack import BIN, Stack, done, equal, free_port, ok  # noqa: E402

IN, A = "/api/v1/alerts/inbound", "/api/v1/alerts"
s, hook = Stack(data=True), Catcher()
token = subprocess.run([f"{BIN}/robin", "token", "--state", s.state, "prom"],
                       capture_output=True, text=True).stdout.strip()
am = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
am_port = free_port()
base = f"http://127.0.0.1:{am_port}"


def post(body, target=IN, bearer=token, kind="application/json"):
    h = {"Content-Type": kind}
    if bearer:
        h["Authorization"] = f"Bearer {bearer}"
    return s.ask(target, "POST", h,
                 body if isinstance(body, bytes) else
                 json.dumps(body, ensure_ascii=False).encode())


def inbox():
    folder = f"{s.state}/inbox"
    return [x for x in os.listdir(folder) if x.endswith(".json")] \
        if os.path.isdir(folder) else []


def listed(rule, state="firing"):
    a = s.ask(f"{A}?state={state}")
    return [x for x in a.json()["alerts"] if x["rule"] == rule] \
        if a.status == 200 else []


def alert(name="X", **labels):
    return {"labels": {"alertname": name, **labels}}


# --- what is refused -------------------------------------------------------
equal(post([alert()], bearer=None).status, 401, "without a token: 401")
equal(s.ask(IN).status, 405, "a GET: 405")
equal(post([alert()], kind="text/plain").status, 415, "no JSON: 415")
for what, body in (
    ("a text", "x"), ("a number", 5), ("no alerts", {}), ("no list",
    {"alerts": {}}), ("no labels", [{}]), ("no name", [alert("")]),
    ("a label that is no text", [alert(n=5)]), ("not JSON", b"{"),
    ("a NUL", b'[{"labels":{"alertname":"a\\u0000b"}}]'),
    ("half good", [alert(), {}]),
):
    equal(post(body).status, 400, f"{what}: 400")
equal(post([alert() for _ in range(1001)]).status, 413, "1,001 alerts: 413")
equal(post(b" " * (1 << 20) + b"[]").status, 413, "over a megabyte: 413")
equal(inbox(), [], "nothing of that was kept")

# --- robin-alert, telling a webhook and an Alertmanager ----------------------
rules = f"{s.state}/alerts-test.yml"
with open(rules, "w") as f:
    f.write(f"""
interval: 1s
inbound-stale: 1h
channels:
  hook: {{type: webhook, url: '{hook.url()}'}}
  am: {{type: alertmanager, url: '{base}'}}
notify: {{wait: 0, interval: 1s, repeat: 10h, group-by: [rule, severity]}}
routes:
  - {{match: {{rule: Quiet*}}, group-by: [rule]}}
  - {{to: [hook, am]}}
rules:
  host_silent: {{enabled: false}}
""")
s.start("alert", [f"{BIN}/robin-alert", "--state", s.state, "--rules", rules])

many = [alert(f"Quiet{i}", host="web1", text="é" * 1000) for i in range(300)]
equal(post(many).json(), {"alerts": 300}, "300 alerts of 2 KB at once")
ok(wait_for(20, lambda: len([1 for x in s.ask(A).json()["alerts"]
                             if x["rule"].startswith("Quiet")]) == 300),
   "all of them are listed")
equal(post([{"status": "resolved", **x} for x in many]).status, 202,
      "and resolved")
ok(wait_for(20, lambda: not [1 for x in s.ask(A).json()["alerts"]
                             if x["rule"].startswith("Quiet")]),
   "none is left")

evil = alert("Evil", host="../../etc", severity="critical",
             note="<!channel>\r\nBcc: x@example.org")
evil["annotations"] = {"summary": "</script><b>\r\nSubject: x",
                       "runbook_url": "javascript:alert(1)"}
evil["generatorURL"] = "javascript:alert(1)"
post([evil])
got = wait_for(15, lambda: listed("Evil"))
ok(got and got[0]["host"] == "=2e.:..:etc" and "runbook" not in got[0] and
   "\n" not in got[0]["summary"] and "url" not in got[0],
   "what is hostile is a name and a line of text", got)
post([{"status": "resolved", **evil}])

post([alert("Watchdog", severity="none")])
ok(wait_for(15, lambda: [e for e in s.ask("/api/v1/annotations?kind=inbound")
                         .json()["annotations"] if e["tags"] == ["Watchdog"]]),
   "severity none is noted")
equal(listed("Watchdog"), [], "and is no alert")

post([alert("Brief", severity="warning")])
end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3))
post([{**alert("Ends", severity="warning"), "endsAt": end}],
     IN + "/api/v2/alerts")
ok(wait_for(15, lambda: listed("Ends")), "an alert of the v2 API")
ok(wait_for(20, lambda: not listed("Ends")), "is over at its end")
ok(listed("Brief"), "one without an end is not")

# --- the real one ------------------------------------------------------------
if am is None:
    ok(True, "# SKIP prometheus-alertmanager is not installed")
    done()
with open(f"{s.work}/am.yml", "w") as f:
    f.write(f"""
route: {{receiver: robin, group_by: [alertname], group_wait: 1s,
        group_interval: 1s, repeat_interval: 5s}}
receivers:
  - name: robin
    webhook_configs:
      - url: 'http://127.0.0.1:{s.port}{IN}'
        send_resolved: true
        http_config: {{authorization: {{credentials: {token}}}}}
""")
s.start("am", [am, f"--config.file={s.work}/am.yml",
               f"--storage.path={s.work}/am",
               f"--web.listen-address=127.0.0.1:{am_port}",
               "--cluster.listen-address="])


def am_get(path):
    try:
        with urllib.request.urlopen(base + path, timeout=5) as r:
            return json.load(r)
    except OSError:
        return None


def am_post(alerts):
    q = urllib.request.Request(base + "/api/v2/alerts",
                               json.dumps(alerts).encode(),
                               {"Content-Type": "application/json"})
    urllib.request.urlopen(q, timeout=5).close()


ok(wait_for(20, lambda: am_get("/api/v2/status")), "Alertmanager is up")
latency = {"labels": {"alertname": "HighLatency", "severity": "critical",
                      "instance": "api1:9100", "job": "api", "team": "web"},
           "annotations": {"summary": "API is slow on api1",
                           "description": "p99 is 2.1 s",
                           "runbook_url": "https://wiki.example.org/slow"},
           "generatorURL": "http://prom:9090/graph?g0.expr=x"}
am_post([latency])
got = wait_for(20, lambda: listed("HighLatency"))
ok(got, "what Alertmanager sends is listed", s.logs())
x = got[0]
equal((x["severity"], x["host"], x["summary"], x["reason"], x["runbook"]),
      ("critical", "api1", "API is slow on api1", "p99 is 2.1 s",
       "https://wiki.example.org/slow"), "with its words")
equal((x["labels"]["job"], x["labels"]["team"], x["labels"]["source"]),
      ("api", "web", "prom"), "its labels, and whose token it was")


def told(name, status):
    return [a for a in hook.alerts(status) if a["labels"]["alertname"] == name]


ok(wait_for(15, lambda: told("HighLatency", "firing")), "and told")
# ours goes out to the same Alertmanager, which sends it back
ok(wait_for(15, lambda: [a for a in am_get("/api/v2/alerts") or []
                         if "robin_origin" in a["annotations"]]),
   "it goes on to Alertmanager")
time.sleep(7)  # a repeat of Alertmanager's comes by
equal(len(told("HighLatency", "firing")), 1, "told once, whatever comes back")
equal(len(listed("HighLatency")), 1, "listed once")
origin = [a["annotations"]["robin_origin"]
          for a in am_get("/api/v2/alerts")
          if "robin_origin" in a["annotations"]][0]
n = len(s.ask(A).json()["alerts"])
post([{**alert("Echo", severity="critical"),
       "annotations": {"robin_origin": origin}}])
post([{**alert("Neighbour", severity="critical"),
       "annotations": {"robin_origin": "0123456789abcdef"}}])
ok(wait_for(15, lambda: listed("Neighbour")), "another Robin's is taken")
equal(listed("Echo"), [], "our own is not")
now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
am_post([{**latency, "endsAt": now}])
ok(wait_for(25, lambda: told("HighLatency", "resolved")),
   "the resolution is told", s.logs())
equal(listed("HighLatency"), [], "and it is off the list")
past = [e for e in s.ask("/api/v1/annotations?kind=alert").json()
        ["annotations"] if e["title"] == "API is slow on api1"]
ok(len(past) == 1 and "open" not in past[0] and past[0]["source"] == "prom",
   "history has it, from when to when, and whose it was", past)
done()
