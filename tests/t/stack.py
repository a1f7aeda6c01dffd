# SPDX-License-Identifier: MIT
"""What the HTTP tests share: TAP, a state folder filled through `robin put`,
both FastCGI pools behind the shipped nginx configuration on a free port, a
small HTTP client and a hand-made FastCGI client."""
import atexit
import http.client
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

from tap import done, equal, ok  # noqa: F401

REPO = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
BUILD = os.path.abspath(os.environ.get("BUILD", os.path.join(REPO, "build")))
BIN = os.path.join(BUILD, "bin")
LONG = bool(os.environ.get("LONG"))


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        return self.headers.get(name.lower())

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:300]!r}"


class Stack:
    """A state folder, its writer, both pools and nginx; stopped at exit."""

    def __init__(self, data=True, pictures=2, numbers=2, nginx=True, more=()):
        self.work = tempfile.mkdtemp(prefix="robin-http-")
        self.state = os.path.join(self.work, "state")
        self.procs = []
        self.more = list(more)
        atexit.register(self.stop)
        for signo in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(signo, lambda *_: sys.exit(1))  # runs atexit
        for name in ("run", "site"):
            os.makedirs(os.path.join(self.state, name))
        with open(f"{self.state}/site/index.html", "w") as f:
            f.write("<!doctype html><title>t</title>\n")
        if data:
            self.fill()
            self.start("store", [f"{BIN}/robin-store", "--state", self.state])
        self.pool("pictures", pictures)
        self.pool("data", numbers)
        if nginx:
            self.nginx()

    # -- the parts ---------------------------------------------------------
    def start(self, name, argv, **how):
        log = open(f"{self.work}/{name}.log", "ab")
        p = subprocess.Popen(argv, stdout=log, stderr=log, **how)
        log.close()
        p.label = name
        self.procs.append(p)
        return p

    def sock(self, pool):
        return f"{self.state}/run/{pool}.sock"

    def pool(self, name, workers):
        p = self.start(name, [f"{BIN}/robin-fcgi", "--state", self.state,
                              "--pool", name, "--socket", self.sock(name),
                              "--workers", str(workers)] + self.more)
        self.wait(lambda: self.connects(self.sock(name)), f"pool {name}")
        setattr(self, name, p)
        return p

    def nginx(self, server=""):
        """server: more lines of the server block."""
        run = f"{self.state}/run"
        self.port = free_port()
        os.symlink(f"{REPO}/nginx", f"{run}/nginx")
        os.symlink("nginx/nginx.conf", f"{run}/nginx.conf")
        with open(f"{run}/listen.conf", "w") as f:
            f.write(f"listen 127.0.0.1:{self.port};\n{server}")
        if os.geteuid() == 0:
            with open(f"{run}/user.conf", "w") as f:
                f.write("user root;\n")
        self.web = self.start("nginx", ["nginx", "-p", self.state, "-c",
                                        "run/nginx.conf", "-e", "stderr",
                                        "-g", "daemon off;"], cwd=self.state)

        def listens():
            with socket.socket() as s:
                return s.connect_ex(("127.0.0.1", self.port)) == 0
        self.wait(listens, "nginx")

    def connects(self, path):
        with socket.socket(socket.AF_UNIX) as s:
            return s.connect_ex(path) == 0

    def wait(self, ready, what, seconds=15):
        end = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > end:
                print(f"Bail out! {what} did not start: {self.logs()}")
                os._exit(1)
            time.sleep(0.02)

    def logs(self):
        text = ""
        for name in sorted(os.listdir(self.work)):
            if name.endswith(".log"):
                with open(os.path.join(self.work, name)) as f:
                    text += f"[{name}] " + f.read()[-1500:]
        return text

    def stop(self):
        for p in reversed(self.procs):
            if p.poll() is None:
                p.terminate()
        for p in self.procs:
            try:
                p.wait(5)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
        self.procs = []
        if os.environ.get("KEEP"):
            print("# kept", self.work)
        else:
            shutil.rmtree(self.work, ignore_errors=True)

    # -- data ----------------------------------------------------------------
    def put(self, lines):
        p = subprocess.run([f"{BIN}/robin", "put", "--state", self.state],
                           input="".join(line + "\n" for line in lines),
                           text=True, capture_output=True)
        bad = [x for x in p.stdout.splitlines() if x != "ok"]
        if p.returncode or bad:
            print(f"Bail out! robin put: {bad[:3]} {p.stderr}")
            os._exit(1)

    def family(self, name, metrics, **more):
        doc = dict(name=name, title=name.capitalize(), unit="things",
                   help="For the tests", category="tests", profile="default",
                   step=10, heartbeat=120, declared=True, lead=0,
                   metrics=[dict(help=f"The {m['name']}", **m)
                            for m in metrics])
        doc.update(more)
        os.makedirs(f"{self.state}/families", exist_ok=True)
        with open(f"{self.state}/families/{name}.json", "w") as f:
            json.dump(doc, f)

    def fill(self):
        """An hour of three hosts up to now; self.t0 is the newest time."""
        self.family("load", [
            dict(name="one", unit="things", kind="gauge", draw="line"),
            dict(name="two", unit="things", kind="gauge", draw="line")])
        self.family("traffic", [
            dict(name="rx_bytes", unit="bytes/s", raw_unit="bytes",
                 kind="derive", draw="area", min=0),
            dict(name="tx_bytes", unit="bytes/s", raw_unit="bytes",
                 kind="derive", draw="mirror", min=0)],
            instance_label="interface")
        self.t0 = int(time.time()) // 10 * 10
        lines = []
        for i in range(360, -1, -1):
            t = self.t0 - i * 10
            for h, host in enumerate(("web1", "web2", "web3")):
                lines.append(f"local/{host}/load {t} {h + 1}:{i % 7}.5")
            for n, name in enumerate(("eth0", "eth1", "lo")):
                base = 10 ** 12 - i * 10000 * (n + 1)
                lines.append(f"local/web1/traffic.{name} {t} "
                             f"{base}:{base // 2}")
        self.put(lines)

    # -- HTTP ----------------------------------------------------------------
    def ask(self, target, method="GET", headers=None, body=None):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            # putrequest, because request() refuses hostile targets
            c.putrequest(method, target, skip_accept_encoding=True)
            for k, v in (headers or {}).items():
                c.putheader(k, v)
            if body is not None:
                c.putheader("Content-Length", str(len(body)))
            c.endheaders(body)
            r = c.getresponse()
            return Answer(r.status,
                          {k.lower(): v for k, v in r.getheaders()}, r.read())
        finally:
            c.close()

    def raw(self, data, seconds=10):
        """Sends bytes as they are; returns all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), seconds) as s:
            s.sendall(data)
            got = b""
            while True:
                try:
                    piece = s.recv(65536)
                except socket.timeout:
                    break
                if not piece:
                    break
                got += piece
        return got

    # -- FastCGI, by hand ----------------------------------------------------
    def direct(self, pool, target, method="GET", params=None):
        p = {"REQUEST_METHOD": method, "REQUEST_URI": target}
        p.update(params or {})
        return parse_cgi(fcgi(self.sock(pool), request(p)))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def record(kind, body=b"", ident=1, version=1):
    return struct.pack(">BBHHBB", version, kind, ident, len(body), 0, 0) + body


def length(n):
    return bytes([n]) if n < 128 else struct.pack(">I", n | 0x80000000)


def pairs(params):
    out = b""
    for k, v in params.items():
        k = k.encode() if isinstance(k, str) else k
        v = v.encode() if isinstance(v, str) else v
        out += length(len(k)) + length(len(v)) + k + v
    return out


BEGIN = record(1, b"\0\1\0\0\0\0\0\0")


def request(params, body=b""):
    text = pairs(params)
    out = BEGIN
    for i in range(0, len(text), 60000):
        out += record(4, text[i:i + 60000])
    out += record(4)
    if body:
        out += record(5, body)
    return out + record(5)


def fcgi(path, data, seconds=10):
    """Sends bytes to a FastCGI socket; returns what it wrote to stdout."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(seconds)
        s.connect(path)
        try:
            s.sendall(data)
        except OSError:
            pass
        got = b""
        while True:
            try:
                piece = s.recv(65536)
            except (ConnectionResetError, socket.timeout):
                break
            if not piece:
                break
            got += piece
    out = b""
    while len(got) >= 8:
        _, kind, _, n, pad, _ = struct.unpack(">BBHHBB", got[:8])
        if kind == 6:
            out += got[8:8 + n]
        got = got[8 + n + pad:]
    return out


def parse_cgi(data):
    head, _, body = data.partition(b"\r\n\r\n")
    headers = {}
    for line in head.decode("latin-1").split("\r\n"):
        k, colon, v = line.partition(": ")
        if colon:
            headers[k.lower()] = v
    m = re.match(r"(\d+)", headers.get("status", "0"))
    return Answer(int(m.group(1)) if m else 0, headers, body)


def png_size(data):
    """Width and height of a PNG whose chunks all have good checksums."""
    import zlib
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        return None
    at, size, seen = 8, None, []
    while at + 12 <= len(data):
        n, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + n]
        if zlib.crc32(kind + body) != struct.unpack(
                ">I", data[at + 8 + n:at + 12 + n])[0]:
            return None
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        seen.append(kind)
        at += 12 + n
    return size if seen and seen[-1] == b"IEND" and at == len(data) else None


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as f:
            return [int(x) for x in f.read().split()]
    except OSError:
        return []


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def until(fn, tries=2400):
    """Whether it comes true within a minute."""
    for _ in range(tries):
        if fn():
            return True
        time.sleep(0.025)
    return False


class DataPool:
    """A pool for data without a web server, asked straight at its socket,
    which need not be on the state's disk."""

    def __init__(self, state, folder):
        self.sock = os.path.join(folder, f"{os.path.basename(state)}.sock")
        with open(os.path.join(folder, "pool.log"), "ab") as log:
            self.p = subprocess.Popen(
                [f"{BIN}/robin-fcgi", "--state", state, "--pool", "data",
                 "--socket", self.sock, "--workers", "1"],
                stdout=log, stderr=log)
        until(lambda: os.path.exists(self.sock))

    def health(self):
        try:
            return parse_cgi(fcgi(self.sock, request({
                "REQUEST_METHOD": "GET", "REQUEST_URI": "/healthz",
                "HTTP_HOST": "x"}))).body.decode()
        except OSError as e:
            return str(e)
