#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The options notes and forecast: events over the curves and what is to come,
through nginx and both pools, with robin-alert storing the events."""
import json
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import BIN, Stack, done, equal, ok, png_size  # noqa: E402

s = Stack(data=False)
s.start("store", [f"{BIN}/robin-store", "--state", s.state])
s.family("fill", [
    dict(name="used", unit="bytes", kind="gauge", draw="area", min=0),
    dict(name="free", unit="bytes", kind="gauge", draw="stack", min=0)])
t0 = int(time.time()) // 10 * 10
lines = [f"local/web1/fill {t0 - i * 10} {(1000 - i) * 10}:5"
         for i in range(360, -1, -1)]
lines += [f"local/web2/fill {t0 - i * 10} 1:1" for i in range(3, -1, -1)]
s.put(lines)
P = "/g/local/web1/fill/"
LAST = f"{t0 - 3600}~{t0}"


def words(a):
    return re.sub(r"%([0-9A-F]{2})", lambda m: chr(int(m.group(1), 16)),
                  a.header("x-robin-summary") or "")


def lines_of(svg, colour):
    """Left edges of the one pixel wide lines of that colour."""
    return [float(x) for x in re.findall(
        r'<rect x="([\d.]+)" y="[\d.]+" width="1" height="[\d.]+" '
        rf'fill="#{colour}"', svg)]


# --- events ------------------------------------------------------------------
a = s.ask(f"{P}{LAST},notes.svg")
ok(a.status == 200 and "no events" in words(a), "nothing happened yet", a)
s.start("alert", [f"{BIN}/robin-alert", "--state", s.state])


def note(title, at, host, **more):
    argv = [f"{BIN}/robin", "events", "--state", s.state, "add", title,
            "--from", str(at), "--cluster", "local"]
    if host:
        argv += ["--host", host]
    for k, v in more.items():
        argv += [f"--{k}", str(v)]
    p = subprocess.run(argv, capture_output=True, text=True)
    if p.returncode:
        ok(False, f"robin events add {title}", p.stderr)


def stored():
    return len(s.ask("/api/v1/annotations").json()["annotations"])


note("Deployed <1.2>", t0 - 1800, "web1")
note("Elsewhere", t0 - 900, "web2")
note("Everywhere", t0 - 2700, "")
note("Long ago", t0 - 90000, "web1")
note("Burn", t0 - 600, "web1", kind="chaos")
note("Restarted", t0 - 300, "web1", kind="heal")
s.wait(lambda: stored() == 6, "events")

a = s.direct("pictures", f"{P}{LAST},notes.svg")
svg = a.body.decode()
g = json.loads(a.header("x-robin-geometry"))
equal(g["to"], t0, "notes alone extend nothing")
ok("1 heal, 1 chaos run, 2 notes" in words(a), "the summary counts them",
   words(a))
for what in ("1 heal", "1 chaos run", "2 notes"):
    ok(f">{what}</text>" in svg, f"the legend says {what}")
ok("Deployed &lt;1.2&gt;" in svg, "the text is there, as text")
ok("Elsewhere" not in svg and "Long ago" not in svg,
   "another host's and an old one are not")
want = [g["left"] + g["plot_width"] * part for part in (0.25, 0.5)]
got = sorted(lines_of(svg, "2f5c9e"))
ok(len(got) == 2 and all(abs(x - w) <= 1 for x, w in zip(got, want)),
   "both notes stand where they happened", f"{got} {want}")
equal(len(lines_of(svg, "1a7f4b")), 1, "the heal has its line")
ok(all(shape in svg for shape in "■●◆"), "and every kind its shape")
for words_, size in (("600x200,notes", (600, 200)), ("400x200,2x,notes", (800, 400)),
                     ("600x200,dark,notes", (600, 200)), ("60x30,notes", (60, 30))):
    a = s.ask(f"{P}{LAST},{words_}.png")
    equal((a.status, png_size(a.body) if a.status == 200 else None),
          (200, size), f"{words_}.png")
a, b = s.ask(f"{P}{LAST},notes.png"), s.ask(f"{P}{LAST}.png")
ok(a.body != b.body, "the option changes the picture")

# a new event is a new ETag, of pictures that mark it only
t, plain = f"{P}{LAST},notes.png", f"{P}{LAST}.png"
before = [s.direct("pictures", x).header("etag") for x in (t, plain)]
note("Another", t0 - 1200, "web1")
s.wait(lambda: stored() == 7, "the new event")
after = [s.direct("pictures", x).header("etag") for x in (t, plain)]
ok(before[0] != after[0], "a new event changes the ETag", before)
equal(after[1], before[1], "but not where events are not marked")
a = s.direct("pictures", t, params={"HTTP_IF_NONE_MATCH": after[0]})
equal(a.status, 304, "and is a 304 from then on")
note("Not here", t0 - 1200, "web2")
s.wait(lambda: stored() == 8, "web2's event")
equal(s.direct("pictures", t).header("etag"), after[0],
      "another host's event changes nothing")

# more than are drawn
for i in range(25):
    note(f"n{i}", t0 - 3000 + i, "web1")
s.wait(lambda: stored() == 33, "many events", 30)
a = s.direct("pictures", t.replace(".png", ".svg"))
ok("28 notes" in words(a) and "newest 20 drawn" in a.body.decode(),
   "of many the newest are drawn, and it says so", words(a))
equal(len(lines_of(a.body.decode(), "2f5c9e")), 18, "twenty in all")

# --- what is to come ---------------------------------------------------------
asked = int(time.time())
a = s.ask(f"{P}hour,forecast.json")
f = a.json().get("forecast") or {}
equal(sorted(f), ["high", "low", "median", "start", "step"], "forecast in JSON")
rows = [r[0] for r in a.json()["rows"] if r[0] is not None]
step = f["median"][1] - f["median"][0]
ok(abs(f["median"][0] - rows[-1]) < 1 and
   abs(step - f["step"]) < 0.01,
   "it continues the line at its pace", f"{rows[-1]} {f['median'][:3]}")
ok(len(f["low"]) == len(f["high"]) == len(f["median"]) and
   all(lo <= m <= hi for lo, m, hi in
       zip(f["low"], f["median"], f["high"])), "within its band")
end = f["start"] + f["step"] * (len(f["median"]) - 1)
ok(850 <= end - asked <= 1000, "a quarter of the range ahead", end - asked)
ok("forecast" not in s.ask(f"{P}hour.json").json(), "only when asked for")

a = s.ask(f"{P}hour,forecast.svg")
g = json.loads(a.header("x-robin-geometry"))
equal(g["to"] - g["from"], 4500, "the picture reaches a quarter further")
svg = a.body.decode()
ok("stroke-dasharray" in svg and ">now</text>" in svg and
   "80 % band" in svg, "dashes, the present, and what they are")
ok("; expected " in words(a), "the summary says it", words(a))
a = s.ask(f"{P}hour,forecast,notes.png")
ok(a.status == 200 and "expected" in words(a) and "notes" in words(a),
   "both at once", a)

for target, why in (("/g/local/web2/fill/hour,forecast.svg",
                     "not enough history"),
                    (f"{P}{LAST},forecast.svg", "does not end now")):
    a = s.ask(target)
    ok(a.status == 200 and why in words(a) and why in a.body.decode() and
       "dasharray" not in a.body.decode(), f"refused: {why}", words(a))
for target in ("/g/local/web2/fill/hour,forecast.json",
               f"{P}{LAST},forecast.json"):
    doc = s.ask(target).json()
    ok("forecast" in doc and doc["forecast"] is None, "null in JSON", doc)
for target in ("/g/local/web1,web2/fill/hour,stack,forecast.png",
               "/g/local/web1,web2/fill/hour,forecast.png",
               "/g/local/web1,web2/fill/hour,forecast.json"):
    equal(s.ask(target).status, 200, target)

# events.db damaged: the picture comes, says so, and is not kept
with open(f"{s.state}/events.db", "r+b") as f:
    f.write(b"x" * 4096)
a = s.direct("pictures", t)
ok(a.status == 200 and "cannot be read" in words(a), "damaged events", a)
equal(a.header("cache-control"), "no-store", "that answer is not kept")
done()
