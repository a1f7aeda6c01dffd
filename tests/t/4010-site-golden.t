#!/bin/sh
# SPDX-License-Identifier: MIT
# The pages' HTML at a fixed moment, byte by byte, against tests/golden/site.
# Names of assets (a hash of their bytes) and the version are left out.
# BLESS=1 writes the golden files anew; look at the difference before.
. "$(dirname "$0")/lib.sh"
command -v robin-site >/dev/null || skip_all "robin-site is not built"
golden=$(cd "$(dirname "$0")/../golden" && pwd)/site
now=1700000000

mkdir -p "$state/families" "$work/conf/site/content"
printf 'cluster: local\nhost: web1\n' >"$work/conf/robin.yml"
printf -- '---\ntitle: Notes\n---\n# Notes\n\n{{value local/web1/room.:}} {{status local/db1}}\n\n{{graph local/web1/work/week wide}}\n' >"$work/conf/site/content/notes.md"
cat >"$state/families/room.json" <<'J'
{"name":"room","title":"Disk space","unit":"bytes","help":"Space of file systems","category":"disk","instance_label":"file system","step":10,"heartbeat":120,"declared":true,"lower_limit":0,"metrics":[{"name":"used","unit":"bytes","help":"Space that is taken","kind":"gauge","draw":"stack","role":"disk_used","min":0},{"name":"free","unit":"bytes","kind":"gauge","draw":"stack","role":"disk_free","min":0}]}
J
cat >"$state/families/work.json" <<'J'
{"name":"work","title":"CPU time","unit":"cores","help":"How many cores were busy","category":"cpu","step":10,"heartbeat":120,"declared":true,"lower_limit":0,"metrics":[{"name":"busy","unit":"cores","raw_unit":"seconds","kind":"dderive","draw":"stack","role":"cpu_used","min":0},{"name":"idle","unit":"cores","raw_unit":"seconds","kind":"dderive","draw":"hidden","role":"cpu_free","min":0}]}
J
# eight hours of work with a gap, and disks of which one fills up
awk -v now=$now 'BEGIN {
	for (t = now - 30000; t <= now; t += 60) {
		if (t > now - 9000 && t < now - 6000) continue
		x += 60 * (t % 7200 < 3600 ? 1.5 : 0.5)
		printf "local/web1/work %d %d:%d\n", t, x, (t - now + 30000) * 4 - x
	}
	printf "local/web1/room.: %d 21474836480:32212254720\n", now - 4
	printf "local/db1/room.:var:lib %d 105226698752:2147483648\n", now - 7
	printf "local/old/room.: %d 10:10\n", now - 4000
}' >"$work/in"
is "$(robin put --state "$state" "$work/in" | sort -u)" ok "samples of a fixed past are stored"
ok "and applied" robin-store --state "$state" --once
ok "the site of that moment" robin-site --state "$state" --config "$work/conf/robin.yml" --once --now $now
for page in index.html status/index.html hosts/index.html h/local/db1/index.html h/local/web1/work/index.html \
    compare/room/index.html pages/notes/index.html index.json 404.html; do
	name=$(echo "$page" | sed 's,/index.html$,.html,; s,/,-,g')
	sed -E 's,(/a/[a-z]+(-[a-z]+)?)-[0-9a-f]{8}\.,\1-HASH.,g; s, data-live="[^"]*",,; s,Robin [0-9]+\.[0-9]+\.[0-9]+,Robin VERSION,' \
	    "$state/site/$page" >"$work/$name"
	if [ -n "${BLESS:-}" ]; then
		mkdir -p "$golden"
		cp "$work/$name" "$golden/$name"
	fi
	ok "$page is as it was" diff -u "$golden/$name" "$work/$name"
done
# the clock alone changes no page: what is shown is as of the newest value
out=$(robin-site --state "$state" --config "$work/conf/robin.yml" --once --verbose --now $((now + 9)) 2>&1)
like "$out" '"msg":"0 files written' "nine seconds later nothing is written"
out=$(robin-site --state "$state" --config "$work/conf/robin.yml" --once --verbose --now $((now + 600)) 2>&1)
unlike "$out" '"msg":"0 files written' "ten silent minutes later there is something to tell"
done_testing
