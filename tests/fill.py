#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes up hosts with a past: reads the families a state already knows and
prints lines for `robin put`, plausible by role and kind; no metric is named.

	fill.py STATE HOURS HOST[:LOAD[:FULL]]…   | robin put --state STATE

LOAD (0..1) is how busy the host is, FULL how full its disk.  Same arguments,
same curves: only the times move."""
import glob
import json
import math
import random
import sys
import time

STEP = 30
INSTANCES = {"disk": [":", ":var:lib"], "inodes": [":", ":var:lib"], "network": ["eth0"]}


def share(role, load, full, t, rng):
	day = 0.5 + 0.5 * math.sin(t / 86400 * 2 * math.pi - 1.8)
	wave = 0.5 + 0.5 * math.sin(t / 5400)
	noise = rng.random()
	if role.startswith(("disk", "inodes")):
		return full * (0.97 + 0.03 * day)
	if role.startswith("memory"):
		return min(0.97, 0.25 + load * 0.55 + 0.04 * day + 0.01 * noise)
	return min(0.98, load * (0.35 + 0.45 * day + 0.15 * wave + 0.12 * noise))


def value(m, weight, s, rng):
	role = m.get("role", "")
	size = {"bytes": 16 * 2**30, "cores": 4, "bytes/s": 3e7, "percent": 100}.get(m.get("unit", ""), 20)
	if role.endswith("_used"):
		return s * size * weight
	if role.endswith("_free"):
		return (1 - s) * size * weight
	v = size * s * (0.3 + 0.7 * (sum(map(ord, m["name"])) % 7) / 7) * (0.8 + 0.4 * rng.random()) * 0.2
	if m.get("min") is not None:
		v = max(v, m["min"])
	if m.get("max") is not None:
		v = min(v, m["max"])
	return v


def series(path, family, load, full, times, rng):
	roles = [m.get("role", "") for m in family["metrics"]]
	main = next((r for r in roles if r.endswith("_used")), "")
	totals = [0.0] * len(roles)
	weights = []
	for i, role in enumerate(roles): # the first of a role has most of it
		same = [j for j, r in enumerate(roles) if r == role]
		whole = sum(0.45 ** k for k in range(len(same)))
		w = 0.45 ** same.index(i) / whole
		weights.append(1 - w if role.endswith("_free") and len(same) == 2 else w)
	last = times[0] - STEP
	for t in times:
		s = share(main, load, full, t, rng)
		out = []
		for i, m in enumerate(family["metrics"]):
			v = value(m, weights[i] if roles[i] else 1, s, rng)
			if m["kind"] in ("derive", "dderive"):
				totals[i] += v * (t - last)
				v = totals[i]
			out.append(str(int(v)) if m["kind"] == "derive" else f"{v:.3f}")
		last = t
		yield f"{path} {t} {':'.join(out)}"


def main():
	state, hours = sys.argv[1], float(sys.argv[2])
	now = int(time.time()) // STEP * STEP
	times = range(now - int(hours * 3600), now + 1, STEP)
	for spec in sys.argv[3:]:
		host, load, full = (spec.split(":") + ["0.4", "0.5"])[:3] if ":" in spec else (spec, "0.4", "0.5")
		for name in sorted(glob.glob(state + "/families/*.json")):
			family = json.load(open(name, encoding="utf-8"))
			if not family.get("declared", True) or family["category"] == "robin":
				continue
			role = next((m["role"] for m in family["metrics"] if "role" in m), "").split("_")[0]
			alone = not family.get("instance_label") or family.get("total_and_parts")
			instances = [""] if alone else INSTANCES.get(role, ["sda"])
			for i, instance in enumerate(instances):
				rng = random.Random(host + family["name"] + instance)
				leaf = family["name"] + ("." + instance if instance else "")
				level = float(full) if i == len(instances) - 1 else 0.4
				for line in series(f"local/{host}/{leaf}", family, float(load), level, times, rng):
					print(line)


main()
