#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hostile requests: through nginx, and straight at the FastCGI sockets."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import (BEGIN, Stack, children, done, equal, fcgi,  # noqa: E402
                   ok, pairs, parse_cgi, png_size, record, request)

s = Stack()
P = "/g/local/web1/load/"


def refused(a, status, target, picture=False):
    """The right status, and a body that says why without echoing markup."""
    why = repr(a)
    if not ok(a.status == status, f"{target[:70]!r}: {status}", why):
        return
    kind = a.header("content-type") or ""
    if kind.startswith("application/problem+json"):
        d = a.json()
        ok(d["status"] == status and d["detail"] and
           "<" not in a.body.decode(), f"{target[:70]!r}: problem says why",
           why)
    elif picture and kind == "image/png":
        ok(png_size(a.body) is not None, f"{target[:70]!r}: picture says why")


TRAVERSAL = ["/g/..%2f..%2fetc/passwd", "/g/%2e%2e/%2e%2e/etc/passwd",
             "/../../etc/passwd", "/g/local/%00/load/day.png",
             "/g/local/web1%00/load/day.png", "/g/local/..%5c/load/day.png",
             "/g/%2e%2e%2fx/web1/load/day.json"]
for t in TRAVERSAL:
    refused(s.ask(t), 400, t)
for t in TRAVERSAL + ["/g/local/\xff/load/day.json",
                      "/g/local/%ff/load/day.json",
                      "/g/local/web1\r\nX: y/load/day.json",
                      "/g/local/web1%0d%0aX:%20y/load/day.json",
                      "/g/a%2fb/web1/load/day.json"]:
    pool = "pictures" if t.endswith(".png") else "data"
    refused(s.direct(pool, t), 400, t, True)
# decoded once: what is left of %252e is no name
for t in ("/g/%252e%252e/web1/load/day.json",
          "/g/local/web1/load.%252f/day.json"):
    refused(s.ask(t), 400, t)
a = s.raw(b"GET /g/local/\xff/load/day.json HTTP/1.1\r\nHost: x\r\n"
          b"Connection: close\r\n\r\n")
ok(a.startswith(b"HTTP/1.1 400 "), "a raw 0xff byte: 400", a[:80])

# sizes and ranges
for word in ("0x200", "-1x200", "600x0", "1000000000x200", "4294967296x1",
             "nanx200", "x200", "600x", "12345678901234567890x1", "4000x4000",
             "2000x2000,2x", "0600x200", "+600x200", "6e2x200", "600X200"):
    for ext in ("png", "json"):
        t = f"{P}day,{word}.{ext}"
        refused(s.ask(t), 400, t, True)
for word in ("0h", "-1h", "1e9d", "nan", "", "12345678901234567890",
             "4294967296y", "day~", "~day", "now~now", "2~1", "hour,",
             "now-1h~now~now", "day~day~day"):
    t = f"{P}{word}.json"
    refused(s.ask(t), 400, t)
for n in ("0", "-1", "1e9", "4294967297", "nan", "", "99999999999999999999",
          "11001", "1.5", "0x10", "+5", "%205"):
    t = f"/api/v1/series?path=local/web1/load&maxPoints={n}"
    refused(s.ask(t), 400, t)

# parameters
for t in ("/healthz?x=1", "/api/v1/hosts?clustr=a", "/metrics?format=json",
          "/api/v1/latest?cluster=a&cluster=b", P + "day.json?dark&dark",
          P + "day.json?colour=red", "/api/v1/series",
          "/api/v1/series?path=../../../etc/passwd",
          "/api/v1/series?path=local/web1/load&path=local/web2/load",
          "/api/v1/series?path=local/web1/load&from=now&to=-1h",
          "/api/v1/families/LOAD", "/api/v1/latest/.hidden",
          "/api/v1/hosts?cluster=%3Cscript%3E"):
    refused(s.ask(t), 400, t)
t = "/healthz?" + "&".join(f"p{i}=1" for i in range(100))
refused(s.ask(t), 400, t)
t = "/api/v1/latest/" + "a/" * 40
refused(s.ask(t), 400, t)
t = "/api/v1/latest/" + "a" * 5000
ok(s.ask(t).status in (400, 414), "a long address is refused")
refused(s.direct("data", t), 414, t)

# markup never comes back unescaped
for t in ("/g/local/<script>alert(1)<script>/load/day.json",
          "/g/local/%3Cscript%3E/load/day.svg",
          "/api/v1/latest/%3Cimg%20src=x%3E",
          "/api/v1/series?path=%22%3E%3Cb%3E"):
    for a in (s.direct("data", t), s.direct("pictures", t)):
        ok(a.status in (400, 404) and b"<script" not in a.body and
           b"<img" not in a.body and b"<b>" not in a.body,
           f"{t!r}: no markup back", a)

# methods
for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get", "BREW"):
    for t in ("/healthz", "/api/v1/hosts", P + "day.json"):
        pool = "data"
        a = s.direct(pool, t, method)
        ok(a.status == 405 and a.header("allow") == "GET, HEAD",
           f"{method} {t} straight: 405 with Allow", a)
for method in ("POST", "PUT", "DELETE"):
    a = s.ask("/api/v1/hosts", method, body=b"")
    ok(a.status == 405 and a.header("allow") == "GET, HEAD",
       f"{method}: 405 with Allow", a)
a = s.ask("/api/v1/hosts", "POST", body=b"x" * 100000)
equal(a.status, 413, "a large body: 413")

# spellings of one address
for t in ("//healthz", "/./healthz", "/%68ealthz", "/x/../healthz",
          "/healthz/"):
    a = s.ask(t)
    ok(a.status in (200, 400), f"{t}: the page or 400", a)
    if t != "/x/../healthz":
        a = s.direct("data", t)
        equal((a.status, a.body), (200, b"ok\n"), f"{t} straight: the page")

# pools keep to their own
refused(s.direct("pictures", P + "day.json"), 404, P + "day.json")
refused(s.direct("data", P + "day.png"), 404, P + "day.png", True)
refused(s.direct("pictures", "/metrics"), 404, "/metrics")

# an error of a picture is a picture, as large and dark as it was asked for
a = s.ask("/g/local/nope/load/day,300x120,dark.png")
equal((a.status, a.header("content-type"), png_size(a.body)),
      (404, "image/png", (300, 120)), "a failed png is a png")
ok("no-store" in a.header("cache-control"), "which is not kept", a)
a = s.ask("/g/local/nope/load/day.svg")
equal((a.status, a.header("content-type")), (404, "image/svg+xml"),
      "a failed svg is an svg")

# FastCGI itself: the peer is closed, the worker lives
workers = children(s.data.pid)
good = pairs({"REQUEST_METHOD": "GET", "REQUEST_URI": "/healthz"})
BAD = {
    "not FastCGI": b"GET / HTTP/1.1\r\n\r\n",
    "nothing": b"",
    "version 2": record(1, b"\0\1\0\0\0\0\0\0", version=2),
    "a name of 2 GiB": BEGIN + record(4, b"\xff\xff\xff\xff\x01"),
    "a value of 2 GiB": BEGIN + record(4, b"\x01\xff\xff\xff\xffx"),
    "a value of 1 MiB": BEGIN + record(4, b"\x01\x80\x10\0\0x"),
    "parameters before the beginning": record(4, good),
    "an authorizer": record(1, b"\0\2\0\0\0\0\0\0") + record(4, good),
    "a role of 65535": record(1, b"\xff\xff\0\0\0\0\0\0"),
    "a short beginning": record(1, b"\0\1"),
    "half a header": BEGIN[:5],
    "half a pair": BEGIN + record(4, good[:-3]) + record(4),
    "an unknown record": BEGIN + record(99, b"x"),
    "64 KiB of zeros": BEGIN + b"\0" * 65536,
    "other requests' parameters": BEGIN + record(4, good, ident=7),
    "no method, no target": request({}),
    "an empty target": request({"REQUEST_METHOD": "GET", "REQUEST_URI": ""}),
    "a thousand variables": request({f"V{i}": "x" for i in range(1000)}),
    "a target with NUL": request({"REQUEST_METHOD": "GET",
                                  "REQUEST_URI": b"/heal\0thz"}),
}
for name, data in BAD.items():
    a = parse_cgi(fcgi(s.sock("data"), data, 6))
    ok(a.status in (0, 400, 404, 405), f"{name}: closed or refused", a)
a = parse_cgi(fcgi(s.sock("data"), BEGIN + record(4, good) + record(4) +
                   record(5)))
equal((a.status, a.body), (200, b"ok\n"), "the pool answers after all that")
equal(children(s.data.pid), workers, "with the same workers")
done()
