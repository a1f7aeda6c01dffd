#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""robin get, and a picture's data, see every acknowledged sample: with no
daemon, with one, and while it is busy with other things."""
import json
import os
import subprocess
import tempfile
import time

from tap import done, equal, ok

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
ROBIN = BUILD + "/bin/robin"
work = tempfile.TemporaryDirectory(prefix="robin-t.")
state = work.name + "/state"
NOW = int(time.time()) // 10 * 10
T = NOW - 3600


def put(lines):
    r = subprocess.run([ROBIN, "put", "--state", state, "-"],
                       input="".join(x + "\n" for x in lines), text=True,
                       capture_output=True, timeout=60)
    return r.stdout.split("\n")[:-1]


def get(path, *args, where=state):
    r = subprocess.run([ROBIN, "get", path, "--state", where, *args],
                       text=True, capture_output=True, timeout=60)
    return r.returncode, r.stdout, r.stderr


def rows(path, first, last):
    code, out, err = get(path, "--from", str(first), "--to", str(last),
                         "--json")
    if code != 0:
        return {"error": err}
    return json.loads(out)


def cgi(target):
    env = {"PATH": "/usr/bin:/bin", "GATEWAY_INTERFACE": "CGI/1.1",
           "REQUEST_METHOD": "GET", "REQUEST_URI": target,
           "ROBIN_STATE": state}
    p = subprocess.run([BUILD + "/bin/robin-fcgi"], env=env, timeout=30,
                       stdin=subprocess.DEVNULL, capture_output=True)
    return p.stdout.partition(b"\r\n\r\n")[2]


# --- without a daemon --------------------------------------------------------
P = "local/web1/things.a"
lines = [f"{P} {T + i * 10} {i}:{i * 0.5}" for i in range(1, 101)]
equal(put(lines), ["ok"] * 100, "100 samples are acknowledged")
d = rows(P, T, T + 1000)
equal(sorted(d), ["metrics", "path", "rows", "start", "step"], "members")
equal((d["path"], d["step"], d["metrics"]), (P, 10, ["v1", "v2"]),
      "path, step, metrics")
equal(d["start"], T + 10, "rows[0] covers (start - step, start]")
equal(d["rows"], [[i, i * 0.5] for i in range(1, 101)],
      "every sample is seen with no daemon")
d = rows(P, T + 995, T + 1020)
equal(d["rows"], [[100, 50], [None, None], [None, None]],
      "what is not there yet is null")
code, out, err = get(P, "--from", str(T), "--to", str(T + 20))
ok(code == 0 and len(out.splitlines()) == 4 and " 0.5" in out and
   "T" in out.splitlines()[2], "text for people", out + err)
equal(rows(P, T - 864000, T + 1000)["step"], 1800,
      "ten days come from the archive that covers them")
equal(rows(P, 0, T + 1000)["step"], 7200, "all time, from the coarsest")

# --- what cannot be ----------------------------------------------------------
for args, want, name in (
        ((P, "--from", "now", "--to", "-1h"), 2, "a range backwards"),
        ((P, "--from", "soonish"), 2, "a time that is none"),
        (("local/web1",), 2, "a path that is none"),
        (("local/web1/../x",), 2, "a path with dots"),
        (("local/web2/things.a",), 1, "a host that is not there"),
        (("local/web1/nothing",), 1, "a family that is not there")):
    code, out, err = get(*args)
    ok(code == want and out == "" and json.loads(err)["err"], name,
       f"exit {code}, want {want}: {err}")
code, out, err = get(P, where=work.name + "/none")
ok(code == 1 and "none" in err and not os.path.exists(work.name + "/none"),
   "a state folder that is not there is not made", err)

# --- with a daemon that would wait a minute ----------------------------------
daemon = subprocess.Popen([BUILD + "/bin/robin-store", "--state", state],
                          stderr=subprocess.DEVNULL)
try:
    for _ in range(100):
        if os.path.exists(state + "/run/store.sock"):
            break
        time.sleep(0.05)
    wrong = []
    for i in range(1, 21):
        t = T + 2000 + i * 10
        put([f"{P} {t} {i}:7"])
        d = rows(P, t - 10, t)
        if d.get("rows") != [[i, 7]]:
            wrong.append((i, d))
    equal(wrong, [], "20 samples, each seen as soon as it is acknowledged")
    t = NOW
    put([f"{P} {t - 20} 41:1", f"{P} {t - 10} 42:1", f"{P} {t} 43:1"])
    body = cgi(f"/g/local/web1/things.a/{t - 30}~{t}.json")
    try:
        got = [row[0] for row in json.loads(body)["rows"]]
    except (ValueError, KeyError, TypeError, IndexError):
        got = body
    ok(isinstance(got, list) and 43 in got, "and by a request for its data",
       got)
finally:
    daemon.terminate()
    daemon.wait(20)
put([f"local/web1/solo {NOW} 1"])
equal(rows("local/web1/solo", NOW - 10, NOW).get("rows"), [[1]],
      "a series that has no file yet")

done()
