#!/bin/sh
# SPDX-License-Identifier: MIT
# The same values into Robin, rrdcached, Prometheus and VictoriaMetrics, each
# on its own and on loopback: values a second as a client sees them, until they
# can be queried from the files, and the CPU time of the server.  Who is not
# installed is left out (rrdcached, rrdtool, prometheus, victoria-metrics).
#   SERIES=1000 METRICS=4 TICKS=60   how much
set -eu
BUILD=${BUILD:-build}
bin=$(cd "$BUILD/bin" && pwd)
work=$(mktemp -d "${TMPDIR:-/var/tmp}/robin-others.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
python3 - "$bin" "$work" "${SERIES:-1000}" "${METRICS:-4}" "${TICKS:-60}" <<'P'
import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

bin, work = sys.argv[1:3]
n_series, n_metrics, ticks = map(int, sys.argv[3:])
n = n_series * n_metrics * ticks
t0 = int(time.time()) // 10 * 10 - 10 * ticks - 10
own = []


def value(series, metric, tick):
    v = (series * 7 + metric * 13 + tick * 31) % 9973
    return v + (0.25 if metric % 2 else 0)


def text(v):
    return f"{v:g}" if v == int(v) else f"{v}"


def start(*argv, env=None):
    log = open(f"{work}/log", "ab")
    p = subprocess.Popen(argv, stdout=log, stderr=log, env=env)
    own.append(p)
    return p


def cpu(p):
    return time.clock_gettime_ns((~p.pid << 3) | 2) / 1e9


def stop(p):
    p.send_signal(signal.SIGTERM)
    try:
        p.wait(10)
    except subprocess.TimeoutExpired:
        p.kill()
        p.wait()
    own.remove(p)


def port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            with open(f"{work}/log") as f:
                raise SystemExit("did not start: " + f.read()[-800:])
        time.sleep(0.02)


def report(name, taken_s, ready_s, cpu_s, note):
    print(f"{name:18}{n / taken_s:12,.0f} values/s taken"
          + (f"{n / ready_s:12,.0f} in the files" if ready_s else " " * 25)
          + f"{cpu_s * 1e6 / n:8.2f} us CPU a value   {note}", flush=True)


def robin():
    state = f"{work}/robin"
    os.makedirs(f"{state}/families")
    family = dict(name="load", title="Load", unit="things", help="h",
                  category="c", profile="bench", step=10, heartbeat=120,
                  declared=True, instance_label="i",
                  metrics=[dict(name=f"m{m}", unit="things", help="h",
                                kind="gauge", draw="line", min=0, max=1e9)
                           for m in range(n_metrics)])
    with open(f"{state}/families/load.json", "w") as f:
        json.dump(family, f)

    def lines(first, last):
        return "".join(
            f"local/h{i // 100}/load.i{i % 100} {t0 + 10 * k} " +
            ":".join(text(value(i, m, k)) for m in range(n_metrics)) + "\n"
            for k in range(first, last) for i in range(n_series)).encode()

    # files made and touched, as the others' are before the clock runs
    subprocess.run([f"{bin}/robin", "put", "--state", state],
                   input=lines(-1, 0), stdout=subprocess.DEVNULL, check=True)
    store = start(f"{bin}/robin-store", "--state", state)
    until(lambda: os.path.exists(f"{state}/run/store.sock"))

    def drain():
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(f"{state}/run/store.sock")
            s.sendall(b"drain *\n")
            return s.recv(300)

    drain()
    data, before = lines(0, ticks), cpu(store)
    begun = time.monotonic()
    used = children_cpu()
    put = subprocess.Popen([f"{bin}/robin", "put", "--state", state],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    answers = put.communicate(data)[0]
    taken = time.monotonic() - begun
    assert answers == b"ok\n" * (n_series * ticks), answers[:100]
    used = children_cpu() - used
    assert drain() == b"ok\n"
    ready = time.monotonic() - begun
    report("robin", taken, ready, cpu(store) - before + used,
           "each on disk (fdatasync) before it is acknowledged")
    stop(store)
    return state


def children_cpu():
    """Of all that were waited for: `robin put` is one."""
    u = resource.getrusage(resource.RUSAGE_CHILDREN)
    return u.ru_utime + u.ru_stime


def rrdcached(state):
    """Files of the same layout, with a journal, batches as large as ours."""
    first = f"{state}/rrd/local/h0/load.i0.rrd"
    info = subprocess.run(["rrdtool", "info", first], text=True,
                          capture_output=True, check=True).stdout
    rra = re.findall(r'rra\[\d+\]\.cf = "(\w+)"\n.*rows = (\d+)\n'
                     r'(?:.*\n)*?rra\[\d+\]\.pdp_per_row = (\d+)', info)
    base, sock = f"{work}/rc", f"{work}/rc.sock"
    os.makedirs(f"{base}/journal")
    subprocess.run(["rrdtool", "create", f"{base}/i0.rrd", "--step", "10",
                    "--start", str(t0 - 10)]
                   + [f"DS:m{m}:GAUGE:120:0:1000000000"
                      for m in range(n_metrics)]
                   + [f"RRA:{cf}:0.5:{per}:{rows}" for cf, rows, per in rra],
                   check=True)
    for i in range(1, n_series):
        shutil.copy(f"{base}/i0.rrd", f"{base}/i{i}.rrd")
    p = start("rrdcached", "-g", "-l", f"unix:{sock}", "-b", base, "-B",
              "-j", f"{base}/journal", "-w", "300", "-p", f"{work}/rc.pid")
    until(lambda: os.path.exists(sock))
    parts = []
    for k in range(ticks):
        parts.append("BATCH\n" + "".join(
            f"update i{i}.rrd {t0 + 10 * k}:" +
            ":".join(text(value(i, m, k)) for m in range(n_metrics)) + "\n"
            for i in range(n_series)) + ".\n")
    s = socket.socket(socket.AF_UNIX)
    s.connect(sock)
    f = s.makefile("rb")
    before, begun = cpu(p), time.monotonic()
    for part in parts:
        s.sendall(part.encode())
        f.readline()
        answer = f.readline()
        assert answer.startswith(b"0 "), answer
    taken = time.monotonic() - begun
    for i in range(n_series):  # FLUSH answers when the file has it
        s.sendall(f"flush i{i}.rrd\n".encode())
        answer = f.readline()
        assert answer.startswith(b"0 "), answer
    ready = time.monotonic() - begun
    report("rrdcached", taken, ready, cpu(p) - before,
           "journal not synced: lost with the power")
    stop(p)


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(v):
    out = b""
    while v > 127:
        out += bytes([v & 127 | 128])
        v >>= 7
    return out + bytes([v])


def snappy(data):
    """One literal is a valid block."""
    return (varint(len(data)) + bytes([63 << 2])
            + struct.pack("<I", len(data) - 1) + data)


def write_requests():
    labels = [[field(1, field(1, b"__name__") + field(2, f"load_m{m}".encode()))
               + field(1, field(1, b"host") + field(2, f"h{i // 100}".encode()))
               + field(1, field(1, b"instance")
                       + field(2, f"i{i % 100}".encode()))
               for m in range(n_metrics)] for i in range(n_series)]
    for k in range(ticks):
        stamp = b"\x10" + varint((t0 + 10 * k) * 1000)
        yield snappy(b"".join(
            field(1, labels[i][m] + field(2, b"\x09" + struct.pack(
                "<d", value(i, m, k)) + stamp))
            for i in range(n_series) for m in range(n_metrics)))


def remote_write(name, note, argv, query):
    p_port = port()
    p = start(*[a.replace("PORT", str(p_port)) for a in argv])

    def ready():
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", p_port)) == 0
    until(ready)
    time.sleep(1)
    bodies = list(write_requests())
    c = http.client.HTTPConnection("127.0.0.1", p_port, timeout=60)
    before, begun = cpu(p), time.monotonic()
    for body in bodies:
        c.request("POST", "/api/v1/write", body, {
            "Content-Encoding": "snappy",
            "Content-Type": "application/x-protobuf",
            "X-Prometheus-Remote-Write-Version": "0.1.0"})
        r = c.getresponse()
        answer = r.read()
        assert r.status in (200, 204), (r.status, answer[:200])
    taken = time.monotonic() - begun
    used = cpu(p) - before
    for _ in range(100):
        c.request("GET", query + f"&time={t0 + 10 * (ticks - 1)}")
        found = json.loads(c.getresponse().read())["data"]["result"]
        if found and int(found[0]["value"][1]) == n_series * ticks:
            break
        time.sleep(0.2)
    else:
        raise SystemExit(f"{name}: not all values are there: {found}")
    report(name, taken, None, used, note)
    stop(p)


try:
    print(f"# {n_series} series x {n_metrics} values x {ticks} times = {n:,} "
          "values; 10 s apart, one batch a time", flush=True)
    state = robin()
    if shutil.which("rrdcached") and shutil.which("rrdtool"):
        rrdcached(state)
    query = "/api/v1/query?query=sum(count_over_time(load_m0%5B1d%5D))"
    if shutil.which("prometheus"):
        with open(f"{work}/p.yml", "w") as f:
            f.write("scrape_configs: []\n")
        remote_write("prometheus", "log not synced at each write",
                     ["prometheus", "--web.enable-remote-write-receiver",
                      f"--config.file={work}/p.yml",
                      f"--storage.tsdb.path={work}/prom",
                      "--web.listen-address=127.0.0.1:PORT"], query)
    if shutil.which("victoria-metrics"):
        remote_write("victoria-metrics", "in memory for seconds, no log",
                     ["victoria-metrics", f"-storageDataPath={work}/vm",
                      "-httpListenAddr=127.0.0.1:PORT",
                      "-search.latencyOffset=0s", "-retentionPeriod=1"],
                     query)
finally:
    for p in list(own):
        stop(p)
P
