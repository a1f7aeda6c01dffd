#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The wall clock jumps, or the machine sleeps, under robin-alert: no alert
fires for that alone, neither at once nor in the minutes after, history stays,
and what is really wrong is told as ever.  Minutes go by in looks: both clocks are set on
for each."""
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import BIN, DISK, Catcher, Tap, World, wait_for  # noqa: E402
from storelib import Clock, run_tests, shim  # noqa: E402

t = Tap()
HOUR, YEAR = 3600, 365 * 86400
HOSTS = [f"web{i}" for i in range(1, 6)]
STEP = 60  # one look
REQUESTS = {"name": "req", "title": "Requests", "unit": "1/s", "help": "x",
            "category": "x", "step": 60, "heartbeat": 300, "metrics": [
                {"name": "n", "unit": "1/s", "kind": "derive", "min": 0}]}
RULES = """
interval: 60s
channels:
  hook: {type: webhook, url: '%s'}
notify: {wait: 0, interval: 1s}
rules:
  absent: {family: req, condition: silent, warning: 4m}
  few: {family: req, metric: n, condition: below, warning: 20, for: 0}
  full_mean: {role: disk_used, aggregate: average, over: 5m, warning: 80%%,
              where: 'web1|web2', for: 0}
  full_long: {role: disk_used, warning: 50%%, for: 2h, where: web3}
  disk_full: {enabled: false}
  disk_will_fill: {enabled: false}
"""


class Night:
    """Five hosts that report every minute, and both programs, under clocks
    that the test sets; robin-alert's last, once the samples are there."""

    def __init__(self, name):
        self.name, self.w, self.hook = name, World(), Catcher()
        self.clock = Clock(self.w.dir, "clock")
        self.looks = Clock(self.w.dir, "looks")
        self.found = []
        self.w.family(DISK)
        self.w.family(REQUESTS)
        rules = self.w.file("alerts.yml", RULES % self.hook.url())
        self.n = 0
        self.silent, self.used = set(), dict.fromkeys(HOSTS, 30)
        self.used["web3"] = 60  # has been over the line of full_long
        self.start("robin-store", self.clock)
        wait_for(60, lambda: os.path.exists(self.w.state + "/run/store.sock"))
        self.samples()
        self.start("robin-alert", self.looks, "--rules", rules)
        wait_for(60, lambda: self.w.active().get("watched"))

    def start(self, program, clock, *more):
        with open(os.path.join(self.w.dir, "alert.log"), "a") as log:
            self.w.procs.append(subprocess.Popen(
                [f"{BIN}/{program}", "--state", self.w.state, *more],
                stderr=log, env=clock.env()))

    def check(self, good, what, *more):
        self.found.append((good, f"{self.name}: {what}", *more))

    def samples(self):
        """What the hosts' collectors put now; the answers."""
        self.n += STEP * 100
        now = self.clock.now()
        text = "".join(
            f"local/{h}/disk.: {now} {self.used[h]}:{100 - self.used[h]}\n"
            f"local/{h}/req {now} {self.n}\n"
            for h in HOSTS if h not in self.silent)
        r = subprocess.run([BIN + "/robin", "put", "--state", self.w.state,
                            "-"], input=text, capture_output=True, text=True,
                           env=self.clock.env())
        self.ask()
        return set(r.stdout.splitlines())

    def ask(self):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(60)
            s.connect(self.w.state + "/run/store.sock")
            s.sendall(b"drain *\n")
            return s.recv(300)

    def look(self, wall=STEP, boot=STEP, put=True):
        """The clocks go on, samples come, and a look is waited for."""
        self.clock.add(wall, boot)
        got = self.samples() if put else None
        was = self.looked()
        self.looks.add(wall, boot)
        for _ in range(12):
            if wait_for(10, lambda: self.looked() != was):
                return got
            # the one before was not over yet, and this one left out
            self.clock.add(STEP, STEP)
            self.looks.add(STEP, STEP)
        self.check(False, "a look", self.w.log())
        return got

    def looked(self):
        st = os.stat(self.w.state + "/alerts.json")
        return st.st_ino, st.st_mtime_ns

    def minutes(self, n, **how):
        return [self.look(**how) for _ in range(n)]

    def state(self):
        return sorted((a["rule"], a["host"], a["state"])
                      for a in self.w.active()["alerts"])

    def told(self):
        return [(a["labels"]["alertname"], a["labels"]["host"])
                for a in self.hook.alerts("firing")]

    def quiet(self, what):
        got = self.state(), self.told()
        self.check(got == ([("full_long", "web3", "pending")], []),
                   f"{what}, nothing fires", got)

    def begin(self):
        self.minutes(2)
        self.quiet("before")

    def end(self):
        """What is really wrong is found."""
        self.silent = {"web5"}
        self.used["web2"] = 99
        want = {("host_silent", "web5"), ("absent", "web5"),
                ("full_mean", "web2")}
        fired = set()
        for _ in range(7):
            self.look()
            fired |= {(r, h) for r, h, s in self.state() if s == "firing"}
        self.check(fired == want, "and what is wrong is found, no more", fired)
        # web5 is down: its other alert has nothing to say
        wait_for(60, lambda: len(self.told()) > 1)
        self.check(sorted(self.told()) == [("full_mean", "web2"),
                                           ("host_silent", "web5")],
                   "and told once", self.told())
        for p in self.w.procs:
            p.terminate()
            self.check(p.wait(60) == 0, "ends well")

    def run(self, course):
        try:
            self.begin()
            course(self)
            self.end()
        finally:
            self.w.done()
        return self.found


def asleep(s):
    s.look(2 * HOUR, 2 * HOUR, put=False)
    s.quiet("on waking")
    s.minutes(5)
    s.quiet("minutes later")


def forward(by):
    def course(s):
        s.look(wall=by, put=False)
        s.quiet("at once")
        got = s.minutes(5)
        s.check(all(g == {"ok"} for g in got), "samples are taken", got)
        s.quiet("minutes later")
        s.look(wall=STEP - by, put=False)
        s.quiet("set back")
        s.minutes(5)
        s.quiet("set back for minutes")
        # samples of up to ten minutes ahead were kept: until they are past
        s.check(any(s.look() == {"ok"} for _ in range(20)),
                "samples are taken again")
        s.quiet("and when they are")
    return course


def backward(s):
    got = s.minutes(1, wall=STEP - HOUR) + s.minutes(5)
    s.check(all(g == {"no older than last"} for g in got),
            "no sample can be stored", got)
    s.quiet("for minutes")
    s.look(wall=STEP + HOUR)
    s.minutes(2)
    s.quiet("set right")


def remembers():
    """History that is too old by a wrong clock is kept."""
    w = World()
    clock = Clock(w.dir)

    def run(*argv):
        return subprocess.run([f"{BIN}/{argv[0]}", *argv[1:], "--state",
                               w.state], env=clock.env(), capture_output=True,
                              text=True).returncode

    def titles():
        return [x for x, in w.db("select title from event")]

    try:
        w.put([("local/web1/disk.:", "10:90")])
        run("robin-store", "--once")
        run("robin-alert", "events", "add", "Deployed 1.2")
        run("robin-alert", "--once")
        t.ok("Deployed 1.2" in titles(), "history: noted")
        clock.set(wall=12 * YEAR)
        rc = run("robin-alert", "--once")
        t.ok(rc == 0 and "Deployed 1.2" in titles(),
             "history: kept over a jump of twelve years", (rc, titles()))
        run("robin-store", "--once")
        run("robin-alert", "--once")
        t.ok("Deployed 1.2" in titles(),
             "history: and while the clock is suspect")
        run("robin-store", "clock", "accept")
        run("robin-alert", "--once")
        t.ok("Deployed 1.2" not in titles(),
             "history: once it is accepted, it is old", titles())
    finally:
        w.done()


COURSES = {"suspended": asleep, "+11 min": forward(11 * 60),
           "+1 year": forward(YEAR), "back 1 h": backward}


def main():
    shim()
    remembers()
    with ThreadPoolExecutor() as all_at_once:
        nights = [all_at_once.submit(Night(name).run, course)
                  for name, course in COURSES.items()]
        for night in nights:
            for found in night.result():
                t.ok(*found)


run_tests(main)
