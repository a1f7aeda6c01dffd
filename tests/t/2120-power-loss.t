#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Power loss: each sector written since the last sync is kept or dropped at
random, names not yet synced come or go, and the boot id is another one.  What
was acknowledged is there afterwards, and the files are the same to the byte
as those of an undisturbed run.  LONG=1: 10,000 losses; else LOSSES=60."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (LONG, ROBIN, STORE, Runs, Snapshot, Source, check,
                      contents, counted, make_state, other_boot, put, rnd, run_tests,
                      store, work)

LOSSES = int(os.environ.get("LOSSES", 10000 if LONG else 60))
SECTOR = 512
SURE = ("families", "run", "inbox", "site")  # not what this test is about


def tree(top):
    found = set()
    for folder, _, names in os.walk(top):
        for n in names:
            found.add(os.path.relpath(os.path.join(folder, n), top))
    return found


def read(name):
    """A file's bytes up to its last hole, which is most of a segment; and
    its size."""
    try:
        with open(name, "rb") as f:
            size, end = os.fstat(f.fileno()).st_size, 0
            try:
                while end < size:
                    end = os.lseek(f.fileno(), os.lseek(
                        f.fileno(), end, os.SEEK_DATA), os.SEEK_HOLE)
            except OSError:
                pass  # no data after the hole
            f.seek(0)
            return f.read(end), size
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
        # what an unused segment holds never matters
        if name.startswith(SURE) or name.endswith(".spare"):
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
            sure = sure if sure is not None else (b"", 0)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write(mix(now[0].ljust(len(sure[0]), b"\0"), sure[0]))
            f.truncate(now[1])
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
    base = Snapshot(base)
    root, shadow = os.path.join(work, "root"), os.path.join(work, "shadow")
    base.restore(root)
    check(put(root, lines) == ["ok"] * len(lines), "put undisturbed")
    check(store(root).returncode == 0, "drained undisturbed")
    want = contents(root)

    # power may fail under these
    feed, drain, checkpoint = (
        Runs(*argv, root=root, shadow=shadow) for argv in (
            (ROBIN, "put", "--state", root, "-"),
            (STORE, "--once", "--state", root),
            (STORE, "--once", "--state", root, "--checkpoint")))
    # and this is what runs once it is back
    feed_well = Runs(ROBIN, "put", "--state", root, "-", root=root)
    drain_well = Runs(STORE, "--once", "--state", root, root=root)
    refused, differ, failed, lost = [], [], [], 0
    for k in counted(range(LOSSES), differ):
        base.restore(root)
        base.restore(shadow)
        n = rnd.randrange(len(lines))
        feed.run(kill=rnd.choice([0, 0, rnd.randrange(1, 30)]),
                 lines=lines[:n])
        got = feed.answered()
        for _ in range(rnd.randrange(3)):
            rnd.choice([drain, checkpoint]).run(
                kill=rnd.choice([0, rnd.randrange(1, 6000)]))
        if rnd.random() < 0.3:
            feed.run(kill=rnd.choice([0, rnd.randrange(1, 30)]),
                     lines=lines[len(got):])
            got += feed.answered()
        before = contents(root)
        lose_power(root, shadow)
        lost += contents(root) != before
        feed_well.run(lines=lines[len(got):])
        again = feed_well.answered()
        if (set(got + again) - {"ok", "no older than last"} or
                len(got + again) != len(lines)):
            refused.append((k, set(got + again)))
        if drain_well.run() != 0:
            failed.append((k, drain_well.err()[-300:]))
        have = contents(root)
        if have != want:
            differ.append((k, [n for n in want if have.get(n) != want[n]][:2]))
            if os.environ.get("KEEP"):
                break
    for runs in feed, drain, checkpoint, feed_well, drain_well:
        runs.end()
    check(not failed, f"recovers {failed[:2]}")
    check(not refused, f"nothing refused {refused[:2]}")
    check(lost > LOSSES // 20, f"{lost} of {LOSSES} losses changed archives")
    check(not differ, f"the same bytes after {LOSSES} losses of power "
          f"{differ[:3]}")


run_tests(main)
