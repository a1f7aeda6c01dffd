#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Feeds one series through `robin put` and notes what was acknowledged.

    feeder.py run FILE COMMAND...     until SIGTERM; a COMMAND is a shell text
                                      that starts `robin put` somewhere; when
                                      one ends, the next takes over
    feeder.py check FILE ROWS         ROWS: what `robin get --json` wrote

Sample i has the value i and the time T + 10 i, so that each is a row of its
own in the 10 s archive and can be looked for afterwards.
"""
import json
import signal
import subprocess
import sys
import time

PATH = "local/robin/feed"
PAST_S = 20000
STEP_S = 10


def run(out_name, commands):
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    start = (int(time.time()) - PAST_S) // STEP_S * STEP_S
    with open(out_name, "w", buffering=1) as out:
        out.write("%d\n" % start)
        i = turn = 0
        while not stop and i < PAST_S // STEP_S:
            p = subprocess.Popen(commands[turn % len(commands)], shell=True,
                                 stdin=subprocess.PIPE, text=True, bufsize=1,
                                 stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
            turn += 1
            try:
                while not stop and i < PAST_S // STEP_S:
                    p.stdin.write("%s %d %d\n" % (PATH, start + STEP_S * i, i))
                    said = p.stdout.readline()
                    if said == "ok\n":
                        out.write("%d\n" % i)
                    elif not said:
                        break
                    # a time that was sent is never used again
                    i += 1
                    time.sleep(0.05)
                else:
                    p.stdin.close()
            except OSError:
                pass
            i += 1
            p.wait()
            time.sleep(0.1)


def check(name, rows_name):
    with open(name) as f:
        lines = f.read().split("\n")[:-1]
    start, acked = int(lines[0]), [int(n) for n in lines[1:]]
    with open(rows_name) as f:
        doc = json.load(f)
    rows = {doc["start"] + n * doc["step"]: row[0]
            for n, row in enumerate(doc["rows"])}
    lost = [i for i in acked if rows.get(start + STEP_S * i) != i]
    print("%d acknowledged, %d lost%s" % (
        len(acked), len(lost), ": " + str(lost[:10]) if lost else ""))
    return 1 if lost or not acked else 0


if __name__ == "__main__":
    if sys.argv[1] == "run":
        sys.exit(run(sys.argv[2], sys.argv[3:]))
    sys.exit(check(sys.argv[2], sys.argv[3]))
