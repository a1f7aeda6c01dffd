#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""robin backup and restore: what is in a backup made while writers write, a
restore that is verified first, refused where it must be, and finished after a
kill at any point."""
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storelib import (LONG, ROBIN, STORE, Source, check, contents, diag,
                      make_state, put, rnd, run_tests, store, work)

KILLS = 60 if LONG else 12


def robin(*args, **more):
    r = subprocess.run([ROBIN, *args], capture_output=True, text=True,
                       timeout=120, **more)
    return r.returncode, r.stdout, r.stderr


def get(state, path):
    return robin("get", path, "--state", state, "--from",
                 "2023-11-14", "--to", "now", "--json")[1]


def files_below(folder):
    found = {}
    for at, _, names in os.walk(folder):
        for n in names:
            full = os.path.join(at, n)
            found[os.path.relpath(full, folder)] = full
    return found


def plain(state):
    """Families and archives as bytes."""
    return {n: open(f, "rb").read() for n, f in files_below(state).items()
            if n.startswith(("rrd/", "families/", "events.db"))}


def main():
    state, dest = make_state("live"), os.path.join(work, "backup")
    source = Source(30)
    check(set(put(state, source.lines(2000))) <= {"ok", "no older than last"},
          "samples are stored, none is drained")
    db = sqlite3.connect(state + "/events.db")
    db.execute("create table t (x)")
    db.execute("insert into t values (42)")
    db.commit()
    code, out, err = robin("backup", dest, "--state", state)
    check(code == 0 and "0 of them unchanged" in out, "backup without daemon")
    diag((out + err).strip())
    saved = plain(state)
    check(plain(dest + "/current") == saved,
          "it holds every archive and family, with what was in the log")
    code, out, _ = robin("backup", dest, "--verify")
    check(code == 0, "its sums are right")

    # incremental: one series goes on
    before = {n: os.stat(f).st_ino
              for n, f in files_below(dest + "/current/rrd").items()}
    path = source.series[0][0]
    put(state, [f"{path} {source.time[0] + 10} 5\n"])
    code, out, _ = robin("backup", dest, "--state", state)
    after = {n: os.stat(f).st_ino
             for n, f in files_below(dest + "/current/rrd").items()}
    changed = [n for n in before if before[n] != after[n]]
    check(code == 0 and changed == [path + ".rrd"],
          "again: only what changed is copied")
    check(plain(dest + "/current") == plain(state), "and it is whole")
    check(not os.path.exists(dest + "/next"), "nothing is left over")

    # restore
    other = os.path.join(work, "other")
    code, out, err = robin("restore", dest, "--state", other)
    check(code == 0, "restore into a new state")
    diag((out + err).strip())
    want = get(state, path)
    check(plain(other) == plain(state) and len(want) > 100 and
          get(other, path) == want, "the same bytes, the same answers")
    check(put(other, [f"{path} {source.time[0] + 20} 6\n"]) == ["ok"] and
          store(other).returncode == 0, "and it goes on taking samples")
    code, _, err = robin("restore", dest, "--state", other)
    check(code != 0 and "--force" in err, "a state with series is refused")
    p = subprocess.Popen([STORE, "--state", other], stderr=subprocess.DEVNULL)
    while not os.path.exists(other + "/run/store.sock"):
        time.sleep(0.02)
    code, _, err = robin("restore", dest, "--state", other, "--force")
    check(code != 0 and "robin-store" in err,
          "one that is being written is refused even so")
    p.terminate()
    p.wait()
    code, _, err = robin("restore", dest, "--state", other, "--force")
    check(code == 0 and plain(other) == plain(state),
          "--force replaces what was there, and newer samples in the log")
    check(store(other).returncode == 0 and contents(other) == contents(state),
          "which do not come back")

    # damage
    name = dest + "/current/rrd/" + path + ".rrd"
    data = bytearray(open(name, "rb").read())
    data[len(data) // 2] ^= 1
    os.unlink(name)
    open(name, "wb").write(data)
    unhurt = plain(other)
    code, _, err = robin("backup", dest, "--verify")
    code2, _, err2 = robin("restore", dest, "--state", other, "--force")
    check(code == code2 == 1 and path in err and path in err2 and
          plain(other) == unhurt, "one bit wrong: refused, nothing touched")
    os.unlink(name)
    code, _, err = robin("restore", dest, "--state", other, "--force")
    check(code == 1 and "missing" in err, "a file missing: refused")
    code, _, err = robin("backup", dest, "--state", state, "--full")
    check(code == 0 and robin("backup", dest, "--verify")[0] == 0,
          "--full makes it good again")
    open(dest + "/mine", "w").close()
    code, _, err = robin("backup", dest, "--state", state)
    check(code == 1 and "mine" in err, "a folder with other things is refused")
    os.unlink(dest + "/mine")
    code, _, err = robin("backup", dest, "--state", work + "/nowhere")
    check(code == 1 and not os.path.exists(work + "/nowhere"),
          "a state that is not there is not made")

    # while a daemon drains and four feeders write
    p = subprocess.Popen([STORE, "--state", state], stderr=subprocess.DEVNULL)
    while not os.path.exists(state + "/run/store.sock"):
        time.sleep(0.02)
    stop, acked = threading.Event(), {}

    def feed(k):
        t = source.time[0] + 100000
        while not stop.is_set():
            t += 10
            if put(state, [f"local/f{k}/one {t} {t % 97}\n"]) == ["ok"]:
                acked[k] = t

    threads = [threading.Thread(target=feed, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    good = True
    for i in range(4):
        time.sleep(0.2)
        known = dict(acked)
        good &= robin("backup", dest, "--state", state)[0] == 0
        shot = os.path.join(work, f"shot{i}")
        good &= robin("restore", dest, "--state", shot)[0] == 0
        code, out, _ = robin("rrd", "check", "--state", shot)
        good &= code == 0
        for k, t in known.items():
            info = robin("rrd", "info", f"local/f{k}/one", "--state", shot,
                         "--json")[1]
            last = int(info.split('"last_update":')[1].split(",")[0])
            good &= last >= t
    stop.set()
    for t in threads:
        t.join()
    p.terminate()
    p.wait()
    check(good and len(acked) == 4,
          "made under load, each is intact and has all acknowledged before")

    # a database in the middle of a commit is not torn
    db.execute("begin exclusive")
    db.execute("insert into t values (43)")
    t = threading.Timer(0.5, db.commit)
    db.close()
    db = sqlite3.connect(state + "/events.db", check_same_thread=False)
    db.execute("begin exclusive")
    db.execute("insert into t values (44)")
    t = threading.Timer(0.5, db.commit)
    t.start()
    code, _, err = robin("backup", dest, "--state", state)
    t.join()
    got = sqlite3.connect(dest + "/current/events.db").execute(
        "select x from t order by x").fetchall()
    check(code == 0 and got == [(42,), (44,)],
          "the events wait for a commit under way")

    # killed at any point: backup keeps the old one, restore is finished
    whole = wrong = 0
    for i in range(KILLS):
        p = subprocess.Popen([ROBIN, "backup", dest, "--state", state,
                              "--full"], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        time.sleep(rnd.uniform(0.001, 0.06))
        p.send_signal(signal.SIGKILL)
        p.wait()
        wrong += robin("backup", dest, "--verify")[0] != 0
    check(wrong == 0, f"{KILLS} kills of backup: there is always a whole one")
    robin("backup", dest, "--state", state)
    want = plain(dest + "/current")
    older = make_state("older")
    put(older, Source(30).lines(400))
    store(older)
    old = plain(older)
    mixed, pristine = 0, os.path.join(work, "pristine")
    shutil.copytree(older, pristine,
                    ignore=shutil.ignore_patterns("*.sock"))
    for i in range(KILLS):
        shutil.rmtree(older)
        shutil.copytree(pristine, older)
        p = subprocess.Popen([ROBIN, "restore", dest, "--state", older,
                              "--force"], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        time.sleep(rnd.uniform(0.001, 0.04))
        p.send_signal(signal.SIGKILL)
        p.wait()
        # the next start of the writer finishes what was begun
        r = store(older)
        now = plain(older)
        if r.returncode != 0 or now not in (old, want):
            mixed += 1
            diag(r.stderr.strip() or "differs: " + " ".join(
                n for n in set(now) ^ set(want))[:300])
        whole += now != old
    check(mixed == 0, f"{KILLS} kills of restore: the old state or the new")
    diag(f"{whole} of them the new one")


run_tests(main)
