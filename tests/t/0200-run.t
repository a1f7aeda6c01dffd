#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""robin run as a supervisor, over stand-ins for the programs: what ends is
started again, signals are passed on, nothing outlives it, and what is wrong
beforehand is said with its fix.  nginx and its configuration are real."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
HERE = os.path.dirname(os.path.abspath(__file__))
NGINX = os.path.join(HERE, "..", "..", "nginx")
WAIT = 30
work = tempfile.TemporaryDirectory(prefix="robin-t.")
fake = work.name + "/bin"
count = 0
failed = 0

STAND_IN = """#!/bin/sh
case ${0##*/} in
robin-site) trap '' TERM ;;
robin-collect) [ -e "$FAKE_DIR/steady" ] || { sleep 0.1; exit 7; }
	trap "echo term >>$FAKE_DIR/term; exit 0" TERM ;;
robin-store) sleep 600 & ;;
esac
echo "$$ $0 $*" >>"$FAKE_LOG" # what it does about signals is settled
while :; do sleep 0.1; done
"""

# stands in for a pool: accepts on its socket
POOL = """#!/usr/bin/env python3
import os, signal, socket, sys, time
with open(os.environ["FAKE_LOG"], "a") as f:
    print(os.getpid(), *sys.argv, file=f)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
path = sys.argv[sys.argv.index("--socket") + 1]
if os.path.exists(path):
    os.unlink(path)
s = socket.socket(socket.AF_UNIX)
s.bind(path)
os.chmod(path, 0o666)
s.listen(128)
while True:
    s.accept()[0].close()
"""


def result(good, name, diag=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}")
    if not good:
        for line in str(diag)[-1500:].splitlines():
            print("# " + line)
    return good


def skip(name, why):
    global count
    count += 1
    print(f"ok {count} - {name} # SKIP {why}")


def until(check, seconds=WAIT):
    end = time.time() + seconds
    while time.time() < end:
        value = check()
        if value:
            return value
        time.sleep(0.05)
    return check()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def make_fakes(folder):
    os.makedirs(folder)
    shutil.copy(os.path.join(BUILD, "bin", "robin"), folder)
    for name in ["store", "collect", "fcgi", "site"]:
        with open(f"{folder}/robin-{name}", "w") as f:
            f.write(POOL if name == "fcgi" else STAND_IN)
        os.chmod(f"{folder}/robin-{name}", 0o755)


make_fakes(fake)
conf = work.name + "/robin.yml"
open(conf, "w").close()
ENV = dict(os.environ, FAKE_LOG=work.name + "/log", FAKE_DIR=work.name)


class Run:
    def __init__(self, state, port):
        self.state = state
        self.port = port
        self.err = open(work.name + "/err", "w+")
        self.out = open(work.name + "/out", "w+")
        self.p = subprocess.Popen(
            [fake + "/robin", "run", "--state", state, "--listen",
             f"127.0.0.1:{port}", "--nginx", NGINX, "--config", conf],
            env=ENV,
            stdout=self.out, stderr=self.err, stdin=subprocess.DEVNULL)

    def errors(self):
        with open(work.name + "/err") as f:
            return f.read()

    def children(self):
        try:
            with open(work.name + "/log") as f:
                pids = [int(x.split()[0]) for x in f]
        except OSError:
            pids = []
        try:
            with open(self.state + "/run/nginx.pid") as f:
                pids.append(int(f.read()))
        except (OSError, ValueError):
            pass
        return pids

    def page(self):
        try:
            url = f"http://127.0.0.1:{self.port}/"
            with urllib.request.urlopen(url, timeout=2) as r:
                return r.read()
        except OSError:
            return b""


def refused(name, code, want, *args, env=ENV, program=fake + "/robin"):
    r = subprocess.run([program, "run", *args], capture_output=True,
                       timeout=60, env=env, stdin=subprocess.DEVNULL)
    err = r.stderr.decode(errors="replace")
    result(r.returncode == code and all(w in err for w in want), name,
           f"exit {r.returncode}, want {code} and {want}\n{err}")


# --- it runs ----------------------------------------------------------------------
state = work.name + "/state"
port = free_port()
os.makedirs(state + "/site")
with open(state + "/site/index.html", "w") as f:
    f.write("<p>the page")
run = Run(state, port)
result(until(lambda: b"the page" in run.page()), "the page is served",
       run.errors())
result(until(lambda: f"ready at http://127.0.0.1:{port}/" in run.errors()),
       "it says where, once it is there", run.errors())
result(until(lambda: run.errors().count("collectors ended with status 7") > 2),
       "what ends is started again", run.errors())
open(work.name + "/steady", "w").close()
result(until(lambda: run.errors().count("collectors started") >
             run.errors().count("collectors ended")),
       "and then stays", run.errors())
lines = run.errors().splitlines()
bad = []
for line in lines:
    try:
        if not {"ts", "level", "prog", "msg"} <= set(json.loads(line)):
            bad.append(line)
    except ValueError:
        bad.append(line)
result(not bad, "every log line is JSON", bad[:3])
with open(work.name + "/log") as f:
    log = f.read()
result("robin-fcgi --pool pictures" in log and "--pool data" in log,
       "both pools are started", log)

# --- beside another ---------------------------------------------------------------
refused("a second one on the same state is refused", 1,
        ["already runs there as process", str(run.p.pid), "--state"],
        "--state", state, "--listen", f"127.0.0.1:{free_port()}",
        "--nginx", NGINX)
refused("a taken port is refused", 1,
        [f"127.0.0.1:{port}: another program listens", "--listen"],
        "--state", work.name + "/state2", "--listen", f"127.0.0.1:{port}",
        "--nginx", NGINX)

# --- signals -----------------------------------------------------------------------


def settled():
    """All six programs run and have said so."""
    try:
        with open(work.name + "/log") as f:
            said = f.read()
    except OSError:
        return False
    return ("robin-collect" in said and
            len([p for p in run.children() if alive(p)]) >= 6)


until(settled)
with open(conf, "w") as f:
    f.write("step: 5\n")
run.p.send_signal(signal.SIGHUP)
result(until(lambda: "kept as it was" in run.errors()) and
       f"{conf}:1:7: " in run.errors() and
       not os.path.exists(work.name + "/term"),
       "SIGHUP with a wrong configuration changes nothing", run.errors())
with open(conf, "w") as f:
    f.write("step: 5s\n")
run.p.send_signal(signal.SIGHUP)
result(until(lambda: os.path.exists(work.name + "/term") and
             run.errors().count("collectors started") >
             run.errors().count("collectors ended") + 1),
       "SIGHUP with a good one starts the programs anew", run.errors())
result(until(lambda: b"the page" in run.page()), "and nginx goes on")
until(settled)
before = [p for p in run.children() if alive(p)]
run.p.send_signal(signal.SIGTERM)
try:
    rc = run.p.wait(WAIT)
except subprocess.TimeoutExpired:
    rc = None
result(rc == 0, "SIGTERM ends it with exit 0", (rc, run.errors()))
left = [p for p in before if alive(p)]
result(len(before) >= 6 and not left, "all its programs are gone",
       (before, left))
result("site does not end: killed" in run.errors(),
       "the one that hangs was killed", run.errors())
# the stand-in of the store has left a child in its own group
sleepers = subprocess.run(["pgrep", "-x", "-f", "sleep 600"],
                          capture_output=True).stdout.decode().split()
mine = []
for pid in sleepers:
    try:
        with open(f"/proc/{pid}/environ") as f:
            if work.name in f.read():
                mine.append(pid)
    except OSError:
        pass
result(not mine, "and what they had started too", mine)

# --- it dies itself ------------------------------------------------------------------
os.unlink(work.name + "/log")
with open(fake + "/robin-site", "w") as f:
    f.write(STAND_IN.replace("trap '' TERM", ":"))
run = Run(state, port)
until(lambda: b"the page" in run.page() and settled())
before = [p for p in run.children() if alive(p)]
run.p.kill()
run.p.wait(WAIT)
result(len(before) >= 6 and
       until(lambda: not [p for p in before if alive(p)]),
       "killed, it takes its programs with it",
       [p for p in before if alive(p)])
run = Run(state, port)
result(until(lambda: b"the page" in run.page()),
       "and can be started again at once", run.errors())
run.p.terminate()
run.p.wait(WAIT)

# --- what can be wrong ----------------------------------------------------------------
L = ["--listen", f"127.0.0.1:{free_port()}", "--nginx", NGINX]
refused("a state that is a file", 1, ["--state"], "--state",
        work.name + "/log", *L)
refused("a state that cannot be made", 1, ["--state"], "--state",
        "/proc/robin", *L)
refused("a state too long for sockets", 1, ["--state", "too long"],
        "--state", work.name + "/" + "x" * 90, *L)
refused("an address that is not one", 2, ["--listen"], "--listen", "here:80")
refused("a port that is not one", 2, ["--listen"], "--listen",
        "127.0.0.1:99999")
refused("an address of another machine", 1, ["--listen", "192.0.2.1:8080"],
        "--listen", "192.0.2.1:8080", "--state", state, "--nginx", NGINX)
refused("an nginx folder without nginx.conf", 1, ["nginx.conf"], "--state",
        state, *L[:2], "--nginx", work.name)
shutil.move(fake + "/robin-site", fake + "/away")
refused("a missing program", 1, ["robin-site is missing"], "--state", state,
        *L)
shutil.move(fake + "/away", fake + "/robin-site")


def hidden(name, mount, want, code):
    """In a mount namespace of its own, where something is missing."""
    base = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run([*base, "true"], capture_output=True).returncode != 0:
        skip(name, "no mount namespaces here")
        return
    script = (f'{mount} || exit 99; exec timeout -s TERM 3 "$0" run '
              f'--state {state} --listen {L[1]} --nginx {NGINX}')
    r = subprocess.run([*base, "sh", "-c", script, fake + "/robin"],
                       capture_output=True, timeout=60, env=ENV)
    err = r.stderr.decode()
    if r.returncode == 99:
        skip(name, "nothing can be mounted here")
        return
    result(r.returncode == code and all(w in err for w in want), name,
           f"exit {r.returncode}, want {code} and {want}\n{err}")


nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
hidden("no nginx", f"mount --bind /dev/null {nginx}",
       ["nginx is not installed", "apt-get install"], 1)
# 124: it ran until timeout(1) ended it
hidden("no font", "for d in /usr/share/fonts /usr/local/share/fonts "
       "$HOME/.fonts $HOME/.local/share/fonts; do [ ! -d $d ] || "
       "mount -t tmpfs none $d || exit 99; done",
       ["no font is installed", "fonts-dejavu-core", "ready at"], 124)

print(f"1..{count}")
sys.exit(failed != 0)
