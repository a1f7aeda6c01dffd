#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""robin rrd check and info: an intact store has no fault, and each kind of
fault is found, named with its fix, and changes nothing."""
import json
import os
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (ROBIN, check, contents, diag, make_state, put,
                      rrd_files, run_tests, store)


def rrd(state, *args):
    r = subprocess.run([ROBIN, "rrd", *args, "--state", state],
                       capture_output=True, text=True, timeout=60)
    return r.returncode, r.stdout, r.stderr


def faults(state, *args):
    code, out, err = rrd(state, "check", "--json", *args)
    try:
        doc = json.loads(out)
    except ValueError:
        diag(out + err)
        return code, None
    return code, sorted((f["path"], f["fault"]) for f in doc["faults"])


def pointers_at(data):
    ds, rra = struct.unpack_from("<QQ", data, 24)
    return 128 + 120 * (ds + rra) + 16 + 112 * ds + 80 * ds * rra, rra


def main():
    state = make_state("check")
    now = int(time.time()) // 60 * 60
    lines = []
    for i in range(360):
        t = now - 3600 + 10 * i
        lines.append(f"local/h/one.a {t} {i % 37}.5\n")
        lines.append(f"local/h/one.b {t} {(i * i) % 91}\n")
        lines.append(f"local/h/mix.c {t} {i % 11}:{i * 7}:{i * 1.5}:3\n")
    check(all(a == "ok" for a in put(state, lines)), "samples are stored")
    check(store(state, "--checkpoint").returncode == 0, "and drained")
    code, found = faults(state)
    check(code == 0 and found == [], "an intact store has no fault")
    if found:
        diag(str(found))

    code, out, _ = rrd(state, "info", "local/h/mix.c", "--json")
    doc = json.loads(out)
    base = [a for a in doc["archives"] if a["step"] == 10][0]
    check(code == 0 and [m["name"] for m in doc["metrics"]] ==
          ["g", "d", "f", "a"] and doc["last_update"] == now - 10 and
          doc["metrics"][1]["last_reading"] == str(359 * 7) and
          base["rows"] == 120 and base["known"] == [120] * 4,
          "info shows metrics, readings and how many rows are known")
    code, out, err = rrd(state, "info", "local/h/none")
    check(code == 1 and "local/h/none" in err, "info names what is not there")

    before = contents(state)
    files = {os.path.basename(n): f for n, f in rrd_files(state).items()}
    a, b, c = (files[n] for n in ("one.a.rrd", "one.b.rrd", "mix.c.rrd"))
    good = open(a, "rb").read()

    # a shift, as a kill inside librrd leaves it: all pointers one ahead
    at, n = pointers_at(good)
    bad = bytearray(good)
    # log has the header since the checkpoint only after a touch
    put(state, [f"local/h/one.a {now} 1\n"])
    store(state)
    good = open(a, "rb").read()
    bad = bytearray(good)
    for i in range(n):
        rows, = struct.unpack_from("<Q", bad, 128 + 120 + 120 * i + 24)
        cur, = struct.unpack_from("<Q", bad, at + 8 * i)
        struct.pack_into("<Q", bad, at + 8 * i, (cur + 1) % rows)
    open(a, "wb").write(bad)
    code, found = faults(state)
    check(code == 1 and ("local/h/one.a", "shifted") in found and
          all(p == "local/h/one.a" for p, _ in found),
          "a shifted file is found, by the log's header")
    check(open(a, "rb").read() == bytes(bad), "and is not changed")

    # one archive shifted, and no header in the log says so
    bad = bytearray(before[os.path.relpath(b, state)])
    cur, = struct.unpack_from("<Q", bad, at)
    struct.pack_into("<Q", bad, at, (cur + 1) % 120)
    open(b, "wb").write(bad)
    code, found = faults(state, "local/h/one.b")
    check(code == 1 and ("local/h/one.b", "disagree") in found,
          "rows that contradict each other are found")

    open(c, "r+b").truncate(os.path.getsize(c) - 8)
    code, found = faults(state, "*mix*")
    check(code == 1 and found == [("local/h/mix.c", "damaged")],
          "a truncated file is found, with a pattern over slashes")
    os.unlink(c)
    os.mkfifo(c)
    code, found = faults(state, "*mix*")
    check(code == 1 and found == [("local/h/mix.c", "damaged")],
          "a FIFO in its place does not hang it")
    os.unlink(c)

    with open(a, "wb") as f:
        f.truncate(len(good))
        f.write(good[:4096])
    code, found = faults(state, "*one.a")
    check(code == 1 and ("local/h/one.a", "sparse") in found,
          "a sparse file is found")
    open(a, "wb").write(good)
    open(b, "wb").write(before[os.path.relpath(b, state)])
    check(faults(state, "*one*") == (0, []), "what was put back is intact")

    doc = json.load(open(state + "/families/one.json"))
    doc["profile"] = "pod"
    json.dump(doc, open(state + "/families/one.json", "w"))
    code, out, _ = rrd(state, "check", "*one*")
    check(code == 1 and out.count("schema") == 2 and
          "robin rrd migrate" in out and "2 files, 2 faults" in out,
          "another profile is a schema fault, and the fix is named")
    os.unlink(state + "/families/one.json")
    code, found = faults(state, "*one*")
    check([f for _, f in found] == ["orphan"] * 2, "no family: an orphan")

    late = make_state("late")
    put(late, [f"local/h/one.z {now - 7200} 1\n"])
    code, found = faults(late)
    check(code == 1 and found == [("local/h/one.z", "missing")],
          "samples that never reached a file are found")
    code, out, err = rrd(late, "chekc")
    check(code == 2 and "check" in err, "a misspelt word is a usage error")


run_tests(main)
