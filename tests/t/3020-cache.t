#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Caching: canonical addresses, ETag before drawing, 304 without drawing,
max-age to the next row, closed ranges for ever, one render for many askers."""
import os
import re
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import BIN, Stack, done, equal, ok, png_size  # noqa: E402

s = Stack()
now = s.t0
P = "/g/local/web1/load/"


def renders():
    pools = s.ask("/api/v1/status").json()["pools"]
    return pools["pictures"]["renders"]


def max_age(a):
    m = re.search(r"max-age=(\d+)", a.header("cache-control") or "")
    return int(m.group(1)) if m else None


# one address for one picture
for raw, to in (("day,dark,2x.png", "day,2x,dark.png"),
                ("day.png?dark", "day,dark.png"),
                ("day.json?size=800x200", "day,800x200.json"),
                ("6hours.png", "6h.png"),
                ("day.png?range=week", "week.png"),
                (f"day.csv?from={now - 60}&to={now}", f"{now - 60}~{now}.csv")):
    a = s.ask(P + raw)
    equal((a.status, a.header("location"), a.body), (308, P + to, b""),
          f"{raw}: 308 to {to}")
    equal(s.ask(a.header("location")).status, 200, f"{to} answers")

# ETag and 304, straight at the pool (nginx answers from its cache itself)
for ext, pool in (("png", "pictures"), ("svg", "pictures"), ("json", "data"),
                  ("csv", "data")):
    t = f"{P}week.{ext}"
    a = s.direct(pool, t)
    etag = a.header("etag")
    ok(a.status == 200 and re.match(r'^"[0-9a-f]{16}"$', etag or ""),
       f".{ext} has an ETag", a.headers)
    before = renders()
    b = s.direct(pool, t, params={"HTTP_IF_NONE_MATCH": etag})
    ok(b.status == 304 and b.body == b"" and b.header("etag") == etag and
       b.header("cache-control"), f".{ext}: 304", b)
    b = s.direct(pool, t, params={"HTTP_IF_NONE_MATCH": f'"x", W/{etag}'})
    equal(b.status, 304, f".{ext}: weak and listed")
    equal(renders(), before, f".{ext}: nothing was drawn for it")
    b = s.direct(pool, t, params={"HTTP_IF_NONE_MATCH": '"0"'})
    equal(b.status, 200, f".{ext}: another ETag gets the answer")
ok(len({s.direct("pictures", P + w).header("etag")
        for w in ("week.png", "week,dark.png", "day.png", "week.svg")}) == 4,
   "each picture has its own ETag")

# a new sample is a new ETag; another host's is not
a, other = (s.direct("data", f"/g/local/{h}/load/week.json").header("etag")
            for h in ("web1", "web2"))
s.put([f"local/web1/load {int(time.time()) + 11} 9:9"])
b, same = (s.direct("data", f"/g/local/{h}/load/week.json").header("etag")
           for h in ("web1", "web2"))
ok(a != b, "a new sample changes the ETag")
# (the window may have moved on between the two, so this may differ once)
if other != same:
    other, same = (s.direct("data", "/g/local/web2/load/week.json")
                   .header("etag") for _ in range(2))
equal(same, other, "another host's sample does not")

# how long
for span, most in (("hour", 10), ("day", 150), ("week", 300), ("year", 300)):
    age = max_age(s.direct("pictures", f"{P}{span}.png"))
    ok(age is not None and 1 <= age <= most, f"{span}: max-age to the next row",
       age)
cc = s.direct("pictures", f"{P}{now - 3600}~{now - 1800}.png")
ok("immutable" in cc.header("cache-control") and max_age(cc) >= 86400,
   "a closed range is immutable", cc.headers)
cc = s.direct("pictures", f"{P}{now - 3600}~{now + 3600}.png")
ok("immutable" not in cc.header("cache-control"), "an open one is not")
for t in ("/healthz", "/health", "/metrics", "/api/v1/latest"):
    equal(s.ask(t).header("cache-control"), "no-store", f"{t} is not kept")

# nginx keeps pictures, and revalidates; never numbers
t = P + "month.png"
a, b = s.ask(t), s.ask(t)
equal([x.header("x-robin-cache") for x in (a, b)], ["MISS", "HIT"],
      "nginx: miss, then hit")
ok(a.body == b.body and a.header("etag") == b.header("etag"), "the same bytes")
equal(s.ask(t, headers={"If-None-Match": a.header("etag")}).status, 304,
      "nginx: 304 from the cache")
ok(s.ask(P + "day.json").header("x-robin-cache") is None, "numbers: no cache")

# a stampede is one render
t = P + f"{now - 3600}~{now - 1800},500x180.png"  # good for ever
before = renders()
got = []
threads = [threading.Thread(target=lambda: got.append(s.ask(t)))
           for _ in range(20)]
for th in threads:
    th.start()
for th in threads:
    th.join()
ok(len(got) == 20 and all(a.status == 200 and png_size(a.body) == (500, 180)
                          for a in got), "20 askers get the picture")
equal(renders() - before, 1, "from one render")

# stale while nobody can draw: what was drawn is shown
t = P + "hour,300x100.png"
first = s.ask(t)
s.pictures.terminate()
s.pictures.wait()
end = time.monotonic() + 25
states = set()
while time.monotonic() < end and "STALE" not in states:
    a = s.ask(t)
    ok(a.status == 200 and a.body == first.body, "shown without a pool", a) \
        if a.status != 200 or a.body != first.body else None
    states.add(a.header("x-robin-cache"))
    time.sleep(0.3)
ok("STALE" in states, "an expired picture is shown while the pool is away",
   states)
a = s.ask(P + "hour,301x100.png")
equal((a.status, a.header("content-type"), a.header("retry-after")),
      (503, "image/png", "5"), "a new one: the static picture with 503")
ok(png_size(a.body) == (600, 200) and a.header("cache-control") == "no-store",
   "which is a good PNG and not kept", a.headers)
equal(s.ask(P + "hour.json").status, 200, "numbers come all the while")
s.pool("pictures", 1)
equal(s.ask(P + "hour,301x100.png").status, 200, "and back it is")

# rows that no file has yet, and nobody to write them: shown, but not kept
store = [p for p in s.procs if p.label == "store"][0]
store.terminate()
store.wait()
s.put([f"local/late/load {s.t0 - 600 + i * 10} 1:1" for i in range(60)])
for pool, ext in (("pictures", "png"), ("data", "json")):
    a = s.direct(pool, f"/g/local/late/load/{now - 500}~{now - 400}.{ext}")
    ok(a.status == 200 and a.header("etag") is None and
       a.header("cache-control") == "no-store",
       f"behind the log: .{ext} is not kept", a.headers)
s.start("store", [f"{BIN}/robin-store", "--state", s.state])
s.wait(lambda: s.direct("data", f"/g/local/late/load/{now - 500}~{now - 400}"
                        ".json").header("etag"), "the writer")
a = s.direct("data", f"/g/local/late/load/{now - 500}~{now - 400}.json")
ok(all(r == [1, 1] for r in a.json()["rows"]), "and whole again", a.body)
done()
