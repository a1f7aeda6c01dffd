#!/bin/sh
# SPDX-License-Identifier: MIT
# CPU time of a collection pass stored durably by the running daemons, beside
# collectd with the same sources and its rrdtool plugin, all in one run.
# Clocks of whole processes, so nothing is sampled: threads count, and so do
# children.  Two Robins: as it comes, and with what collectd measures, all of
# it every ten seconds.
#   CYCLES=12   how many of ten seconds; six have one drain into the files
set -eu
BUILD=${BUILD:-build}
bin=$(cd "$BUILD/bin" && pwd)
work=$(mktemp -d)
pids=
trap 'for p in $pids; do kill $p 2>/dev/null || :; done; wait; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

run() { # name, command…
	name=$1; shift
	"$@" >"$work/$name.log" 2>&1 &
	pids="$pids $!"
	names="$names $name:$!"
}
names=

if command -v collectd >/dev/null || [ -x /usr/sbin/collectd ]; then
	{
		printf 'Interval 10\nBaseDir "%s"\nPIDFile "%s/pid"\n' "$work/collectd" "$work"
		printf 'PluginDir "/usr/lib/collectd"\nTypesDB "/usr/share/collectd/types.db"\nFQDNLookup false\n'
		for p in cpu memory swap load df disk interface processes uptime rrdtool; do
			echo "LoadPlugin $p"
		done
		printf '<Plugin rrdtool>\n DataDir "%s/rrd"\n</Plugin>\n' "$work"
	} >"$work/collectd.conf"
	PATH=$PATH:/usr/sbin run collectd collectd -f -C "$work/collectd.conf"
else
	echo "# collectd is not installed (collectd-core): Robin alone"
fi
cat >"$work/same.yml" <<'Y'
collectors:
  processes: {step: 10s}
  uptime: {step: 10s}
Y
run store-all "$bin/robin-store" --state "$work/all"
run collect-all "$bin/robin-collect" --state "$work/all"
run store-same "$bin/robin-store" --state "$work/same"
run collect-same "$bin/robin-collect" --state "$work/same" --config "$work/same.yml" \
    cpu memory swap load disk diskio net processes uptime

python3 - "$work" "${CYCLES:-12}" $names <<'P'
import glob
import os
import socket
import subprocess
import sys
import time

work, cycles = sys.argv[1], int(sys.argv[2])
programs = {n: int(p) for n, p in (a.split(":") for a in sys.argv[3:])}
TICK = 10**9 // os.sysconf("SC_CLK_TCK")


def cpu_ns(pid):
    """All threads, dead ones too; children as far as they were waited for."""
    own = time.clock_gettime_ns((~pid << 3) | 2)
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return own + (int(fields[13]) + int(fields[14])) * TICK


def values(folder):
    n = 0
    for name in glob.glob(folder + "/**/*.rrd", recursive=True):
        info = subprocess.run(["rrdtool", "info", name], text=True,
                              capture_output=True).stdout
        n += info.count("].type = ")
    return n


def drain(state):
    """What there is into the files, so that they are there and touched."""
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(f"{state}/run/store.sock")
        s.sendall(b"drain *\n")
        assert s.recv(300) == b"ok\n"


for _ in range(2):  # first passes make the files
    time.sleep(12)
    drain(f"{work}/all")
    drain(f"{work}/same")
before = {n: cpu_ns(p) for n, p in programs.items()}
time.sleep(10 * cycles)
ms = {n: (cpu_ns(p) - before[n]) / cycles / 1e6 for n, p in programs.items()}
rows = {"collectd": ("collectd", ms.get("collectd"), f"{work}/rrd"),
        "all": ("robin, as it comes", ms["collect-all"] + ms["store-all"],
                f"{work}/all/rrd"),
        "same": ("robin, the same sources, all at 10 s",
                 ms["collect-same"] + ms["store-same"], f"{work}/same/rrd")}
print(f"# {cycles} cycles of 10 s, {len(glob.glob('/proc/[0-9]*'))} processes "
      "on the machine; ms of CPU a cycle")
base = ms.get("collectd")
for key, (name, cost, folder) in rows.items():
    if cost is None:
        continue
    line = f"{name:38}{cost:8.3f} ms  {values(folder):4} values"
    if key != "collectd":
        line += (f"  (collect {ms['collect-' + key]:.3f},"
                 f" store {ms['store-' + key]:.3f})")
        if base:
            line += f"  {cost / base:.3f} of collectd"
    print(line)
P
