#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""robin-alert killed before each of the calls by which it changes files, around
one incident: it fires, is told, resolves, is told.  Nothing is missed, and
each is told once or twice.  LONG=1: every call; else a sample."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import BIN, LONG, Catcher, Tap, World  # noqa: E402
from storelib import fault  # noqa: E402

TRIES = 100000 if LONG else 12
t, w, hook = Tap(), World(), Catcher()
secret = w.file("secret", "key", 0o600)
rules = w.file("alerts.yml", f"""
channels:
  hook: {{type: webhook, url: '{hook.url()}', secret-file: {secret}}}
notify: {{wait: 0, interval: 0, repeat: 10h}}
rules:
  host_silent: {{enabled: false}}
  disk_full: {{for: 0, keep: 0, warning: 80%}}
  disk_will_fill: {{enabled: false}}
""")
base = w.state


def once(**settings):
    env = dict(os.environ, **fault(**settings)) if settings else None
    return subprocess.run([BIN + "/robin-alert", "--once", "--state", w.state,
                           "--rules", rules], env=env, capture_output=True,
                          timeout=60).returncode


def copy(state, name):
    to = os.path.join(w.dir, name)
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(state, to, symlinks=True)
    return to


def settle():
    """Looks until nothing waits; a message that failed has a pause."""
    for _ in range(3):
        assert once() == 0
        if w.db("select count(*) from outbox") == [(0,)]:
            return True
    return False


def some(n):
    step = max(1, n // TRIES)
    return sorted({*range(1, n + 1, step), n})


def phase(before, status, rows):
    """A state in which the next look tells, killed at call k of it."""
    w.state = copy(before, "try")
    name = os.path.join(w.state, "count")  # it writes nowhere else
    once(count=name)
    with open(name) as f:
        n = int(f.read())
    wrong, twice, tried = [], 0, 0
    for k in some(n):
        w.state = copy(before, "try")
        hook.got.clear()
        rc = once(kill=k)
        calm = settle()
        told = len(hook.alerts(status))
        ids = {h["webhook-id"] for _, h, _ in hook.got}
        found = w.db("select count(*), sum(until_s = -1) from event "
                     "where kind = 'alert'")
        tried += rc == -9
        twice += told == 2
        if not calm or told not in (1, 2) or len(ids) != 1 or \
                len(hook.got) != told or found != [rows]:
            wrong.append((k, rc, calm, told, len(ids), found))
    t.ok(n > 10 and tried >= min(len(some(n)), 8),
         f"{status}: killed at {tried} of {n} calls", (n, tried))
    t.is_(wrong, [], f"{status}: told, {twice} times twice")
    w.state = copy(before, "end")
    once()
    return w.state


try:
    w.put([("local/web1/disk.:", "10:90")])
    assert settle()
    w.put([("local/web1/disk.:", "90:10")])
    told = phase(copy(base, "one"), "firing", (1, 1))
    w.state = copy(told, "two")
    w.put([("local/web1/disk.:", "10:90")])
    phase(w.state, "resolved", (1, 0))
finally:
    w.done()
t.done()
