#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""robin put: one answer a line, in order, with and without waiting."""
import json
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
ROBIN = os.path.join(BUILD, "bin", "robin")
work = tempfile.TemporaryDirectory(prefix="robin-t.")
state = work.name + "/state"
count = 0
failed = 0
T = int(time.time()) - 3600
WAIT = 30  # seconds until a missing answer is a failure


def result(good, name, diag=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}")
    if not good:
        for line in str(diag)[:1000].splitlines():
            print("# " + line)


def put(text, *args, where=state):
    data = text if isinstance(text, bytes) else text.encode()
    r = subprocess.run([ROBIN, "put", "--state", where, *args], input=data,
                       capture_output=True, timeout=120)
    return r.returncode, r.stdout.decode(), r.stderr.decode()


def latest(pattern, where=state):
    r = subprocess.run([ROBIN, "ls", "--json", "--state", where, pattern],
                       capture_output=True, timeout=30)
    return {s["path"]: s for s in json.loads(r.stdout or b"[]")}


class Session:
    """A client that talks and listens."""

    def __init__(self, where=state):
        self.p = subprocess.Popen([ROBIN, "put", "--state", where],
                                  stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, bufsize=0)
        self.have = b""

    def send(self, text):
        self.p.stdin.write(text.encode())

    def answer(self):
        while b"\n" not in self.have:
            ready, _, _ = select.select([self.p.stdout], [], [], WAIT)
            if not ready:
                return None
            got = os.read(self.p.stdout.fileno(), 65536)
            if not got:
                return None
            self.have += got
        line, self.have = self.have.split(b"\n", 1)
        return line.decode()

    def end(self):
        self.p.stdin.close()
        rest = self.have + self.p.stdout.read()
        return self.p.wait(WAIT), rest.decode()


# --- the words of the protocol -------------------------------------------------
rc, out, err = put(f"local/web1/queue {T} 12\nlocal/web1/queue {T + 10} 13\n")
result((rc, out) == (0, "ok\nok\n"), "two samples", (rc, out, err))
rc, out, err = put("")
result((rc, out) == (0, ""), "no lines, no answers", (rc, out, err))
rc, out, err = put(f"local/web1/queue {T + 20} 14")
result((rc, out) == (0, "ok\n"), "a last line without its end", (rc, out))

NOW = int(time.time())
CASES = [
    (f"local/web1/queue {T} 1", "no older than last"),
    (f"local/web1/queue {T + 20} 1", "no older than last"),
    (f"local/web1/queue {NOW + 3600} 1", "no too far ahead"),
    ("local/web1/queue 1000000000 1", "no before 2010"),
    ("local/web1/queue -5 1", "no before 2010"),
    (f"local/web1/queue {T + 30} 1:2", "no wrong number of values"),
    (f"local/web1/queue {T + 30} x", "no bad value"),
    (f"local/web1/queue {T + 30} nan", "no bad value"),
    (f"local/web1/queue {T + 30} inf", "no bad value"),
    (f"local/web1/queue {T + 30} 1e400", "no bad value"),
    (f"local/web1/queue {T + 30} 0x10", "no bad value"),
    (f"local/web1/queue {T + 30} ", "no bad line"),
    (f"local/web1/queue {T + 30} :", "no bad value"),
    (f"local/web1/queue {T + 30} 1:", "no bad value"),
    (f"local/web1/queue {T + 30} 1 2", "no bad line"),
    (f"local/web1/queue {T + 30}", "no bad line"),
    ("local/web1/queue 10.5 1", "no bad time"),
    ("local/web1/queue N 1", "no bad time"),
    ("local/web1/queue 99999999999999999999 1", "no bad time"),
    ("", "no bad line"),
    ("x", "no bad line"),
    (f"queue {T} 1", "no bad path"),
    (f"local/queue {T} 1", "no bad path"),
    (f"local/web1/Queue {T} 1", "no bad path"),
    (f"local/../queue {T} 1", "no bad path"),
    (f"/local/web1/queue {T} 1", "no bad path"),
    (f"local/web1/queue/x {T} 1", "no bad path"),
    (f"local/web1/queue. {T} 1", "no bad path"),
    (f"local/web1/queue.=zz {T} 1", "no bad path"),
    (f"local/{'h' * 300}/queue {T} 1", "no bad path"),
    (f"local/web1/new {T} " + ":".join("1" * 65), "no bad value"),
    (f"local/web1/queue {T + 30} U", "ok"),
    (f"  local/web1/queue\t {T + 40}   7 ", "ok"),
    (f"local/web1/queue {T + 50} 8\r", "ok"),
    (f"local/web1/queue {T + 60} -1.5e3", "ok"),
    (f"local/web1/queue {T + 70} 18446744073709551615", "ok"),
    (f"local/web1/disk.:var:lib {T} 5", "ok"),
    (f"local/web1/wide {T} " + ":".join("1" * 64), "ok"),
]
rc, out, err = put("".join(line + "\n" for line, _ in CASES))
answers = out.splitlines()
result(rc == 1, "exit 1 when any line was refused", rc)
result(len(answers) == len(CASES), "as many answers as lines", len(answers))
for (line, want), got in zip(CASES, answers):
    result(got == want if want == "ok" else got.startswith(want),
           f"{want}: {line[:50]!r}", got)
rc, out, err = put(f"local/web1/queue {T + 80} \x1b[31m\n".encode()
                   + b"a\0b/c/d 1 1\n\xff\xfe/h/f 1 1\n")
result(rc == 1 and len(out.splitlines()) == 3
       and all(c.isprintable() or c == "\n" for c in out),
       "hostile bytes are not echoed", repr(out))

# --- lines that are too long ------------------------------------------------------
for size in (65535, 65536, 65537, 1 << 20, 3 << 20):
    line = "a" * size
    rc, out, err = put(f"local/l/n{size} {T} 1\n{line}\nlocal/l/m{size} {T} 2\n")
    got = out.splitlines()
    want = "no bad line: over" if size > 65536 else "no bad line: not"
    result(len(got) == 3 and got[0] == got[2] == "ok"
           and got[1].startswith(want), f"a line of {size} bytes", out[:200])
rc, out, err = put("b" * (2 << 20))
result(rc == 1 and out.startswith("no bad line: over") and
       out.count("\n") == 1, "a line too long that never ends", out[:200])

# --- undeclared families -----------------------------------------------------------
with open(state + "/families/wide.json") as f:
    family = json.load(f)
result(family["name"] == "wide", "an undeclared family is declared")
seen = latest("local/web1/queue")["local/web1/queue"]
result(seen["time"] == T + 70, "ls shows the newest sample", seen)
seen = latest("local/web1/wide")["local/web1/wide"]
result(list(seen["values"]) == [f"v{i}" for i in range(1, 65)],
       "its metrics are v1 to v64", seen)

# --- a client that waits for each answer ---------------------------------------------
s = Session()
good = True
for i in range(50):
    s.send(f"local/wait/q {T + i} {i}\n")
    good = good and s.answer() == "ok"
s.send("local/wait/q ")
time.sleep(0.05)
s.send(f"{T + 60} 1\nnon")
good = good and s.answer() == "ok"
s.send("sense\n")
good = good and (s.answer() or "").startswith("no bad line")
rc, rest = s.end()
result(good and rc == 1 and rest == "", "a client that waits is answered",
       (rc, rest))

# --- a client that writes everything before it reads ----------------------------------
N = 100000
lines = [f"local/pipe{i % 50}/q {T + i // 50} {i}\n" for i in range(N)]
bad = set(random.Random(1).sample(range(N), 500))
for i in bad:
    lines[i] = "what\n"
s = Session()
s.send("".join(lines))  # answers do not fit into a pipe
rc, rest = s.end()
got = rest.splitlines()
result(len(got) == N, f"{N} lines are answered", len(got))
wrong = [i for i, a in enumerate(got) if (a == "ok") == (i in bad)]
result(not wrong, "each answer is its line's", wrong[:5])
seen = latest("local/pipe*/q")
result(len(seen) == 50 and seen["local/pipe7/q"]["time"] == T + N // 50 - 1,
       "and all is there", list(seen)[:3])

# --- two clients at once; a file; a kill ------------------------------------------------
a, b = Session(), Session()
for i in range(200):
    a.send(f"local/both/q.a {T + i} {i}\nlocal/both/q.c {T + 2 * i} 1\n")
    b.send(f"local/both/q.b {T + i} {i}\nlocal/both/q.c {T + 2 * i + 1} 1\n")
ra, rb = a.end(), b.end()
alike = [x for x in ra[1].splitlines()[::2] + rb[1].splitlines()[::2]
         if x != "ok"]
result(not alike, "two clients do not disturb each other", alike[:3])
shared = ra[1].splitlines()[1::2] + rb[1].splitlines()[1::2]
result(set(shared) <= {"ok", "no older than last"},
       "what both write is stored once or refused", set(shared))

path = work.name + "/in.txt"
with open(path, "w") as f:
    f.write(f"local/file/q {T} 1\n" * 2)
rc, out, err = put("", path)
result((rc, out) == (1, "ok\nno older than last\n"), "from a file", (rc, out))
rc, out, err = put("", work.name + "/absent")
result(rc == 1 and "absent" in err, "from a file that is not there", err)

s = Session()
s.send(f"local/kill/q {T} 41\n")
first = s.answer()
s.p.send_signal(signal.SIGKILL)
s.p.wait(WAIT)
seen = latest("local/kill/q")
result(first == "ok" and seen["local/kill/q"]["raw"]["v1"] == 41,
       "what was acknowledged is there after SIGKILL", seen)
rc, out, err = put(f"local/kill/q {T} 42\nlocal/kill/q {T + 1} 43\n")
result(out == "no older than last\nok\n", "and goes on from there", out)

s = Session()
s.p.stdout.close()
s.send(f"local/gone/q {T} 1\n")
s.p.stdin.close()
result(s.p.wait(WAIT) == 1, "a client that is gone ends it with exit 1")

os.mkdir(work.name + "/plain")
with open(work.name + "/plain/state", "w") as f:
    f.write("x")
rc, out, err = put(f"local/a/q {T} 1\n", where=work.name + "/plain/state")
result(rc == 1 and "--state" in err, "a state that is a file: says what to do",
       err)

print(f"1..{count}")
sys.exit(failed != 0)
