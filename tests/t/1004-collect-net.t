#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Bytes through the loopback are counted within 2 percent.  In a network
# namespace of its own where that is allowed, so that nothing else counts.
import os
import socket
import subprocess
import sys
import threading

from tap import done, ok

build = os.path.abspath(os.environ.get("BUILD", "build"))
collect = os.path.join(build, "bin", "robin-collect")
SIZE = 64 << 20


def counters():
    out = subprocess.check_output([collect, "--print", "net"], text=True)
    got = {}
    for line in out.splitlines():
        path, _, values = line.split(" ")
        got[path.split("/")[2]] = [int(v) for v in values.split(":")]
    return got


def send():
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]

    def sender():
        with socket.create_connection(("127.0.0.1", port)) as s:
            block = b"x" * 65536
            for _ in range(SIZE // len(block)):
                s.sendall(block)

    t = threading.Thread(target=sender)
    t.start()
    peer, _ = server.accept()
    got = 0
    while True:
        data = peer.recv(1 << 20)
        if not data:
            break
        got += len(data)
    t.join()
    return got


if "--inside" not in sys.argv:
    inside = ["unshare", "-rn", "sh", "-c",
              "ip link set lo up && exec python3 \"$0\" --inside", sys.argv[0]]
    if subprocess.run(["unshare", "-rn", "true"], stderr=subprocess.DEVNULL).returncode == 0:
        sys.exit(subprocess.run(inside).returncode)

send()  # an interface that never carried a packet is left out
before = counters()
sent = send()
after = counters()
ok(sent == SIZE, "all bytes came through")
for i, name in enumerate(("received", "sent")):
    got = after["net.lo"][i] - before["net.lo"][i]
    ok(abs(got - SIZE) <= 0.02 * SIZE, "bytes %s are counted within 2 percent" % name, "%d of %d" % (got, SIZE))
ok(after["net_packets.lo"][0] > before["net_packets.lo"][0], "packets are counted")
ok(after["net_errors.lo"] == before["net_errors.lo"], "and no errors")
outside = after.get("net", [0, 0])[0] - before.get("net", [0, 0])[0]
ok(outside < 0.5 * SIZE, "the total is the traffic with the outside only", "%d" % outside)
done()
