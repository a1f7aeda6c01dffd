#!/bin/sh
# SPDX-License-Identifier: MIT
# What the server's answers cost on loopback, each beside what it is compared
# with, in turns: a cached picture and its 304 against a static file of that
# size; 360 rows of 4 metrics as JSON against an empty FastCGI answer of the
# same pool through the same nginx, and against Prometheus' query_range of the
# same values, asked without a proxy.  Medians over ROUNDS=9 turns of
# SECONDS_EACH=1.  Needs wrk; Prometheus is left out where it is missing.
# (200 fresh pictures at once are in renders.sh.)
set -u
here=$(cd "$(dirname "$0")" && pwd)
command -v wrk >/dev/null || { echo "http: wrk is not installed"; exit 0; }
exec python3 - "$here" "${SECONDS_EACH:-1}" "${ROUNDS:-9}" <<'PY'
import http.client
import json
import shutil
import struct
import sys
import time
import urllib.parse

here, seconds, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.path.insert(0, here)
from wrk import METRICS, Run, pools, rows, stack, turns  # noqa: E402
from stack import free_port  # noqa: E402

s = stack()
t0 = s.t0


def ask(target, *headers):
    return lambda: Run(f"http://127.0.0.1:{s.port}{target}", headers, seconds,
                       servers=pools(s))


picture = f"/g/local/web1/four/{t0 - 3600}~{t0 - 600}.png"
a = s.ask(picture)
with open(f"{s.state}/site/static.png", "wb") as f:
    f.write(a.body)
static = s.ask("/static.png")
print(f"picture of {len(a.body)} bytes; 16 connections, {rounds} turns of "
      f"{seconds} s, medians")
turns(rounds, {"static file of that size": ask("/static.png"),
               "cached picture": ask(picture)})
turns(rounds, {"304 of the static file": ask(
                   "/static.png", f"If-None-Match: {static.header('etag')}"),
               "304 of the cached picture": ask(
                   picture, f"If-None-Match: {a.header('etag')}")})

numbers = f"/g/local/web1/four/{t0 - 3600}~{t0}.json"
j = s.ask(numbers)
found = j.json()["rows"]
print(f"JSON of {len(found)} rows x 4 metrics, {len(j.body)} bytes")
turns(rounds, {
    "empty FastCGI answer (/healthz)": ask("/healthz"),
    "JSON": ask(numbers),
    "JSON, 304": ask(numbers, f"If-None-Match: {j.header('etag')}"),
    "/api/v1/latest": ask("/api/v1/latest"),
    "/metrics": ask("/metrics"),
})

n, before = 200, s.ask("/api/v1/status").json()["pools"]["pictures"]
begun = time.monotonic()
for i in range(n):
    s.ask(f"/g/local/web1/four/day,600x{200 + i}.png")
took = time.monotonic() - begun
after = s.ask("/api/v1/status").json()["pools"]["pictures"]
drawn = after["renders"] - before["renders"]
print(f"fresh pictures, one after the other: {took / n * 1000:.2f} ms each, "
      "of them drawing "
      f"{(after['render_seconds'] - before['render_seconds']) / drawn * 1000:.2f}"
      " ms CPU")


def varint(v):
    out = b""
    while v > 127:
        out += bytes([v & 127 | 128])
        v >>= 7
    return out + bytes([v])


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def write_request():
    """Remote write: a series a metric; one literal is a block of snappy."""
    data = b""
    for i, m in enumerate(METRICS):
        labels = {"__name__": f"four_{m}", "cluster": "local", "host": "web1"}
        data += field(1, b"".join(
            field(1, field(1, k.encode()) + field(2, v.encode()))
            for k, v in labels.items()) + b"".join(
            field(2, b"\x09" + struct.pack("<d", v[i]) + b"\x10" +
                  varint(t * 1000)) for t, v in rows(t0)))
    return (varint(len(data)) + bytes([63 << 2])
            + struct.pack("<I", len(data) - 1) + data)


def prometheus():
    port = free_port()
    with open(f"{s.work}/p.yml", "w") as f:
        f.write("scrape_configs: []\n")
    p = s.start("prometheus", [
        "prometheus", "--web.enable-remote-write-receiver",
        f"--config.file={s.work}/p.yml", f"--storage.tsdb.path={s.work}/prom",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"])
    query = "/api/v1/query_range?" + urllib.parse.urlencode({
        "query": '{__name__=~"four_.",host="web1"}', "start": t0 - 3590,
        "end": t0, "step": 10})

    def request(method, target, body=None, **headers):
        c = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        c.request(method, target, body, headers)
        r = c.getresponse()
        return r.status, r.read()

    def ready():
        try:
            return request("GET", "/-/ready")[0] == 200
        except OSError:
            return False
    s.wait(ready, "prometheus", 60)
    status, text = request("POST", "/api/v1/write", write_request(), **{
        "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
        "X-Prometheus-Remote-Write-Version": "0.1.0"})
    assert status == 204, text
    status, text = request("GET", query)
    result = json.loads(text)["data"]["result"]
    assert len(result) == 4 and all(len(r["values"]) == 360 for r in result), \
        text[:300]
    # the same values, though not the same text
    assert [[float(r["values"][-1 - i][1]) for r in result]
            for i in range(300)] == [found[-1 - i] for i in range(300)]
    print(f"Prometheus' query_range for the same values, {len(text)} bytes")
    turns(rounds, {
        "Prometheus": lambda: Run(f"http://127.0.0.1:{port}{query}", (),
                                  seconds, servers=[[p.pid]]),
        "JSON": ask(numbers)})


if shutil.which("prometheus"):
    prometheus()
PY
