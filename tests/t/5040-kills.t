#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kill -9 at random instants, and around the send: nothing is missed, and
a kill repeats at most the message that was on its way.  LONG=1: 1,000
kills."""
import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alertlib import LONG, Catcher, Tap, World, wait_for  # noqa: E402

KILLS = 1000 if LONG else 40
SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 30)))
rnd = random.Random(SEED)
t, w, hook = Tap(), World(), Catcher()
print(f"# seed {SEED}", flush=True)
secret = w.file("secret", "key", 0o600)
rules = w.file("alerts.yml", f"""
interval: 1s
channels:
  hook: {{type: webhook, url: '{hook.url()}', secret-file: {secret}}}
notify: {{wait: 0, interval: 0, repeat: 10h}}
rules:
  host_silent: {{enabled: false}}
  disk_full: {{for: 0, warning: 80%}}
  disk_will_fill: {{enabled: false}}
""")
proc = None
kills, marks, last = 0, [], {}
hook.before = lambda: marks.append(kills)


def restart():
    global proc, kills
    if proc is not None and proc.poll() is None:
        w.kill(proc)
        kills += 1  # before the next one can send anything
    proc = w.start(rules)


def often():
    """By message: how often it came, and how many kills lay between the
    first and the last time."""
    seen = {}
    for (_, head, _), at in zip(hook.got, marks):
        n, first = seen.get(head["webhook-id"], (0, at))
        seen[head["webhook-id"]] = (n + 1, first)
        last[head["webhook-id"]] = at
    return {k: (n, last[k] - first) for k, (n, first) in seen.items()}


try:
    w.put([("local/web1/disk.:", "10:90")])
    missed, cycles = [], 0
    restart()
    while kills < KILLS:
        # a host of its own for each incident: what comes and goes is damped
        host, status = f"web{cycles // 2}", ("firing", "resolved")[cycles % 2]
        w.put([(f"local/{host}/disk.:",
                "90:10" if status == "firing" else "10:90")])
        cycles += 1
        for _ in range(rnd.randint(1, 6)):
            time.sleep(rnd.uniform(0, rnd.choice((0.1, 0.3, 0.7))))
            restart()
        if not wait_for(60, lambda: [
                a for a in hook.alerts(status)
                if a["labels"]["host"] == host]):
            missed.append((cycles, host, status))
    t.ok(cycles >= 8, f"{cycles} changes under {kills} kills")
    t.is_(missed, [], "none was missed")
    many = {k: v for k, v in often().items() if v[0] - 1 > v[1]}
    t.is_(many, {}, "none came again but for a kill")
    extra = sum(n - 1 for n, _ in often().values())
    t.ok(extra <= kills, f"{extra} of {len(hook.got)} were repeats")
    t.is_(w.db("pragma integrity_check"), [("ok",)], "events.db is whole")
    open_rows = w.db("select count(*) from event where kind='alert' and "
                     "until_s = -1")
    t.is_(open_rows[0][0], len(w.firing("disk_full")),
          "history knows what is not over")

    # killed between the send and its record, every time; nothing else is
    # left to send, so the shot meets the message that is meant
    wait_for(15, lambda: w.db("select count(*) from outbox") == [(0,)])
    w.kill(proc)
    for i in range(20 if LONG else 5):
        host = f"k{i}"
        w.put([(f"local/{host}/disk.:", "95:5")])
        proc = w.start(rules)
        hook.got.clear()
        first = proc

        def shoot():
            if first.poll() is None:
                first.send_signal(signal.SIGKILL)

        hook.before = shoot
        wait_for(15, lambda: hook.got)
        hook.before = None
        first.wait()
        w.procs.remove(first)
        proc = w.start(rules)
        wait_for(15, lambda: w.db("select count(*) from outbox") == [(0,)] and
                 len(hook.got) >= 2)
        time.sleep(1)
        n = len([1 for b in hook.bodies()
                 for a in b["alerts"] if a["labels"]["host"] == host])
        t.is_(n, 2, f"killed after the send of {host}: told once more")
        w.kill(proc)
finally:
    w.done()
t.done()
