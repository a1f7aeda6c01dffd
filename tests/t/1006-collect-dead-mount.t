#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# A mounted file system whose server never answers must not hang the others.
# The dead mount is FUSE without a daemon that answers, in a namespace.
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time

from tap import done, ok, skip_all

build = os.path.abspath(os.environ.get("BUILD", "build"))
collect = os.path.join(build, "bin", "robin-collect")

if "--inside" not in sys.argv:
    can = subprocess.run(["unshare", "-rm", "true"], stderr=subprocess.DEVNULL)
    if can.returncode != 0:
        skip_all("no namespaces here")
    p = subprocess.run(["unshare", "-rm", "python3", sys.argv[0], "--inside"])
    sys.exit(p.returncode)

tmp = tempfile.mkdtemp(prefix="robin-t.")
dead = os.path.join(tmp, "dead")
os.mkdir(dead)
libc = ctypes.CDLL(None, use_errno=True)
try:
    fuse = os.open("/dev/fuse", os.O_RDWR)
except OSError as e:
    os.rmdir(dead)
    os.rmdir(tmp)
    skip_all("no /dev/fuse: %s" % e)
opts = "fd=%d,rootmode=40000,user_id=0,group_id=0" % fuse
if libc.mount(b"dead", dead.encode(), b"fuse.dead", 0, opts.encode()) != 0:
    os.rmdir(dead)
    os.rmdir(tmp)
    skip_all("cannot mount FUSE: %s" % os.strerror(ctypes.get_errno()))

try:
    p = subprocess.run([collect, "--print", "cpu", "disk", "disk_remote"],
                       capture_output=True, text=True, timeout=60)
    paths = [line.split(" ")[0].split("/", 2)[2] for line in p.stdout.splitlines()]
    ok("disk.:" in paths, "the local disk is measured", p.stdout + p.stderr)
    ok("cpu" in paths, "and everything else")
    ok("disk.%s" % dead.replace("/", ":") not in paths, "the dead one is not")
    ok("no answer" in p.stderr and dead in p.stderr, "which is said, by name", p.stderr)
    ok(p.returncode == 1, "and the exit code says so", p.returncode)

    state = os.path.join(tmp, "state")
    conf = os.path.join(tmp, "robin.yml")
    with open(conf, "w") as f:
        f.write("step: 1s\n")
    log = open(os.path.join(tmp, "log"), "w")
    d = subprocess.Popen([collect, "--state", state, "--config", conf], stderr=log)
    time.sleep(6)
    kids = subprocess.run(["ps", "-o", "pid=", "--ppid", str(d.pid)], capture_output=True, text=True)
    ok(len(kids.stdout.split()) <= 1, "the daemon has at most one child hanging", kids.stdout)
    ok(d.poll() is None, "it still runs")
    d.send_signal(signal.SIGTERM)
    try:
        rc = d.wait(timeout=10)
    except subprocess.TimeoutExpired:
        d.kill()
        rc = "had to be killed"
    ok(rc == 0, "and ends when told to", rc)
    found = []
    for _ in range(50):
        found = [pid for pid in os.listdir("/proc") if pid.isdigit() and
                 os.path.exists("/proc/%s/exe" % pid) and
                 os.path.realpath("/proc/%s/exe" % pid) == os.path.realpath(collect) and
                 state.encode() in open("/proc/%s/cmdline" % pid, "rb").read()]
        if not found:
            break
        time.sleep(0.1)
    ok(not found, "leaving nobody behind", found)
finally:
    os.close(fuse)  # the kernel then ends the mount's requests
    libc.umount2(dead.encode(), 2)
    subprocess.run(["rm", "-rf", tmp])
done()
