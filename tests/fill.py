#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes up hosts with a past: reads the families a state already knows and
prints lines for `robin put`, plausible by role and kind; no metric is named.

	fill.py STATE HOURS HOST[:LOAD[:FULL]]… [--follow] | robin put --state STATE

LOAD (0..1) is how busy the host is, FULL how full its disk.  With --follow it
goes on as time does.  Same arguments, same curves: only the times move."""
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


class Series:
	def __init__(self, path, family, load, full):
		self.path, self.family, self.load, self.full = path, family, load, full
		self.rng = random.Random(path)
		roles = [m.get("role", "") for m in family["metrics"]]
		self.main = next((r for r in roles if r.endswith("_used")), "")
		self.weights = []
		for i, role in enumerate(roles):  # the first of a role has most of it
			same = [j for j, r in enumerate(roles) if r == role]
			whole = sum(0.45 ** k for k in range(len(same)))
			w = 0.45 ** same.index(i) / whole if role else 1
			self.weights.append(1 - w if role.endswith("_free") and len(same) == 2 else w)
		self.totals = [0.0] * len(roles)
		self.last = None

	def line(self, t):
		s = share(self.main, self.load, self.full, t, self.rng)
		out = []
		for i, m in enumerate(self.family["metrics"]):
			v = value(m, self.weights[i], s, self.rng)
			if m["kind"] in ("derive", "dderive"):
				self.totals[i] += v * (t - (self.last or t - STEP))
				v = self.totals[i]
			out.append(str(int(v)) if m["kind"] == "derive" else f"{v:.3f}")
		self.last = t
		return f"{self.path} {t} {':'.join(out)}"


def all_series(state, specs):
	for spec in specs:
		host, load, full = (spec.split(":") + ["0.4", "0.5"])[:3] if ":" in spec else (spec, "0.4", "0.5")
		for name in sorted(glob.glob(state + "/families/*.json")):
			with open(name, encoding="utf-8") as f:
				family = json.load(f)
			if not family.get("declared", True) or family["category"] == "robin":
				continue
			role = next((m["role"] for m in family["metrics"] if "role" in m), "").split("_")[0]
			alone = not family.get("instance_label") or family.get("total_and_parts")
			instances = [""] if alone else INSTANCES.get(role, ["sda"])
			for i, instance in enumerate(instances):
				leaf = family["name"] + ("." + instance if instance else "")
				level = float(full) if i == len(instances) - 1 else 0.4
				yield Series(f"local/{host}/{leaf}", family, float(load), level)


def main():
	follow = "--follow" in sys.argv
	args = [a for a in sys.argv[1:] if a != "--follow"]
	made = list(all_series(args[0], args[2:]))
	now = int(time.time()) // STEP * STEP
	for s in made:
		for t in range(now - int(float(args[1]) * 3600), now + 1, STEP):
			print(s.line(t))
	while follow:
		sys.stdout.flush()
		now += STEP
		time.sleep(max(0, now - time.time()))
		for s in made:
			print(s.line(now))


main()
