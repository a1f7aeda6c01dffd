#!/bin/sh
# SPDX-License-Identifier: MIT
# The overview over many hosts: the first view stays small, nobody who needs
# somebody is left out, the kiosk and the hosts' page have them all.
. "$(dirname "$0")/lib.sh"
command -v robin-site >/dev/null || skip_all "robin-site is not built"
now=1700000000

mkdir -p "$state/families" "$work/conf"
: >"$work/conf/robin.yml"
cat >"$state/families/room.json" <<'J'
{"name":"room","title":"Disk space","unit":"bytes","help":"Space of file systems","category":"disk","instance_label":"file system","step":10,"heartbeat":120,"declared":true,"lower_limit":0,"metrics":[{"name":"used","unit":"bytes","kind":"gauge","draw":"stack","role":"disk_used","min":0},{"name":"free","unit":"bytes","kind":"gauge","draw":"stack","role":"disk_free","min":0}]}
J
fill() { # how many of 100 hosts have a full disk, when
	awk -v full="$1" -v t="$2" 'BEGIN {
		for (h = 0; h < 100; h++)
			printf "local/host%03d/room.: %d %d:%d\n", h, t, (h >= 100 - full) ? 99 : 10, 10
	}' >"$work/in"
	robin put --state "$state" "$work/in" | sort -u
	robin-site --state "$state" --config "$work/conf/robin.yml" --once --now $(($2 + 5)) 2>&1
}
rows() { grep -c '<tr class="[a-z]*" data-host' "$state/site/$1"; }
# 99 of 109 bytes are over 90 %: a warning
is "$(fill 3 $now)" ok "100 hosts, three of them filling up"
is "$(rows index.html)" 25 "the overview shows the first 25"
is "$(grep -c 'class="warn" data-host' "$state/site/index.html")" 3 "with the three"
like "$(grep -o 'data-host="[^"]*"' "$state/site/index.html" | head -n 1)" "host09[789]" "on top"
like "$(cat "$state/site/index.html")" '<a href="/hosts/">75 more hosts, all well</a>' "the others are counted and linked"
ok "30 KB are enough" test "$(wc -c <"$state/site/index.html")" -le 30720
is "$(rows kiosk/index.html)" 100 "the kiosk shows all"
is "$(grep -c '<tr><th scope="row">' "$state/site/hosts/index.html")" 100 "so does the page of hosts"
is "$(fill 40 $((now + 10)))" ok "40 of them filling up"
is "$(rows index.html)" 40 "nobody who needs somebody is left out"
like "$(cat "$state/site/index.html")" '60 more hosts, all well' "the rest is"
done_testing
