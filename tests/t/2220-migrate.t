#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A family that changes: its archives follow, while everything goes on.  What
both layouts have is the same to the bit as in a store where nothing changed;
what only the new one has is made from the finest rows; killed at any call or
by power loss, nothing acknowledged is lost."""
import importlib.machinery
import importlib.util
import json
import math
import os
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import storelib
from storelib import (FAMILIES, HERE, LONG, ROBIN, STORE, T0, Runs, Snapshot,
                      Source, check, contents, diag, fault, make_state, metric,
                      other_boot, put, rnd, rrd_files, run_tests, store, work)

TRIES = int(os.environ.get("TRIES", 100000 if LONG else 40))
LOSSES = int(os.environ.get("LOSSES", 1000 if LONG else 25))
TRY = os.path.join(work, "try")


class Rrd:
    """An RRD file, read by offsets."""

    def __init__(self, name):
        with open(name, "rb") as f:
            b = f.read()
        ds, rra, self.step = struct.unpack_from("<3Q", b, 24)
        word = lambda at: b[at:at + 20].split(b"\0")[0].decode()
        self.ds = [word(128 + 120 * i) for i in range(ds)]
        live = 128 + 120 * (ds + rra)
        self.last, = struct.unpack_from("<q", b, live)
        ptr = live + 16 + 112 * ds + 80 * ds * rra
        at = ptr + 8 * rra
        self.rows = {}
        for i in range(rra):
            d = 128 + 120 * (ds + i)
            n, per = struct.unpack_from("<2Q", b, d + 24)
            cur, = struct.unpack_from("<Q", b, ptr + 8 * i)
            step = per * self.step
            end = self.last - self.last % step
            table = self.rows[word(d), step] = {x: {} for x in self.ds}
            for k in range(n):
                row = (cur - k) % n
                v = struct.unpack_from(f"<{ds}d", b, at + 8 * ds * row)
                for x, y in zip(self.ds, v):
                    table[x][end - k * step] = y
            at += 8 * ds * n


def same(a, b):
    return struct.pack("<d", a) == struct.pack("<d", b) or \
        (math.isnan(a) and math.isnan(b))


def near(a, b):
    return (math.isnan(a) and math.isnan(b)) or \
        abs(a - b) <= 1e-9 * (abs(a) + abs(b) + 1)


def family(state, name, metrics=None, **more):
    """Changes a family as its collector would."""
    full = f"{state}/families/{name}.json"
    with open(full) as f:
        doc = json.load(f)
    if metrics is not None:
        doc["metrics"] = metrics
    doc.update(more)
    with open(full + ".new", "w") as f:
        json.dump(doc, f)
    os.rename(full + ".new", full)


MIX = FAMILIES["mix"]
# d first, g gone, one more
OTHER = [MIX[1], metric("new", "gauge"), MIX[2], MIX[3]]


def other(line):
    """The same sample of the changed family."""
    path, t, values = line.split()
    if "/mix" not in path:
        return line
    g, d, f, a = values.split(":")
    return f"{path} {t} {d}:7:{f}:{a}\n"


def kept_rows(plain, changed):
    bad = n = 0
    a, b = rrd_files(plain), rrd_files(changed)
    for name in a:
        x, y = Rrd(a[name]), Rrd(b[name])
        bad += x.last != y.last
        for key in x.rows:
            for ds in set(x.ds) & set(y.ds):
                for t, v in x.rows[key][ds].items():
                    n += 1
                    bad += not same(v, y.rows[key][ds][t])
    return bad, n


def metrics_change():
    plain, changed = make_state("plain"), make_state("changed")
    source = Source(12)
    first, second = source.lines(1500), source.lines(700)
    for state in plain, changed:
        put(state, first[:-200])
        store(state)
        put(state, first[-200:])
    family(changed, "mix", OTHER)
    a = put(plain, second)
    b = put(changed, [other(x) for x in second])
    check(a == b and set(b) <= {"ok", "no older than last"},
          "samples of the changed family are taken at once")
    r = store(changed)
    check(r.returncode == 0 and store(plain).returncode == 0, "drained")
    diag(r.stderr.strip()[-300:])
    for name, full in rrd_files(changed).items():
        if "/mix" in name:
            good = Rrd(full).ds == ["d", "new", "f", "a"]
            break
    check(good, "the archives have the metrics of the family")
    bad, n = kept_rows(plain, changed)
    check(bad == 0 and n > 10000,
          f"{n} rows of what stayed are those of a store with no change")
    diag(f"{bad} differ")
    new = Rrd(full).rows["AVERAGE", 10]["new"]
    known = [t for t, v in new.items() if not math.isnan(v)]
    check(known and min(known) > T0 and
          all(new[t] == 7 for t in known) and len(known) < len(new),
          "the added metric is unknown before and known after")
    code = subprocess.run([ROBIN, "rrd", "check", "--state", changed],
                          capture_output=True, text=True)
    diag(code.stdout[-400:])
    check(" 0 faults" in code.stdout or "behind" not in code.stdout and
          "shifted" not in code.stdout and "schema" not in code.stdout,
          "robin rrd check finds nothing wrong with them")
    other_boot(changed)
    lines = [other(x) for x in source.lines(60)]
    put(plain, [])
    check(set(put(changed, lines)) <= {"ok", "no older than last"} and
          store(changed).returncode == 0, "and after a reboot they go on")


def profile_change():
    state = make_state("profile")
    now = int(time.time()) // 7200 * 7200
    begin = now - 5 * 3600 - 1230
    lines = [f"local/h/one.p {t} {rnd.uniform(0, 50):.3f}\n"
             for t in range(begin, now, 10)]
    put(state, lines)
    store(state)
    full, = rrd_files(state).values()
    before, was = Rrd(full), contents(state)
    out = subprocess.run([ROBIN, "rrd", "migrate", "*one*", "--state", state,
                          "--profile", "default", "--dry-run"],
                         capture_output=True, text=True)
    check(out.returncode == 0 and "RRA:AVERAGE:0.5:1:2160" in out.stdout and
          "1 of 1 archives would change" in out.stdout and
          contents(state) == was and
          b'"bench"' in open(state + "/families/one.json", "rb").read(), "a dry run says what it would")
    p = subprocess.Popen([STORE, "--state", state], stderr=subprocess.DEVNULL)
    while not os.path.exists(state + "/run/store.sock"):
        time.sleep(0.02)
    out = subprocess.run([ROBIN, "rrd", "migrate", "*one*", "--state", state,
                          "--profile", "default"],
                         capture_output=True, text=True)
    check(out.returncode == 0 and "1 of 1 archives changed" in out.stdout,
          "by hand, while the daemon runs")
    diag((out.stdout + out.stderr).strip())
    after = Rrd(full)
    bad = n = 0
    for (cf, step), table in before.rows.items():
        for t, v in table["v"].items():
            n += 1
            bad += not same(v, after.rows[cf, step]["v"][t])
    check(bad == 0 and n > 500, f"{n} rows of both layouts are the same")
    # older 10 s rows come from the minutes; longer ones from the finest
    fine, minute = after.rows["AVERAGE", 10]["v"], before.rows["AVERAGE", 60]["v"]
    old = min(before.rows["AVERAGE", 10]["v"])
    bad = n = 0
    for t, v in fine.items():
        m = (t + 59) // 60 * 60
        if t < old and m < old and m in minute and m - 60 >= min(minute):
            n += 1
            bad += not near(v, minute[m])
    check(bad == 0 and n > 100, f"{n} finer rows come from the minutes")
    known = [v for v in after.rows["MAX", 300]["v"].values()
             if not math.isnan(v)]
    check(len(known) >= 40, "and coarser ones from what there was")
    code = put(state, [f"local/h/one.p {now} 3\n", f"local/h/one.p {now + 10} 3\n"])
    sub = subprocess.run([ROBIN, "rrd", "migrate", "*", "--state", state],
                         capture_output=True, text=True)
    check(code == ["ok", "ok"] and "0 of 1" in sub.stdout,
          "there is nothing more to do, and samples go on")
    p.terminate()
    p.wait()
    bad = subprocess.run([ROBIN, "rrd", "migrate", "*", "--state", state,
                          "--profile", "defualt"], capture_output=True)
    check(bad.returncode == 2, "an unknown profile is a usage error")


def new_archive_goes_on():
    """An archive that a migration adds continues as if it had always been:
    its row in progress has what the finest rows have."""
    one, two = make_state("short"), make_state("long")
    family(two, "one", profile="default")
    begin = T0 // 7200 * 7200
    lines = [f"local/h/one {begin + 10 * i} {rnd.uniform(-9, 9):.4f}\n"
             for i in range(1, 91)]
    more = [f"local/h/one {begin + 10 * i} {rnd.uniform(-9, 9):.4f}\n"
            for i in range(91, 800)]
    for state in one, two:
        put(state, lines)
        store(state)
    family(one, "one", profile="default")
    for state in one, two:
        put(state, more)
        store(state)
    a, = rrd_files(one).values()
    b, = rrd_files(two).values()
    x, y = Rrd(a), Rrd(b)
    bad = [(key, t) for key in y.rows for t, v in y.rows[key]["v"].items()
           if not near(v, x.rows[key]["v"][t])]
    n = sum(not math.isnan(v) for t in y.rows.values() for v in t["v"].values())
    check(x.rows.keys() == y.rows.keys() and not bad and n > 800,
          f"{n} rows as if the layout had been so from the start")
    diag(str(bad[:5]))


def base_state():
    state = make_state("base")
    source = Source(6)
    put(state, source.lines(80))
    store(state, "--checkpoint")
    put(state, source.lines(40))
    store(state)
    put(state, source.lines(20))
    family(state, "mix", OTHER, profile="pod")
    put(state, [other(x) for x in source.lines(60)])
    return Snapshot(state)


def fresh(base):
    return base.restore(TRY)


def count(base, more, **only):
    name = os.path.join(work, "count")
    store(fresh(base), *more, env=fault(count=name, root=work, **only))
    with open(name) as f:
        return int(f.read())


def killed(base, more, want, **only):
    """Before each of the calls, or a sample of them; librrd's writes through
    its mapping are most, so the others are tried by name as well."""
    n = count(base, more, **only)
    every = range(1, n + 1)
    some = every if n <= TRIES else sorted(rnd.sample(every, TRIES))
    runs = Runs(STORE, "--once", "--state", TRY, *more, root=work, **only)
    wrong = []
    for k in some:
        state = fresh(base)
        died = runs.run(kill=k)
        if rnd.random() < 0.5:
            runs.run(kill=rnd.randrange(1, n + 1))
        rc = runs.run()
        left = os.listdir(state + "/rrd/.swap") \
            if os.path.isdir(state + "/rrd/.swap") else []
        if died != -9 or rc != 0 or contents(state) != want or left:
            wrong.append(k)
    runs.end()
    check(not wrong and n > 0, f"killed at {len(some)} of {n} calls "
          f"{' '.join(more)} {only.get('only', '')} {wrong[:5]}")


def failing(base, want):
    """The disk fails or is full at a call, and is well again."""
    n = count(base, [])
    every = range(1, n + 1)
    some = every if n <= TRIES else sorted(rnd.sample(every, TRIES))
    runs = Runs(STORE, "--once", "--state", TRY, root=work)
    wrong = []
    for k in some:
        state = fresh(base)
        runs.run(at=k, errno=rnd.choice([5, 28]))
        rc = runs.run()
        if rc != 0 or contents(state) != want:
            wrong.append(k)
    runs.end()
    check(not wrong, f"failing at {len(some)} of {n} calls {wrong[:5]}")


def xxh64(data):
    """XXH64 with seed 0: names of files in .swap."""
    p = (11400714785074694791, 14029467366897019727, 1609587929392839161,
         9650029242287828579, 2870177450012600261)
    m = (1 << 64) - 1

    def rot(x, r):
        return (x << r | x >> (64 - r)) & m

    def lane(acc, v):
        return rot((acc + v * p[1]) & m, 31) * p[0] & m

    at, n = 0, len(data)
    if n >= 32:
        v = [p[0] + p[1] & m, p[1], 0, -p[0] & m]
        while at + 32 <= n:
            for i, x in enumerate(struct.unpack_from("<4Q", data, at)):
                v[i] = lane(v[i], x)
            at += 32
        h = rot(v[0], 1) + rot(v[1], 7) + rot(v[2], 12) + rot(v[3], 18) & m
        for x in v:
            h = ((h ^ lane(0, x)) * p[0] + p[3]) & m
    else:
        h = p[4]
    h = h + n & m
    while at + 8 <= n:
        h = rot(h ^ lane(0, struct.unpack_from("<Q", data, at)[0]), 27)
        h = (h * p[0] + p[3]) & m
        at += 8
    if at + 4 <= n:
        h ^= struct.unpack_from("<I", data, at)[0] * p[0] & m
        h = (rot(h, 23) * p[1] + p[2]) & m
        at += 4
    for c in data[at:]:
        h = rot(h ^ c * p[4] & m, 11) * p[0] & m
    h = (h ^ h >> 33) * p[1] & m
    h = (h ^ h >> 29) * p[2] & m
    return h ^ h >> 32


def undo_renames(loss, root, shadow):
    """A rename over a file is whole or has not been: the name has the old
    file and .swap the new one, or the name has the new one."""
    def read(name):
        return (loss.read(name) or (None, 0))[0]

    for name, full in rrd_files(root).items():
        now, old = read(full), read(os.path.join(shadow, name))
        path = name[len("rrd/"):-len(".rrd")]
        swap = f"rrd/.swap/{xxh64(path.encode()):016x}.rrd"
        new = read(os.path.join(shadow, swap))
        if path.startswith(".") or old is None or \
                now[:128 + 120 * 4] == old[:128 + 120 * 4]:
            continue
        if new is None:
            # its folder was synced after the rename, which the shadow takes
            # for nothing: a name that was there
            with open(os.path.join(shadow, name), "wb") as f:
                f.write(now)
            continue
        gone = rnd.random() < 0.5
        want = {name: old if gone else loss.mix(now, new),
                swap: new if gone else None}
        for n, data in want.items():
            for top in root, shadow:
                where = os.path.join(top, n)
                if data is not None:
                    with open(where, "wb") as f:
                        f.write(data)
                elif os.path.exists(where):
                    os.unlink(where)


def power(base, want):
    storelib.run_tests = lambda main: None
    spec = importlib.util.spec_from_loader(
        "loss", importlib.machinery.SourceFileLoader(
            "loss", os.path.join(HERE, "2120-power-loss.t")))
    loss = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loss)
    n = count(base, ["--checkpoint"])
    wrong = []
    shadow = os.path.join(work, "shadow")
    runs = Runs(STORE, "--once", "--state", TRY, "--checkpoint", root=TRY,
                shadow=shadow)
    for _ in range(LOSSES):
        state = fresh(base)
        base.restore(shadow)
        k = rnd.randrange(1, n + 1)
        runs.run(kill=k)
        undo_renames(loss, state, shadow)
        loss.lose_power(state, shadow)
        other_boot(state)
        r = store(state)
        have = contents(state)
        if r.returncode != 0 or have != want:
            wrong.append(k)
            diag(r.stderr[-300:] + str([
                n for n in set(have) | set(want)
                if have.get(n) != want.get(n)]))
    runs.end()
    check(not wrong, f"{LOSSES} losses of power {wrong[:5]}")


def main():
    metrics_change()
    profile_change()
    new_archive_goes_on()
    base = base_state()
    state = fresh(base)
    check(store(state).returncode == 0, "migrated undisturbed")
    want = contents(state)
    check(xxh64(b"") == 0xef46db3751d8e999 and xxh64(b"local/h4/mix.4") and
          all(name[len("rrd/.swap/"):-4] for name in want), "names in .swap")
    for call in "rename", "fsync", "fdatasync", "write":
        killed(base, [], want, only=call)
    killed(base, ["--checkpoint"], want)
    failing(base, want)
    power(base, want)


run_tests(main)
