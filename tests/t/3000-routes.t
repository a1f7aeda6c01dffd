#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every route answers what it says, over nginx."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import Stack, equal, ok, done, png_size  # noqa: E402

s = Stack()
now = s.t0


def get(target, status=200, kind=None, **how):
    a = s.ask(target, **how)
    good = a.status == status
    if kind is not None:
        good = good and (a.header("content-type") or "").startswith(kind)
    ok(good, f"{how.get('method', 'GET')} {target}: {status} {kind or ''}", a)
    return a


# alive, ready, well
equal(get("/healthz", kind="text/plain").body, b"ok\n", "healthz says ok")
get("/readyz", kind="text/plain")
h = get("/health", kind="application/json").json()
equal(h["status"], "ok", "health: ok with fresh data")
ok(0 <= h["data_age"] < 60, "health: data age", h)
equal(h["errors"], 0, "health: no errors yet")
for key in ("cpu", "memory", "uptime", "version"):
    ok(key in h, f"health has {key}", h)

# hosts, families, latest
hosts = get("/api/v1/hosts", kind="application/json").json()["hosts"]
equal([x["host"] for x in hosts], ["web1", "web2", "web3"], "hosts in order")
equal(hosts[0]["families"], 2, "families of web1")
equal(hosts[0]["series"], 4, "series of web1")
equal(hosts[0]["last"], now, "newest sample of web1")
equal(get("/api/v1/hosts?cluster=other").json()["hosts"], [],
      "no host in another cluster")
fams = get("/api/v1/families", kind="application/json").json()["families"]
equal([f["name"] for f in fams], ["load", "traffic"], "families in order")
equal(get("/api/v1/families/load").json()["metrics"][1]["name"], "two",
      "one family by its name")
get("/api/v1/families/nope", 404, "application/problem+json")
all_ = get("/api/v1/latest", kind="application/json").json()["series"]
equal(len(all_), 6, "all series")
one = get("/api/v1/latest/web2/load").json()["series"]
equal([x["path"] for x in one], ["local/web2/load"], "one series")
equal(one[0]["values"], {"one": 2, "two": 0.5}, "its drawn values")
equal(one[0]["time"], now, "its time")
equal(one[0]["stale"], False, "it is not stale")
rates = get("/api/v1/latest/web1/traffic.eth0").json()["series"][0]
equal(rates["values"], {"rx_bytes": 1000, "tx_bytes": 500}, "rates of counters")
equal(rates["raw"]["rx_bytes"], 10 ** 12, "raw beside them")
equal(len(get("/api/v1/latest/web1/traffic").json()["series"]), 3,
      "a family without its instance is all of them")
get("/api/v1/latest/nope", 404, "application/problem+json")
get("/api/v1/latest/web1/load?cluster=other", 404)

# series
r = get(f"/api/v1/series?path=local/web1/load&from={now - 600}&to={now}",
        kind="application/json").json()
equal(sorted(r), ["metrics", "path", "rows", "start", "step"], "its members")
equal(r["step"], 10, "finest rows")
equal(len(r["rows"]), 60, "ten minutes of rows")
equal(r["start"], now - 590, "start is the end of the first row")
ok(all(row[0] == 1 for row in r["rows"]), "values as they were put", r)
d = get(f"/api/v1/series?path=local/web1/load&from={now - 3600}&to={now}"
        "&maxPoints=30").json()
ok(0 < len(d["rows"]) <= 30, "maxPoints is kept", len(d["rows"]))
ok(max(x[1] for x in d["max"] if x[1] is not None) == 6.5 and
   min(x[1] for x in d["min"] if x[1] is not None) == 0.5,
   "down-sampling keeps the extremes", d)
ok(all(lo[1] <= av[1] <= hi[1] for lo, av, hi in
       zip(d["min"], d["rows"], d["max"]) if None not in (lo[1], av[1], hi[1])),
   "min <= average <= max")
get("/api/v1/series?path=local/nope/load", 404)

# a picture and its numbers
png = get("/g/local/web1/load/hour.png", kind="image/png")
plain = png_size(get("/g/local/web1/load/hour,nolegend.png").body)
equal(plain, (600, 200), "600x200 by default")
geometry = json.loads(png.header("x-robin-geometry"))
ok(png_size(png.body) == (600, geometry["height"]) and
   geometry["height"] > 200 and geometry["plot_height"] >= 140,
   "a legend adds its height and leaves the plot whole", geometry)
equal(png_size(get("/g/local/web1/load/hour,600x200.png").body), (600, 200),
      "a size that is given is kept")
for name, want in (("etag", None), ("cross-origin-resource-policy",
                                    "cross-origin"),
                   ("x-content-type-options", "nosniff"),
                   ("content-disposition",
                    'inline; filename="web1-load-hour.png"')):
    got = png.header(name)
    ok(got is not None and (want is None or got == want),
       f"picture has {name}", got)
equal(png_size(get("/g/local/web1/load/hour,400x150,2x,dark.png").body),
      (800, 300), "options: size and 2x")
svg = get("/g/local/web1,web2/load/hour.svg", kind="image/svg+xml")
ok(b"<script" not in svg.body and b"<svg" in svg.body, "an SVG")
many = get("/g/local/web1/traffic/hour.png", kind="image/png")
j = get(f"/g/local/web1/load/{now - 600}~{now}.json",
        kind="application/json").json()
equal((j["path"], j["start"], j["step"], j["metrics"], len(j["rows"])),
      ("local/web1/load", now - 590, 10, ["one", "two"], 60),
      "numbers of a picture")
equal(j["rows"], r["rows"], "the same as the API's")
two = get(f"/g/local/web1,web2/load/{now - 600}~{now}.json").json()["series"]
equal([x["path"] for x in two], ["local/web1/load", "local/web2/load"],
      "two hosts' numbers")
inst = get(f"/g/local/web1/traffic/{now - 600}~{now}.json").json()["series"]
equal([x["path"].rsplit(".", 1)[1] for x in inst], ["eth0", "eth1", "lo"],
      "all instances' numbers")
ok(abs(inst[0]["rows"][5][0] - 1000) < 1, "as rates", inst[0]["rows"][5])
c = get(f"/g/local/web1/load/{now - 600}~{now}.csv", kind="text/csv")
lines = c.body.decode().split("\r\n")
equal(lines[0], "path,time,one,two", "CSV header")
equal(len(lines), 62, "CSV rows")

# geometry for scripts over the picture
g = get("/g/local/web1/load/hour,nolegend.png")
geo = json.loads(g.header("x-robin-geometry"))
ok(geo["left"] + geo["plot_width"] <= geo["width"] == 600 and
   geo["top"] + geo["plot_height"] <= geo["height"] == 200 and
   geo["to"] - geo["from"] == 3600, "geometry lies within the picture", geo)
ok("web1" in (g.header("x-robin-summary") or ""), "the picture in words",
   g.header("x-robin-summary"))

# badges
b = get("/badge/local/web1.svg", kind="image/svg+xml")
ok("ok" in b.body.decode() and "web1" in b.body.decode(), "a host's badge")
b = get("/badge/local/web1/load.svg", kind="image/svg+xml")
ok("1 things" in b.body.decode(), "a series' badge has its value", b.body)
get("/badge/local/nope.svg", 404, "image/svg+xml")
get("/badge/local/web1", 404)

# status, pages
st = get("/api/v1/status", kind="application/json").json()
equal(st["series"], 6, "status counts series")
ok(st["pools"]["pictures"]["renders"] >= 4, "status counts renders", st)
get("/", kind="text/html")
get("/nope", 404)
get("/g/local/web1/load/", 404)

# HEAD is GET without the body
for target in ("/healthz", "/health", "/api/v1/hosts", "/metrics",
               f"/g/local/web1/load/{now - 600}~{now}.json",
               "/g/local/web1/load/day.png", "/badge/local/web1.svg", "/"):
    a, g = s.ask(target, "HEAD"), s.ask(target)
    ok(a.status == g.status == 200 and a.body == b"" and
       a.header("content-type") == g.header("content-type"),
       f"HEAD {target}", (a, g.headers))
done()
