#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""/metrics: Prometheus text and OpenMetrics, promtool-clean, for families of
every kind and for the machine's own collectors."""
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from stack import BIN, Stack, done, equal, ok  # noqa: E402

s = Stack()
OPEN = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"


def samples(text):
    out = {}
    for line in text.splitlines():
        m = re.match(r'^(\w+)(?:\{(.*)\})? (\S+)$', line)
        if m:
            out.setdefault(m.group(1), {})[m.group(2) or ""] = \
                float(m.group(3))
    return out


def lint(name, text):
    p = subprocess.run(["promtool", "check", "metrics"], input=text,
                       text=True, capture_output=True)
    ok(p.returncode == 0 and p.stdout + p.stderr == "",
       f"promtool has nothing to say: {name}", p.stdout + p.stderr)


a = s.ask("/metrics")
equal(a.header("content-type"), "text/plain; version=0.0.4; charset=utf-8",
      "Content-Type, exactly")
text = a.body.decode()
lint("put and declared families", text)
m = samples(text)
L = 'cluster="local",host="web1",instance=""'
equal(m["robin_load_one_things"][L], 1, "a gauge with its unit")
eth0 = 'cluster="local",host="web1",instance="eth0"'
equal(m["robin_traffic_rx_bytes_total"][eth0], 10 ** 12,
      "a counter: the raw value, one _bytes, _total")
ok("# TYPE robin_traffic_rx_bytes_total counter" in text, "its TYPE")
ok("# HELP robin_traffic_rx_bytes_total The rx_bytes" in text, "its HELP")
ok(any('route="metrics"' not in k and 'pool="data"' in k
       for k in m["robin_fcgi_renders_total"]), "the pools' own counters", m)
ok('pool="pictures"' in m["robin_fcgi_workers"], "of both pools")

# OpenMetrics, by Accept
a = s.ask("/metrics", headers={"Accept": OPEN})
equal(a.header("content-type"),
      "application/openmetrics-text; version=1.0.0; charset=utf-8",
      "OpenMetrics by Accept")
om = a.body.decode()
ok(om.endswith("\n# EOF\n"), "# EOF is last")
ok("# TYPE robin_traffic_rx_bytes counter\n# UNIT robin_traffic_rx_bytes "
   "bytes\nrobin_traffic_rx_bytes_total{" in om,
   "TYPE and UNIT name the base, the sample has _total")
seen, last = set(), None
for line in om.splitlines():
    name = re.match(r"# TYPE (\S+)", line)
    if name:
        ok(False, f"{name.group(1)} stands twice") \
            if name.group(1) in seen else None
        seen.add(name.group(1))
        last = name.group(1)
    elif not line.startswith("#"):
        base = re.match(r"\w+", line).group(0)
        if not base.startswith(last):
            ok(False, f"{base} stands among {last}")
ok(len(seen) > 10, "families are not interleaved")
for unit in re.findall(r"# UNIT (\S+) (\S+)", om):
    if not unit[0].endswith("_" + unit[1]):
        ok(False, f"unit {unit} is not the name's end")
equal(s.ask("/metrics", headers={"Accept": "*/*"}).header("content-type")[:10],
      "text/plain", "text for anyone else")

# hostile names and help, every kind, reserved endings
s.family("odd", [
    dict(name="total", unit="x", kind="gauge", draw="line"),
    dict(name="a_count", unit="x", kind="gauge", draw="line"),
    dict(name="bees_sum", unit="", kind="derive", draw="line", min=0),
    dict(name="spin", unit="rpm / 2", kind="absolute", draw="line", min=0),
    dict(name="bare", unit="percent", kind="gauge", draw="line")],
    help='back\\slash "quote"', title="<b>")
t = int(time.time())
s.put([f'local/web1/odd.a=22b=5cc=0ad {t} 1:2:3:4:5',
       f"local/web1/odd {t} U:2:3:4:U"])
text = s.ask("/metrics").body.decode()
lint("odd names", text)
m = samples(text)
ok('cluster="local",host="web1",instance="a=22b=5cc=0ad"' in
   m["robin_odd_total_x"], "labels carry the slug", m.keys())
ok("robin_odd_bare_percent" in m and
   len(m["robin_odd_bare_percent"]) == 1, "unknown values are left out")
s.ask("/metrics", headers={"Accept": OPEN})

# a silent series leaves
s.family("quick", [dict(name="v", unit="x", kind="gauge", draw="line")],
         step=1, heartbeat=2)
s.put([f"local/web1/quick {t - 30} 1"])
ok("robin_quick_v_x{" not in s.ask("/metrics").body.decode(),
   "a series older than its heartbeat is not shown as alive")

# everything this machine has
p = subprocess.run([f"{BIN}/robin-collect", "--once", "--state", s.state],
                   capture_output=True, text=True)
equal(p.returncode, 0, "collect once" if p.returncode == 0 else p.stderr)
text = s.ask("/metrics").body.decode()
lint("all collectors", text)
ok(len(samples(text)) > 40, "dozens of metrics", len(samples(text)))
done()
