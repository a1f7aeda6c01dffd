#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Power loss: each sector written since the last sync is kept or dropped at
random, names not yet synced come or go, and the boot id is another one.  What
was acknowledged is there afterwards, and the files are the same to the byte
as those of an undisturbed run.  LONG=1: 4,000 losses; else LOSSES=60."""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (LONG, Source, check, contents, fault, make_state,
                      other_boot, put, rnd, run_tests, store, work)

LOSSES = int(os.environ.get("LOSSES", 4000 if LONG else 60))
SECTOR = 512
SURE = ("families", "run", "inbox", "site")  # not what this test is about


def tree(top):
    found = set()
    for folder, _, names in os.walk(top):
        for n in names:
            found.add(os.path.relpath(os.path.join(folder, n), top))
    return found


def read(name):
    try:
        with open(name, "rb") as f:
            return f.read()
    except FileNotFoundError:
        return None


def mix(now, synced):
    """Sector by sector one or the other."""
    keep = rnd.random()
    synced = synced[:len(now)].ljust(len(now), b"\0")
    out = bytearray(synced)
    for at in range(0, len(now), SECTOR):
        if now[at:at + SECTOR] != synced[at:at + SECTOR] and \
                rnd.random() < keep:
            out[at:at + SECTOR] = now[at:at + SECTOR]
    return bytes(out)


def lose_power(root, shadow):
    for name in tree(root) | tree(shadow):
        if name.startswith(SURE):
            continue
        full = os.path.join(root, name)
        now, sure = read(full), read(os.path.join(shadow, name))
        if now == sure:
            continue
        if now is None or sure is None:
            # a name that came or went without a sync of its folder
            if rnd.random() < 0.5:
                if now is not None:
                    os.unlink(full)
                continue
            now = now if now is not None else sure
            sure = sure if sure is not None else b""
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write(mix(now, sure))
    other_boot(root)


def main():
    source = Source(6)
    base = make_state("base")
    put(base, source.lines(60))
    store(base, "--checkpoint")
    put(base, source.lines(40))
    store(base)
    put(base, source.lines(30))
    new = Source(3)
    new.series = [(p + "x", n) for p, n in new.series]
    lines = source.lines(60) + new.lines(30)
    calm = os.path.join(work, "calm")
    shutil.copytree(base, calm)
    check(put(calm, lines) == ["ok"] * len(lines), "put undisturbed")
    check(store(calm).returncode == 0, "drained undisturbed")
    want = contents(calm)

    root, shadow = os.path.join(work, "root"), os.path.join(work, "shadow")
    refused, differ, failed = [], [], []
    for k in range(LOSSES):
        for d in (root, shadow):
            shutil.rmtree(d, ignore_errors=True)
            shutil.copytree(base, d)
        under = dict(root=root, shadow=shadow)
        n = rnd.randrange(len(lines))
        got = put(root, lines[:n], env=fault(
            kill=rnd.choice([0, 0, rnd.randrange(1, 30)]), **under))
        for _ in range(rnd.randrange(3)):
            more = rnd.choice([[], ["--checkpoint"]])
            store(root, *more, env=fault(
                kill=rnd.choice([0, rnd.randrange(1, 6000)]), **under))
        if rnd.random() < 0.3:
            got += put(root, lines[len(got):], env=fault(
                kill=rnd.choice([0, rnd.randrange(1, 30)]), **under))
        lose_power(root, shadow)
        again = put(root, lines[len(got):], env=fault(root=root))
        if set(got + again) - {"ok", "no older than last"}:
            refused.append((k, (set(got + again))))
        r = store(root, env=fault(root=root))
        if r.returncode != 0:
            failed.append((k, r.stderr[-300:]))
        have = contents(root)
        if have != want:
            differ.append((k, [n for n in want if have.get(n) != want[n]][:2]))
            if os.environ.get("KEEP"):
                break
    check(not failed, f"recovers {failed[:2]}")
    check(not refused, f"nothing refused {refused[:2]}")
    check(not differ, f"the same bytes after {LOSSES} losses of power "
          f"{differ[:3]}")


run_tests(main)
