#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""robin import: trees as Munin, collectd and Cacti leave them.  Rows are the
same at every resolution both have, what Robin measured stays, the source is
not touched, and a file that kills its reader costs only itself."""
import hashlib
import importlib.machinery
import importlib.util
import json
import math
import os
import shutil
import signal
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import storelib
from storelib import (HERE, LONG, ROBIN, check, contents, diag, put, rnd,
                      rrd_files, run_tests, skip_all, store, work)

if shutil.which("rrdtool") is None:
    skip_all("no rrdtool")
real_run, storelib.run_tests = run_tests, lambda main: None
_spec = importlib.util.spec_from_loader(
    "m", importlib.machinery.SourceFileLoader(
        "m", os.path.join(HERE, "2220-migrate.t")))
_m = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_m)
Rrd, same = _m.Rrd, _m.same

MUTANTS = 600 if LONG else 80
NOW = int(time.time()) // 7200 * 7200
MUNIN = ["RRA:AVERAGE:0.5:1:576", "RRA:MIN:0.5:1:576", "RRA:MAX:0.5:1:576",
         "RRA:AVERAGE:0.5:6:432", "RRA:MIN:0.5:6:432", "RRA:MAX:0.5:6:432",
         "RRA:AVERAGE:0.5:24:540", "RRA:MAX:0.5:24:540",
         "RRA:AVERAGE:0.5:288:450"]


def tool(*args):
    subprocess.run(["rrdtool", *args], check=True, capture_output=True)


def make(name, step, sources, rras, values, last=NOW):
    """values(i) gives the readings of sample i."""
    os.makedirs(os.path.dirname(name), exist_ok=True)
    n = 400
    begin = last - n * step
    tool("create", name, "--start", str(begin), "--step", str(step),
         *sources, *rras)
    tool("update", name, *(f"{begin + step * i}:" +
                           ":".join(str(v) for v in values(i))
                           for i in range(1, n + 1)))


def robin(*args, **more):
    r = subprocess.run([ROBIN, *args], capture_output=True, text=True,
                       timeout=300, **more)
    return r.returncode, r.stdout, r.stderr


def digest(tree):
    h = hashlib.sha256()
    for at, dirs, names in os.walk(tree):
        dirs.sort()
        for n in sorted(names):
            full = os.path.join(at, n)
            h.update(full.encode() + open(full, "rb").read())
            h.update(str(os.stat(full).st_mtime_ns).encode())
    return h.hexdigest()


def compare(state, path, metric, file, ds, scale=1):
    """Rows of resolutions both have; (how many were known, how many wrong)"""
    a = Rrd(f"{state}/rrd/{path}.rrd")
    b = Rrd(file)
    n = bad = 0
    for key in a.rows.keys() & b.rows.keys():
        for t, v in b.rows[key][ds].items():
            if t in a.rows[key][metric] and not math.isnan(v):
                n += 1
                bad += abs(a.rows[key][metric][t] - v * scale) > \
                    1e-9 * abs(v * scale)
    return n, bad


def munin():
    tree, state = os.path.join(work, "munin"), os.path.join(work, "s-munin")
    g = tree + "/example.org/"

    def one(name, kind, letter, values):
        make(f"{g}{name}-{letter}.rrd", 300, [f"DS:42:{kind}:600:U:U"], MUNIN,
             lambda i: [values(i)])

    for f, x in ("user", 30), ("system", 10), ("idle", 150):
        one(f"web-1.example.org-cpu-{f}", "DERIVE", "d",
            lambda i, x=x: i * 300 * x + i % 7)
    one("web-1.example.org-load-load", "GAUGE", "g", lambda i: i % 13 / 4)
    one("web-1.example.org-if_eth0-down", "DERIVE", "d", lambda i: i * 9000)
    one("web-1.example.org-if_eth0-up", "DERIVE", "d", lambda i: i * 700)
    one("web-1.example.org-df-_dev_sda1", "GAUGE", "g", lambda i: 40 + i / 100)
    one("web-1.example.org-df-_dev_sdb1", "GAUGE", "g", lambda i: 41 + i / 100)
    one("web-1.example.org-uptime-uptime", "GAUGE", "g", lambda i: i / 288)
    before = digest(tree)
    code, out, err = robin("import", "munin", tree, "--state", state,
                           "--dry-run")
    check(code == 0 and "would come" in out and not os.path.exists(state),
          "a dry run makes nothing")
    code, out, err = robin("import", "munin", tree, "--state", state)
    diag(out + err)
    h = "local/web-1.example.org/"
    check(code == 0 and sorted(rrd_files(state)) == sorted(
        f"rrd/{h}{x}.rrd" for x in
        ("cpu", "load", "net.eth0", "munin_df", "uptime")),
          "Munin: what is a family of ours becomes it, the rest its own")
    results = [compare(state, h + p, m, f"{g}web-1.example.org-{f}.rrd", "42",
                       s) for p, m, f, s in (
        ("cpu", "user", "cpu-user-d", 0.01),
        ("cpu", "idle", "cpu-idle-d", 0.01), ("load", "load5", "load-load-g", 1),
        ("net.eth0", "rx_bytes", "if_eth0-down-d", 1),
        ("net.eth0", "tx_bytes", "if_eth0-up-d", 1),
        ("munin_df", "x_dev_sda1",
         "df-_dev_sda1-g", 1),
        ("uptime", "uptime", "uptime-uptime-g", 86400))]
    check(all(n > 300 and bad == 0 for n, bad in results),
          "rows are kept at every resolution both have")
    diag(str(results))
    code, out, _ = robin("rrd", "check", "--state", state)
    check(code == 0, "robin rrd check finds nothing wrong")
    code, out, _ = robin("get", h + "load", "--state", state, "--from",
                         str(NOW - 3600), "--to", str(NOW), "--json")
    check(code == 0 and h + "load" in out, "the series can be asked for")
    was = contents(state)
    code, out, _ = robin("import", "munin", tree, "--state", state)
    now = contents(state)
    check(code == 0 and now == was, "once more changes nothing")
    check(digest(tree) == before, "the source is as it was")
    return tree, state


def live_merge(tree):
    """Robin measures already; the history comes in behind it."""
    state = os.path.join(work, "s-live")
    path = "local/web-1.example.org/load"
    doc = dict(name="load", title="Load", unit="tasks", help="h", category="c",
               profile="default", step=10, heartbeat=120, declared=True, lead=0,
               metrics=[storelib.metric(m, "gauge") for m in
                        ("load1", "load5", "load15")])
    os.makedirs(state + "/families")
    json.dump(doc, open(state + "/families/load.json", "w"))
    begin = NOW - 3600
    p = subprocess.Popen([storelib.STORE, "--state", state],
                         stderr=subprocess.DEVNULL)
    while not os.path.exists(state + "/run/store.sock"):
        time.sleep(0.02)
    put(state, [f"{path} {t} 1:77:3\n" for t in range(begin, NOW - 20, 10)])
    code, out, err = robin("import", "munin", tree, "--state", state)
    ok = put(state, [f"{path} {NOW - 10} 1:77:3\n", f"{path} {NOW} 1:77:3\n"])
    store(state)
    r = Rrd(f"{state}/rrd/{path}.rrd")
    fine = r.rows["AVERAGE", 300]
    source = Rrd(f"{tree}/example.org/web-1.example.org-load-load-g.rrd")
    own = [t for t in fine["load5"] if t > begin + 300 and t <= NOW]
    old = [t for t, v in source.rows["AVERAGE", 300]["42"].items()
           if t < begin - 300 and not math.isnan(v)]
    check(code == 0 and ok == ["ok", "ok"] and len(own) > 9 and
          all(fine["load5"][t] == 77 for t in own) and
          r.rows["AVERAGE", 10]["load5"][NOW - 100] == 77,
          "what Robin measured itself stays, and goes on")
    check(len(old) > 300 and all(
        same(fine["load5"][t], source.rows["AVERAGE", 300]["42"][t])
        for t in old), "and the history is before it")
    diag(err)
    p.terminate()
    p.wait()


def collectd():
    tree, state = os.path.join(work, "collectd"), os.path.join(work, "s-coll")
    h = tree + "/db1/"
    rras = ["RRA:AVERAGE:0.1:1:1200", "RRA:MIN:0.1:1:1200",
            "RRA:MAX:0.1:1:1200", "RRA:AVERAGE:0.1:6:1200",
            "RRA:AVERAGE:0.1:30:1200", "RRA:MAX:0.1:30:1200"]
    for i in 0, 1:
        for m in "user", "idle", "wait":
            make(f"{h}cpu-{i}/cpu-{m}.rrd", 10, ["DS:value:DERIVE:20:0:U"],
                 rras, lambda k: [k * 130 + k % 3])
    make(h + "load/load.rrd", 10,
         [f"DS:{x}:GAUGE:20:0:5000" for x in
          ("shortterm", "midterm", "longterm")], rras,
         lambda k: [k % 7, k % 5, k % 3])
    for m in "used", "free", "reserved":
        make(f"{h}df-var-lib/df_complex-{m}.rrd", 10,
             ["DS:value:GAUGE:20:0:U"], rras, lambda k: [5e9 + k])
    make(h + "df-root/df_complex-used.rrd", 10, ["DS:value:GAUGE:20:0:U"],
         rras, lambda k: [4e9 + k])
    make(h + "interface-eth0/if_octets.rrd", 10,
         ["DS:rx:DERIVE:20:0:U", "DS:tx:DERIVE:20:0:U"], rras,
         lambda k: [k * 5000, k * 300])
    make(h + "entropy/entropy.rrd", 10, ["DS:value:GAUGE:20:0:U"], rras,
         lambda k: [k])
    make(h + "ping/ping-10.0.0.1.rrd", 10, ["DS:value:GAUGE:20:0:U"], rras,
         lambda k: [k / 10])
    code, out, err = robin("import", "collectd", tree, "--state", state)
    diag(out + err)
    names = sorted(n[len("rrd/local/db1/"):-4] for n in rrd_files(state))
    check(code == 0 and names == sorted(
        ["cpu.0", "cpu.1", "load", "disk.:var:lib", "disk.:", "net.eth0",
         "collectd_entropy_entropy", "collectd_ping_ping"]),
          "collectd: types that are ours become ours")
    p = "local/db1/"
    results = [compare(state, p + "cpu.1", "iowait", h + "cpu-1/cpu-wait.rrd",
                       "value", 0.01),
               compare(state, p + "load", "load15", h + "load/load.rrd",
                       "longterm"),
               compare(state, p + "disk.:var:lib", "free",
                       h + "df-var-lib/df_complex-free.rrd", "value"),
               compare(state, p + "net.eth0", "tx_bytes",
                       h + "interface-eth0/if_octets.rrd", "tx")]
    check(all(n > 300 and bad == 0 for n, bad in results),
          "rows are kept at every resolution both have")
    diag(str(results))

    # rules of one's own come first
    rules = os.path.join(work, "map")
    with open(rules, "w") as f:
        f.write("# ours\n{h}/entropy/entropy value pool.kernel bits 0.5\n"
                "{h}/ping/{x} * -\n")
    other = os.path.join(work, "s-map")
    code, out, err = robin("import", "collectd", tree, "--state", other,
                           "--map", rules, "--host", "db 9")
    n, bad = compare(other, "local/db=209/pool.kernel", "bits",
                     h + "entropy/entropy.rrd", "value", 0.5)
    check(code == 0 and n > 300 and bad == 0 and "ping" not in "".join(
        rrd_files(other)), "--map and --host")
    with open(rules, "w") as f:
        f.write("{h}/x value\n")
    code, _, err = robin("import", "collectd", tree, "--state", other,
                         "--map", rules)
    check(code != 0 and "map:1" in err, "a bad rule is named by its line")
    return tree


def cacti():
    tree, state = os.path.join(work, "cacti"), os.path.join(work, "s-cacti")
    make(tree + "/gw_traffic_in_12.rrd", 300,
         ["DS:traffic_in:COUNTER:600:0:U", "DS:traffic_out:COUNTER:600:0:U"],
         MUNIN, lambda k: [k * 3000, k * 100])
    make(tree + "/gw_ping_rtt_3.rrd", 300, ["DS:rtt:GAUGE:600:0:U"], MUNIN,
         lambda k: [k % 9])
    code, out, err = robin("import", "cacti", tree, "--state", state)
    n, bad = compare(state, "local/gw/net.cacti-12", "rx_bytes",
                     tree + "/gw_traffic_in_12.rrd", "traffic_in")
    m, worse = compare(state, "local/gw/cacti_ping_rtt.3", "rtt",
                       tree + "/gw_ping_rtt_3.rrd", "rtt")
    check(code == 0 and n > 300 and m > 300 and bad + worse == 0, "Cacti")
    diag(out + err)


def hostile(tree):
    """Mutants of a header among good files."""
    bad = os.path.join(work, "bad")
    good = open(tree + "/db1/load/load.rrd", "rb").read()
    size = 128 + 120 * 9 + 16 + 112 * 3 + 80 * 18 + 8 * 6
    shutil.copytree(tree + "/db1/cpu-0", bad + "/db1/cpu-0")
    os.makedirs(bad + "/db1/load")
    for i in range(MUTANTS):
        b = bytearray(good)
        for _ in range(rnd.randrange(1, 9)):
            b[rnd.randrange(size)] = rnd.choice([0, 1, 127, 128, 255])
        with open(f"{bad}/db1/load/m{i}.rrd", "wb") as f:
            f.write(b[:rnd.choice([len(b)] * 3 + [rnd.randrange(len(b))])])
    for name, data in ("empty", b""), ("text", b"hello" * 999), \
            ("old", good[:4] + b"0001" + good[8:]), \
            ("zero", bytes(len(good))):
        with open(f"{bad}/db1/load/{name}.rrd", "wb") as f:
            f.write(data)
    os.symlink("/etc/passwd", bad + "/db1/load/link.rrd")
    os.mkfifo(bad + "/db1/load/fifo.rrd")
    state = os.path.join(work, "s-bad")
    start = time.monotonic()
    code, out, err = robin("import", "collectd", bad, "--state", state)
    left = err.count("left out: ")
    check(code == 0 and left >= 5 and "rrdtool dump" in err,
          f"{MUTANTS} mutants: {left} left out, each with its reason")
    diag(f"{time.monotonic() - start:.1f} s")
    n, wrong = compare(state, "local/db1/cpu.0", "user",
                       bad + "/db1/cpu-0/cpu-user.rrd", "value", 0.01)
    check(n > 300 and wrong == 0, "the good ones came in")
    code, out, _ = robin("rrd", "check", "--state", state)
    check("damaged" not in out and "schema" not in out,
          "and nothing damaged came into the store")
    code, _, err = robin("import", "collectd", work + "/nowhere", "--state",
                         state)
    code2, _, err2 = robin("import", "nagios", tree, "--state", state)
    check(code == 1 and code2 == 2 and "munin" in err2,
          "no such folder, no such program")


def confined(tree):
    """Whoever looks into a foreign file has locked itself in before."""
    log, state = os.path.join(work, "calls"), os.path.join(work, "s-calls")
    only = os.path.join(work, "one")
    shutil.copytree(tree + "/db1/load", only + "/db1/load")
    r = subprocess.run(["strace", "-f", "-y", "-qq", "-o", log, ROBIN,
                        "import", "collectd", only, "--state", state],
                       capture_output=True)
    if r.returncode != 0:
        diag("no strace here: the calls of the reader are not looked at")
        return
    locked, after, looked, free = set(), set(), set(), []
    for text in open(log):
        pid, _, call = text.partition(" ")
        name = call.strip().partition("(")[0]
        if pid in locked:
            after.add(name)
        if "SECCOMP_SET_MODE_FILTER, 0, {len=" in call and \
                call.rstrip().endswith("= 0"):
            locked.add(pid)
        if only in call and name in ("read", "pread64", "readv", "mmap"):
            looked.add(pid)
            if pid not in locked:
                free.append(text)
    check(looked and not free,
          f"{len(looked)} readers, each locked in before its first look")
    allowed = {"read", "pread64", "write", "brk", "mmap", "munmap", "mremap",
               "madvise", "exit_group", "futex", "rt_sigreturn"}
    seen = {n for n in after if n.isidentifier() and n.islower()}
    check("pread64" in seen and seen <= allowed | {"resumed"},
          f"and then calls nothing else: {sorted(seen - allowed)}")


def killed(tree):
    """An import that is killed is done again."""
    want = os.path.join(work, "s-want")
    robin("import", "collectd", tree, "--state", want)
    wrong = 0
    for i in range(20 if LONG else 6):
        state = os.path.join(work, "s-kill")
        shutil.rmtree(state, ignore_errors=True)
        p = subprocess.Popen([ROBIN, "import", "collectd", tree, "--state",
                              state], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        time.sleep(rnd.uniform(0.005, 0.5))
        p.send_signal(signal.SIGKILL)
        p.wait()
        code = robin("import", "collectd", tree, "--state", state)[0]
        a, b = contents(state), contents(want)
        rows = all(str(Rrd(f"{state}/{n}").rows) ==
                   str(Rrd(f"{want}/{n}").rows) for n in b)
        wrong += code != 0 or a.keys() != b.keys() or not rows
    check(wrong == 0, "killed at any time and done again: the same rows")


def main():
    tree, _ = munin()
    live_merge(tree)
    tree = collectd()
    cacti()
    hostile(tree)
    confined(tree)
    killed(tree)


real_run(main)
