#!/bin/sh
# SPDX-License-Identifier: MIT
# How long robin-site takes for 100 hosts x 30 families: everything, the
# minute's run, a second run with nothing changed, and the bytes of the first
# view.  Prints; asserts nothing.
set -eu
BUILD=${BUILD:-build}
HOSTS=${HOSTS:-100} FAMILIES=${FAMILIES:-30}
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
now=$(date +%s)
# one family is the CPU by role, with eight hours behind it: the sparklines
mkdir -p "$state/families"
cat >"$state/families/family00.json" <<'J'
{"name":"family00","title":"Work","unit":"cores","help":"Work","category":"cpu","step":10,"heartbeat":120,"declared":true,"lower_limit":0,"metrics":[{"name":"busy","unit":"cores","raw_unit":"seconds","kind":"dderive","draw":"stack","role":"cpu_used","min":0},{"name":"idle","unit":"cores","raw_unit":"seconds","kind":"dderive","draw":"hidden","role":"cpu_free","min":0},{"name":"wait","unit":"cores","raw_unit":"seconds","kind":"dderive","draw":"stack","role":"cpu_free","min":0}]}
J
awk -v hosts="$HOSTS" -v families="$FAMILIES" -v now="$now" 'BEGIN {
	for (t = now - 28800; t < now - 60; t += 60)
		for (h = 0; h < hosts; h++)
			printf "local/host%03d/family00 %d %d:%d:0\n", h, t, t / 2, t / 3
	for (t = now - 20; t <= now - 10; t += 10)
		for (h = 0; h < hosts; h++)
			for (f = 0; f < families; f++)
				printf "local/host%03d/family%02d %d %d:%d:%d\n", h, f, t, f ? h : t / 2, f ? f : t / 3, f ? t % 97 : 0
}' >"$state/in"
start=$(date +%s%N)
"$BUILD/bin/robin" put --state "$state" "$state/in" | grep -vc '^ok$' || true
echo "stored $((HOSTS * FAMILIES)) series in $((($(date +%s%N) - start) / 1000000)) ms"
start=$(date +%s%N)
"$BUILD/bin/robin-store" --state "$state" --once
echo "applied in $((($(date +%s%N) - start) / 1000000)) ms"
run() {
	start=$(date +%s%N)
	"$BUILD/bin/robin-site" --state "$state" --once --verbose 2>"$state/site.log"
	ms=$((($(date +%s%N) - start) / 1000000))
	echo "$1: $ms ms, $(sed -n 's/.*"msg":"\([^"]*\)".*/\1/p' "$state/site.log")"
}
run "everything"
run "the minute's run, values unchanged"
run "again"
sleep 1
run "the minute's run"
site=$state/site
size() { printf '%s %s bytes, %s compressed\n' "$1" "$(wc -c <"$2")" "$(gzip -9c "$2" | wc -c)"; }
size "overview.html" "$site/index.html"
size "host page" "$(ls "$site"/h/local/*/index.html | head -n 1)"
size "css" "$(ls "$site"/a/site-*.css)"
cat "$site"/a/early-*.js "$site"/a/site-*.js "$site"/a/graph-*.js >"$state/js"
size "js of the first view" "$state/js"
echo "site: $(find "$site" -type f | wc -l) files, $(du -sm "$site" | cut -f1) MB"
