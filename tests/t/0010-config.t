#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Broken configurations: each is refused with file:line:col and exit 3.

The list is made from tables: every kind of option with values of every wrong
form, keys misspelt at every level, and what YAML allows but a configuration
does not.  Each case says at which line and column the fault is."""
import os
import re
import subprocess
import sys
import tempfile

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
ROBIN = os.path.join(BUILD, "bin", "robin")
work = tempfile.TemporaryDirectory(prefix="robin-t.")
path = os.path.join(work.name, "robin.yml")
count = 0
failed = 0


def result(good, name, diag=""):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}")
    if not good:
        for line in diag.splitlines():
            print("# " + line)


def robin(*args):
    return subprocess.run([ROBIN, *args], capture_output=True, timeout=20)


def write(text):
    with open(path, "wb") as f:
        f.write(text if isinstance(text, bytes) else text.encode())


def quoted(text):
    text = text if isinstance(text, str) else repr(text)
    return " ".join(text.encode("unicode_escape").decode().split())[:60]


def refused(text, line, column, what=""):
    """One broken file: exit 3 and the first message at line:column."""
    write(text)
    r = robin("config", "check", "--config", path)
    err = r.stderr.decode(errors="replace")
    lines = err.splitlines()
    first = f"{path}:{line}:{column}: "
    form = re.compile(re.escape(path) + r":\d+:\d+: .")
    good = (
        r.returncode == 3
        and lines
        and lines[0].startswith(first)
        and what in lines[0]
        and all(form.match(x) for x in lines)
        and not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", err)
    )
    result(good, f"refused at {line}:{column}: {quoted(text)}",
           f"exit {r.returncode}, want 3 and {first}… {what}\n{err[:400]}")


# --- scalars of the wrong form ------------------------------------------------
DURATIONS = ["10", "010s", "10 s", "10S", "10sec", "-1s", "+5s", "1.5h",
             "1h30m", "0x10s", "1e3s", "1_0s", "s", "ten", "99999999999s",
             "~", "true", "0s", "'10'", "'10s '", "10ms"]
COUNTS = ["0", "-1", "010", "0x4", "0b1", "1.0", "1e1", "1_0", "two", "65",
          "99999999999999999999", "~", "true", "2s", "' 2'"]
PERCENTS = ["95", "0.95", "101%", "0%", "-5%", "95.5%", "095%", "95 %", "%",
            "95%%", "all", "~"]
BOOLS = ["yes", "no", "on", "off", "True", "FALSE", "1", "0", "~", "y",
         "enabled"]
TEXTS = ["no", "Yes", "null", "~", "010", "12", "1.5", "1e3", "0xff", "0o17",
         "12:30", "2026-11-20", ".inf", "-1", "''", "'a b'", "../x", "-x'y",
         '"a\\nb"', '"\\e[31m"', '"a\\0b"', "x" * 200]
LISTENS = ["8080", "localhost:8080", "127.0.0.1", "'127.0.0.1:'", ":8080",
           "127.0.0.1:0", "127.0.0.1:080", "127.0.0.1:65536", "127.1:80",
           "256.0.0.1:80", "'::1:80'", "'[::1]'", "'[x]:80'",
           "'127.0.0.1:80; include /etc/passwd'", "'1.2.3.4:5:6'"]
URLS = ["example.org", "ftp://x", "http://", "'http:// x'",
        "'http://a\"b'", "'http://a<b>'", "'https:///x'", "'http://é'"]

for v in DURATIONS:
    refused(f"step: {v}\n", 1, 7, "step: ")
    refused(f"store:\n  drain: {v}\n", 2, 10, "store.drain: ")
for v in COUNTS:
    refused(f"# a\n\nworkers:\n    data: {v}\n", 4, 11, "workers.data: ")
for v in PERCENTS:
    # a plain scalar cannot begin with %
    refused(f"status: {{disk: '{v}'}}\n", 1, 16, "status.disk: ")
for v in BOOLS:
    refused(f"collectors:\n  cpu:\n    enabled: {v}\n", 3, 14, "enabled: ")
for v in TEXTS:
    refused(f"cluster: a\nhost: {v}\n", 2, 7, "host: ")
for v in LISTENS:
    refused(f"listen: {v}\n", 1, 9, "listen: ")
for v in URLS:
    refused(f"site:\n  url: {v}\n", 2, 8, "site.url: ")

refused("profile: defualt\n", 1, 10, "did you mean default?")
refused("profile: tiny\n", 1, 10, "no such profile")

# --- keys ---------------------------------------------------------------------
NEAR = {"clustr": "cluster", "hsot": "host", "sate": "state",
        "lsiten": "listen", "setp": "step", "profil": "profile",
        "colectors": "collectors", "stroe": "store", "worker": "workers",
        "stie": "site", "statsu": "status"}
for wrong, right in NEAR.items():
    refused(f"{wrong}: 1\n", 1, 1, f'did you mean "{right}"?')
for section, wrong, right in [("site", "titel", "title"),
                              ("site", "intervall", "interval"),
                              ("workers", "date", "data"),
                              ("store", "drian", "drain"),
                              ("status", "dsik", "disk")]:
    refused(f"{section}:\n  {wrong}: 1\n", 2, 3, f'did you mean "{right}"?')
refused("collectors:\n  cpu:\n    timeot: 1s\n", 3, 5, '"timeout"?')
refused("collectors:\n  memmory:\n    step: 1s\n", 2, 3, "memory?")
for key in ["zzz", "Cluster", "site.title", "cluster.x", '"a b"', "<<",
            "NAME", "1"]:
    refused(f"host: a\n{key}: {{}}\n", 2, 1, "unknown key")
refused("collectors:\n  NAME:\n    step: 1s\n", 2, 3, "no such collector")
refused("cluster: a\ncluster: a\n", 2, 1, "second time")
refused("site: {title: a, title: b}\n", 1, 18, "second time")
refused("collectors:\n  cpu:\n  cpu:\n", 3, 3, "second time")
refused("? [a]\n: b\n", 1, 3, "plain word")
refused("? {a: b}\n: c\n", 1, 3, "plain word")
refused("'': b\n", 1, 1, "plain word")

# --- shapes --------------------------------------------------------------------
refused("cluster\n", 1, 1, "section")
refused("- a\n- b\n", 1, 1, "section")
refused("site: x\n", 1, 7, "section")
refused("site: [title]\n", 1, 7, "section")
refused("workers: 4\n", 1, 10, "section")
refused("collectors: cpu\n", 1, 13, "section")
refused("collectors: [cpu, memory]\n", 1, 13, "section")
refused("collectors: {cpu: true}\n", 1, 19, "section")
refused("cluster: [a]\n", 1, 10, "text is expected")
refused("cluster: {a: b}\n", 1, 10, "text is expected")
refused("step: [10s]\n", 1, 7, "duration is expected")

# --- YAML that has no place here -------------------------------------------------
refused("cluster: &a b\n", 1, 10, "anchors")
refused("site: &a {title: b}\n", 1, 7, "anchors")
refused("cluster: *a\n", 1, 10, "aliases")
refused("cluster: !!str 5\n", 1, 10, "tags")
refused("cluster: !<x> 5\n", 1, 10, "tags")
refused("!!map {cluster: a}\n", 1, 1, "tags")
refused("%YAML 1.1\n---\ncluster: a\n", 1, 1, "directives")
refused("cluster: a\n---\nhost: b\n", 2, 1, "second document")
refused("cluster: a\n...\n---\nhost: b\n", 3, 1, "second document")
refused("a: " + "[" * 20 + "]" * 20 + "\n", 1, 11, "deep")
refused("a: &x [b, b]\nc: &y [*x, *x]\n", 1, 4, "anchors")

# --- bytes that are not YAML ------------------------------------------------------
for text, line, column in [
    ('cluster: "a\n', 2, 1),
    ("cluster: 'a\n", 2, 1),
    ("cluster: a: b\n", 1, 11),
    ("\tcluster: a\n", 1, 1),
    ("site:\n  title: a\n url: b\n", 3, 2),
    ("site:\n\ttitle: a\n", 2, 1),
    ("cluster: [a\n", 2, 1),
    ("cluster: {a\n", 2, 1),
    ("]\n", 1, 1),
    ("}\n", 1, 1),
    ("@x: y\n", 1, 1),
    ("`x: y\n", 1, 1),
    ("cluster: %a\n", 1, 10),
    ("cluster: a\nhost\n", 3, 1),
    (b"cluster: a\nhost: \xff\n", 2, 7),
    (b"cluster: a\nhost: \xc3\n", 2, 8),
    (b"cluster: \xed\xa0\x80\n", 1, 10),
    (b"cluster: \xf5\x80\x80\x80\n", 1, 10),
    (b"cluster: a\x01\n", 1, 11),
    (b"cluster: a\x00b\n", 1, 11),
    (b"\xff\xfec\x00l\x00", 1, 1),
    ('cluster: "\\q"\n', 1, 11),
    ('cluster: "\\xZZ"\n', 1, 13),
]:
    refused(text, line, column)
refused("# x\n" * 70000, 1, 1, "over")
refused("".join(f"k{i}: 1\n" for i in range(600)), 1, 1, "keys in one section")

broken = count
result(broken >= 200, f"{broken} broken configurations, at least 200")

# --- everything wrong is listed, in order -------------------------------------------
write("step: 10\nclutser: a\nhost: no\nsite:\n  titel: x\n")
r = robin("config", "check", "--config", path)
places = re.findall(r":(\d+:\d+): ", r.stderr.decode())
result(places == ["1:7", "2:1", "3:7", "5:3"], "every problem is listed",
       r.stderr.decode())

# --- every command refuses it the same way --------------------------------------------
write("step: 10\n")
for command in ["put", "ls", "status", "doctor", "run"]:
    r = robin(command, "--config", path, "--state", work.name + "/state")
    err = r.stderr.decode()
    result(r.returncode == 3 and f"{path}:1:7: step: " in err,
           f"robin {command} refuses it with exit 3", err)
result(not os.path.exists(work.name + "/state"), "and makes nothing")
r = robin("config", "check", "--config", work.name + "/absent.yml")
result(r.returncode == 3 and b"absent.yml" in r.stderr,
       "a file that is named must exist", r.stderr.decode())
os.mkfifo(work.name + "/fifo.yml")
r = robin("config", "check", "--config", work.name + "/fifo.yml")
result(r.returncode == 3, "a FIFO is refused, not waited for",
       r.stderr.decode())

# --- conf.d in name order; show reads back -----------------------------------------------
os.mkdir(work.name + "/conf.d")


def fragment(name, text):
    with open(f"{work.name}/conf.d/{name}", "w") as f:
        f.write(text)


write('cluster: one\nhost: "no"\nsite: {title: \'a "b" \\c\'}\n')
fragment("20-x.yml", "cluster: three\ncollectors: {cpu: {step: 5s}}\n")
fragment("10-x.yml", "cluster: two\nstep: 1m\n")
fragment("30-x.yaml", "zzz: 1\n")
r = robin("config", "show", "--config", path)
shown = r.stdout.decode()
result(r.returncode == 0 and 'cluster: "three"' in shown
       and "step: 1m" in shown and "    step: 5s" in shown
       and "listen" not in shown, "conf.d counts in name order",
       shown + r.stderr.decode())
full = robin("config", "show", "--effective", "--config", path).stdout
os.mkdir(work.name + "/again")
with open(work.name + "/again/robin.yml", "wb") as f:
    f.write(full)
again = robin("config", "show", "--effective", "--config",
              work.name + "/again/robin.yml").stdout
result(full == again and b"listen: " in full, "show reads back the same",
       full.decode() + "---\n" + again.decode())
fragment("15-x.yml", "host: a\n  b: c\n")
r = robin("config", "check", "--config", path)
result(r.returncode == 3 and b"conf.d/15-x.yml:2:" in r.stderr,
       "a broken fragment is named", r.stderr.decode())
r = robin("config", "docs")
result(r.returncode == 0 and b"`collectors.NAME.step`" in r.stdout,
       "docs name every option")

# --- what the README shows is a configuration ---------------------------------------------
readme = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "..", "..", "README.md")
with open(readme) as f:
    blocks = re.findall(r"```yaml\n(.*?)```", f.read(), re.S)
for i, block in enumerate(blocks):
    with open(f"{work.name}/again/readme{i}.yml", "w") as f:
        f.write(block)
    r = robin("config", "check", "--config", f"{work.name}/again/readme{i}.yml")
    result(r.returncode == 0, "an example of the README is good",
           r.stderr.decode())

print(f"1..{count}")
sys.exit(failed != 0)
