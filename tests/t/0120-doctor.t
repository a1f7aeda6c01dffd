#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""robin status and robin doctor over states made for the purpose: each fault
is named, with evidence, cause and remedy, and nothing is changed."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
BIN = os.path.join(BUILD, "bin")
work = tempfile.TemporaryDirectory(prefix="robin-t.")
state = work.name + "/state"
count = 0
failed = 0


def result(good, name, diag=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}")
    if not good:
        for line in str(diag)[:1500].splitlines():
            print("# " + line)


def run(*args, text=""):
    return subprocess.run([BIN + "/robin", *args], input=text.encode(),
                          capture_output=True, timeout=60)


def doctor(where=state, command="doctor", config=None):
    args = [command, "--json", "--state", where]
    r = run(*args, *(["--config", config] if config else []))
    answer = json.loads(r.stdout)
    found = {c["name"]: c for c in answer["checks"]}
    result(answer["ok"] == (r.returncode == 0), f"{command}: ok is the exit")
    return found


if not os.path.exists(BIN + "/robin-store"):
    print("1..0 # SKIP robin-store is not built")
    sys.exit(0)
host = run("config", "show", "--effective").stdout.decode()
host = host.split('host: "')[1].split('"')[0]

# --- nothing at all: nothing is made ------------------------------------------
found = doctor(work.name + "/absent")
result(found["folder"]["level"] == "bad" and "robin run" in
       found["folder"]["fix"], "no state folder", found["folder"])
result(found["age"]["level"] == "bad", "no data", found["age"])
result(not os.path.exists(work.name + "/absent"), "doctor makes nothing")

# --- fresh samples, no daemons ---------------------------------------------------
now = int(time.time())
run("put", "--state", state, text=f"local/{host}/queue {now} 1\n")
before = sorted(os.listdir(state))
found = doctor()
result(found["age"]["level"] == "good", "a fresh sample", found["age"])
for name in ["store", "pictures", "data"]:
    result(found[name]["level"] == "bad" and found[name]["fix"],
           f"{name} does not run", found[name])
result(found["page"]["level"] == "note", "nginx may be another's",
       found["page"])
result(found["owner"]["level"] == "good", "one owner", found["owner"])
result(found["schema"]["level"] == "good", "families are readable",
       found["schema"])
result("1 samples stored, 0 refused" in found["refused"]["seen"],
       "samples are counted", found["refused"])
result(sorted(os.listdir(state)) == before, "nothing was changed")
for check in found.values():
    result(check["level"] == "good" or (check["cause"] and check["fix"]),
           f"{check['name']}: {check['level']}, with cause and remedy",
           check)
found = doctor(command="status")
result("store" in found and "fonts" not in found, "status is the quick part")

# --- refused, old, broken, foreign --------------------------------------------------
run("put", "--state", state, text=f"local/{host}/queue {now} 1\n" * 5)
found = doctor()
result(found["refused"]["level"] == "note" and "older" in
       found["refused"]["cause"], "refused samples are noted",
       found["refused"])
old = work.name + "/old"
run("put", "--state", old, text=f"local/{host}/queue {now - 900} 1\n")
found = doctor(old)
result(found["age"]["level"] == "bad" and "90" in found["age"]["seen"],
       "old data", found["age"])
result(found["series"]["level"] == "bad" and
       f"local/{host}/queue" in found["series"]["seen"],
       "the stale series is named", found["series"])
conf = work.name + "/robin.yml"
with open(conf, "w") as f:
    f.write("status: {stale: 1h, disk: 100%}\n")
found = doctor(old, config=conf)
result(found["age"]["level"] == "good", "status.stale is the limit",
       found["age"])
with open(conf, "w") as f:
    f.write("status: {disk: 1%}\n")
found = doctor(old, config=conf)
result(found["disk"]["level"] == "bad" and "status.disk" in
       found["disk"]["cause"], "status.disk is the limit", found["disk"])
with open(state + "/families/broken.json", "w") as f:
    f.write('{"name":"broken"')
found = doctor()
result(found["schema"]["level"] == "bad" and "broken.json" in
       found["schema"]["fix"], "a broken family is named", found["schema"])
if os.geteuid() == 0:
    os.chown(state + "/families/queue.json", 65534, 65534)
    found = doctor()
    result(found["owner"]["level"] == "bad" and "queue.json" in
           found["owner"]["seen"] and "chown" in found["owner"]["fix"],
           "a file of another's is named", found["owner"])

# --- the disk's runway, from six hours that were stored -------------------------------
once = work.name + "/once"
r = subprocess.run([BIN + "/robin-collect", "--once", "--state", once],
                   capture_output=True, timeout=60)
series = json.loads(run("ls", "--json", "--state", once).stdout)
mount = os.path.realpath(work.name)
while not os.path.ismount(mount):
    mount = os.path.dirname(mount)
instance = mount.replace("/", ":")
disk = [s for s in series if s["path"] == f"local/{host}/disk.{instance}"]
if disk:
    names = list(disk[0]["raw"])

    def grow(name, per_hour, left):
        """A state whose disk grows by so much an hour and has so much left."""
        where = f"{work.name}/{name}"
        os.makedirs(where + "/families")
        shutil.copy(once + "/families/disk.json", where + "/families")
        text = []
        for i in range(6 * 60 + 1):
            values = {"used": 50e9 + per_hour * i / 60, "reserved": 0,
                      "free": left + per_hour * (360 - i) / 60}
            text.append(f"local/{host}/disk.{instance} "
                        f"{now - now % 60 - (360 - i) * 60} "
                        + ":".join(str(int(values[n])) for n in names))
        r = run("put", "--state", where, text="\n".join(text) + "\n")
        result(r.returncode == 0, f"{name}: six hours are stored",
               r.stdout.decode()[:300])
        return doctor(where)["runway"]

    got = grow("fast", 1e9, 24e9)
    result(got["level"] == "bad" and "full in 1.0 days" in got["seen"],
           "1 GB an hour, 24 GB left: a day", got)
    got = grow("slow", 1e8, 24e9)
    result(got["level"] == "note" and "full in 10.0 days" in got["seen"],
           "0.1 GB an hour: ten days", got)
    got = grow("steady", 0, 24e9)
    result(got["level"] == "good" and "does not fill" in got["seen"],
           "no growth: no end", got)
    got = grow("shrinking", -1e9, 24e9)
    result(got["level"] == "good", "shrinking: no end", got)
found = doctor(once)
result(found["runway"]["level"] in ("good", "note"), "one sample is no line",
       found["runway"])

print(f"1..{count}")
sys.exit(failed != 0)
