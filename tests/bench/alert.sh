#!/bin/sh
# SPDX-License-Identifier: MIT
# The alert engine: one look at 10,000 rule-instance pairs, and a back-test of
# 30 days over 1,000 series.  Prints figures, asserts nothing.
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
bin=$BUILD/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PAIRS=${PAIRS:-10000} SERIES=${SERIES:-1000} DAYS=${DAYS:-30}

family() { # state, name, role, step, extra metric
	mkdir -p "$1/families"
	printf '{"name":"%s","title":"t","unit":"u","help":"h","category":"c","instance_label":"i","profile":"%s","step":%d,"heartbeat":%d,"metrics":[{"name":"used","unit":"u","kind":"gauge","role":"%s","min":0}%s]}\n' \
	    "$2" "$6" "$4" $(($4 * 4)) "$3" "$5" >"$1/families/$2.json"
}

s=$work/pairs
family "$s" temp temperature 10 '' pod
now=$(date +%s)
for t in 20 10 0; do
	awk -v n="$PAIRS" -v t=$((now - t)) 'BEGIN { for (i = 0; i < n; i++)
	    printf "local/h%03d/temp.s%d %d %d\n", i / 100, i % 100, t, 40 + (i + t) % 40 }'
done | "$bin/robin" put --state "$s" - >"$work/out" || exit 1
for i in 1 2 3; do
	"$bin/robin-alert" --once --state "$s" 2>&1 | sed -n 's/.*"msg":"\(looked[^"]*\)".*/\1/p'
done

s=$work/history
family "$s" space disk_used 1800 ',{"name":"free","unit":"u","kind":"gauge","role":"disk_free","min":0}' default
echo "filling $DAYS days of $SERIES series" >&2
awk -v n="$SERIES" -v days="$DAYS" -v now=$((now / 1800 * 1800)) 'BEGIN {
	for (t = now - days * 86400; t <= now; t += 1800)
		for (i = 0; i < n; i++) {
			v = 50 + (i % 30) + 20 * sin(t / 43200 * 3.14159)
			printf "local/h%03d/space.d%d %d %.3f:%.3f\n", i / 20, i % 20, t, v, 100 - v
		}
}' | "$bin/robin" put --state "$s" - >"$work/out" || exit 1
"$bin/robin-store" --once --state "$s" 2>/dev/null || exit 1
begin=$(date +%s%N)
"$bin/robin-alert" backtest disk_full --days "$DAYS" --state "$s" || exit 1
end=$(date +%s%N)
echo "back-test: $(((end - begin) / 1000000)) ms"
