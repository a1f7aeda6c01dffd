# SPDX-License-Identifier: MIT
"""Shared by tests/t/5*.t: TAP, a state folder, robin-alert, and peers."""
import http.server
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time

import tap

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
BIN = os.path.join(BUILD, "bin")
LONG = bool(os.environ.get("LONG"))
for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY",
             "HTTPS_PROXY", "ALL_PROXY"):
    os.environ.pop(name, None)

DISK = {"name": "disk", "title": "Disk space", "unit": "bytes", "help": "x",
        "category": "disk", "instance_label": "mount point", "step": 10,
        "heartbeat": 120, "metrics": [
            {"name": "used", "unit": "bytes", "kind": "gauge",
             "role": "disk_used", "min": 0},
            {"name": "free", "unit": "bytes", "kind": "gauge",
             "role": "disk_free", "min": 0}]}


class Tap:
    ok = staticmethod(tap.ok)
    is_ = staticmethod(tap.equal)
    done = staticmethod(tap.done)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = what()
        if got:
            return got
        time.sleep(0.1)
    return what()


class World:
    """A state folder and the programs that work on it."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="robin-alert-t.")
        self.state = os.path.join(self.dir, "state")
        self.procs = []
        self.now = int(time.time()) - 60
        os.makedirs(os.path.join(self.state, "families"))
        self.family(DISK)
        # a sanitizer build: fontconfig keeps what it has read
        os.environ["LSAN_OPTIONS"] = "print_suppressions=0:suppressions=" + \
            self.file("lsan", "leak:libfontconfig\n")

    def family(self, doc):
        path = os.path.join(self.state, "families", doc["name"] + ".json")
        with open(path, "w") as f:
            json.dump(doc, f)

    def file(self, name, text, mode=0o644):
        path = os.path.join(self.dir, name)
        with open(path, "w") as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def put(self, lines):
        """Lines without a time; each call is a second later."""
        self.now = max(self.now + 1, int(time.time()) - 5)
        text = "".join("%s %d %s\n" % (p, self.now, v) for p, v in lines)
        run = subprocess.run([BIN + "/robin", "put", "--state", self.state,
                              "-"], input=text, capture_output=True,
                             text=True)
        assert run.returncode == 0, run.stdout[:300] + run.stderr[:300]

    def alert(self, *args, rules=None, check=False):
        """Runs a subcommand; --state and --rules are added."""
        cmd = [BIN + "/robin-alert", *args, "--state", self.state]
        if rules:
            cmd += ["--rules", rules]
        return subprocess.run(cmd, capture_output=True, text=True,
                              check=check, timeout=120)

    def start(self, rules):
        log = open(os.path.join(self.dir, "alert.log"), "a")
        p = subprocess.Popen([BIN + "/robin-alert", "--state", self.state,
                              "--rules", rules], stderr=log)
        self.procs.append(p)
        return p

    def log(self):
        with open(os.path.join(self.dir, "alert.log")) as f:
            return f.read()

    def kill(self, p, sig=signal.SIGKILL):
        p.send_signal(sig)
        p.wait(20)
        self.procs.remove(p)

    def active(self):
        try:
            with open(os.path.join(self.state, "alerts.json")) as f:
                return json.load(f)
        except FileNotFoundError:
            return {"alerts": []}

    def firing(self, rule):
        return [a for a in self.active()["alerts"]
                if a["rule"] == rule and a["state"] == "firing"]

    def db(self, sql):
        con = sqlite3.connect(
            f"file:{self.state}/events.db?mode=ro", uri=True)
        try:
            return con.execute(sql).fetchall()
        finally:
            con.close()

    def done(self):
        for p in self.procs:
            p.kill()
            p.wait()
        if os.environ.get("KEEP"):
            print("# kept " + self.dir)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)


class Catcher:
    """An HTTP server that keeps what is posted; answers may be scripted."""

    def __init__(self):
        self.got = []       # (path, headers, body)
        self.answers = []   # (status, headers) for the next requests
        self.before = None  # called before the answer
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((self.path, dict(self.headers), body))
                if outer.before:
                    outer.before()
                status, head = (outer.answers.pop(0) if outer.answers
                                else (200, {}))
                try:
                    self.send_response(status)
                    for k, v in head.items():
                        self.send_header(k, v)
                    self.send_header("Content-Length", "2")
                    self.end_headers()
                    self.wfile.write(b"ok")
                except OSError:
                    pass

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def bodies(self):
        return [json.loads(b) for _, _, b in self.got]

    def alerts(self, status):
        """All alerts of that status in all messages, in order."""
        return [a for b in self.bodies() for a in b["alerts"]
                if a["status"] == status]
