#!/bin/sh
# SPDX-License-Identifier: MIT
# robin-site over stored samples: the pages there are, what they say, that
# nothing is written twice, and that what people name cannot break a page.
. "$(dirname "$0")/lib.sh"
command -v robin-site >/dev/null || skip_all "robin-site is not built"

mkdir -p "$work/conf/site/content" "$work/conf/site/dashboards"
echo 'site_title: Watch' >/dev/null
: >"$work/conf/robin.yml"
site() { robin-site --state "$state" --config "$work/conf/robin.yml" --once --verbose; }
written() { printf '%s\n' "$1" | sed -n 's/.*"msg":"\([0-9]*\) files written.*/\1/p'; }

exits 0 "a site before any sample" site
like "$(cat "$state/site/index.html")" "No data yet" "it says that there are no data yet"

now=$(date +%s)
# families as a collector would declare them: a disk and a CPU by role
mkdir -p "$state/families"
cat >"$state/families/disk.json" <<'J'
{"name":"disk","title":"Disk <b>space</b>","unit":"bytes","help":"Room","category":"disk","instance_label":"file system","step":10,"heartbeat":60,"declared":true,"lower_limit":0,"metrics":[{"name":"used","unit":"bytes","kind":"gauge","draw":"stack","role":"disk_used","min":0},{"name":"free","unit":"bytes","kind":"gauge","draw":"stack","role":"disk_free","min":0}]}
J
cat >"$state/families/work.json" <<'J'
{"name":"work","title":"Work","unit":"cores","help":"Work","category":"cpu","step":10,"heartbeat":60,"declared":true,"lower_limit":0,"metrics":[{"name":"busy","unit":"cores","raw_unit":"seconds","kind":"dderive","draw":"stack","role":"cpu_used","min":0},{"name":"idle","unit":"cores","raw_unit":"seconds","kind":"dderive","draw":"hidden","role":"cpu_free","min":0}]}
J
for t in $((now - 20)) $((now - 10)); do
	printf '%s\n' "local/web1/disk.: $t 10:90" "local/db1/disk.:var:lib $t 97:3" \
	    "local/db1/disk.: $t 50:50" "local/web1/work $t $t:0" "local/db1/work $t 0:$t" \
	    "local/=3cimg=20src=3dx=3e/plain $t 1:2"
done >"$work/in"
robin put --state "$state" "$work/in" >"$work/put"
is "$(sort -u "$work/put")" ok "samples are stored"

exits 0 "a site over them" site
page=$(cat "$state/site/index.html")
like "$page" "One thing needs you: <a href=\"/h/local/db1/\">db1</a>" "the overview says what is worst"
like "$page" "97.% full" "and how bad it is"
like "$page" "<title>[^<]*db1[^<]*</title>" "the tab says so too"
like "$page" 'href="/a/icon-crit-[0-9a-f]{8}\.svg"' "the icon is the state"
like "$(printf '%s' "$page" | grep -o 'data-host="[^"]*"' | head -n 1)" "local/db1" "the worst host is the first row"
unlike "$page" "<b>space</b>|<img src=x>" "names are escaped"
unlike "$page" "style=|<script>|onclick" "nothing inline"
for p in h/local/db1 h/local/db1/last-week h/local/db1/disk h/local/db1/disk.:var:lib \
    "h/local/=3cimg=20src=3dx=3e" compare/disk compare/disk/last-year hosts status embed explore alerts alerts/history alerts/silences events dashboards pages kiosk; do
	ok "there is /$p/" test -s "$state/site/$p/index.html"
done
for p in 404.html 50x.html index.json; do ok "there is /$p" test -s "$state/site/$p"; done
ok "index.json is JSON" python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); assert d["hosts"]["local/db1"] == ["disk.:", "disk.:var:lib", "work"]; assert d["families"]["disk"]["metrics"][0]["role"] == "disk_used"' "$state/site/index.json"
is "$(find "$state/site" -name '*.tmp*' | wc -l)" 0 "no temporary file is left"
ok "every compressed twin holds the same bytes" sh -c 'find "$1" -name "*.gz" | while read -r f; do gzip -dc "$f" | cmp -s - "${f%.gz}" || exit 1; done' - "$state/site"
ok "no link leads nowhere" python3 "$(dirname "$0")/sitelinks.py" "$state/site"

# nothing changed but the clock: only pages that show it are written
out=$(site 2>&1)
like "$(written "$out")" '^([0-9]|1[0-9])$' "a second run writes the minute's pages alone"
find "$state/site/h" "$state/site/compare" -type f -newer "$work/in" -exec ls -i {} + | sort >"$work/before"
site >/dev/null 2>&1
find "$state/site/h" "$state/site/compare" -type f -newer "$work/in" -exec ls -i {} + | sort >"$work/after"
ok "pages of hosts are left as they were" cmp "$work/before" "$work/after"
printf '%s\n' "local/new/plain $now 1:2" | robin put --state "$state" >/dev/null
site >/dev/null 2>&1
ok "a new host gets its pages" test -s "$state/site/h/local/new/index.html"
rm "$state/site/index.html"
site >/dev/null 2>&1
ok "a page that is gone comes back" test -s "$state/site/index.html"

# the user's own text and dashboards
cat >"$work/conf/site/content/runbook.md" <<'M'
---
title: When it <is> full
---
# Full

The disk is {{value local/db1/disk.:var:lib used}} of {{status local/db1}}.

{{graph local/db1/disk.:var:lib/week}}

    {{graph in/a/code}}

<script>alert(1)</script>

Now {{gauge local/nobody/disk}}
M
cat >"$work/conf/site/dashboards/disks.yml" <<'Y'
title: All disks
vars: {what: disk}
panels:
  - hosts: local/*b*
    graph: $host/$what
    range: month
  - text: "A **word** about {{status local/web1}}"
Y
exits 0 "own pages are written" site
page=$(cat "$state/site/pages/runbook/index.html")
like "$page" "<title>When it &lt;is&gt; full" "front matter gives the title, escaped"
like "$page" 'data-value="local/db1/disk.:var:lib"' "a value is in the text"
like "$page" 'src="/g/local/db1/disk.:var:lib/week,' "a graph stands between the lines"
like "$page" "graph in/a/code" "code is left alone"
unlike "$page" "<script>alert" "raw HTML is left out"
like "$page" "no data for" "a host nobody knows is no mistake"
page=$(cat "$state/site/dashboards/disks/index.html")
is "$(printf '%s' "$page" | grep -c '<figure')" 2 "a panel is repeated for each host that fits"
like "$page" 'src="/g/local/db1/disk/month,' "variables are replaced"
like "$page" "A <strong>word</strong> about" "text is Markdown"

printf 'a\n\nb {{grpah local/db1/disk}}\n' >"$work/conf/site/content/wrong.md"
exits 3 "a wrong shortcode is a configuration error" site
like "$out" 'content/wrong.md:3: there is no shortcode .*grpah.*did you mean .*graph' "told with file, line and the nearest word"
ok "and the other pages are there" test -s "$state/site/pages/runbook/index.html"
rm "$work/conf/site/content/wrong.md"
cp "$work/conf/site/content/runbook.md" "$work/runbook.md"
echo '{{grpah x}}' >>"$work/conf/site/content/runbook.md"
exits 3 "a mistake in a page that was well" site
like "$(cat "$state/site/pages/runbook/index.html")" "When it &lt;is&gt; full" "leaves the page as it was"
mv "$work/runbook.md" "$work/conf/site/content/runbook.md"
printf 'panels:\n  - graph: $nope/disk\n' >"$work/conf/site/dashboards/bad.yml"
exits 3 "an unknown variable is a configuration error" site
like "$out" 'dashboards/bad.yml:2:[0-9]+: there is no .nope' "told with its place"
rm "$work/conf/site/dashboards/bad.yml"

mkdir -p "$work/conf/site/templates" "$work/conf/site/assets"
echo '<p>mine</p>{{sentence}}' >"$work/conf/site/templates/overview.html"
echo 'body{color:red}' >"$work/conf/site/assets/site.css"
exits 0 "the user's template and style" site
like "$(cat "$state/site/index.html")" "<p>mine</p><h1" "replace ours"
is "$(cat "$state/site/$(grep -o 'a/site-[0-9a-f]*\.css' "$state/site/index.html" | head -n 1)")" "body{color:red}" "under a name of their own"
echo '{{nothing}}' >"$work/conf/site/templates/overview.html"
exits 3 "a wrong template is a configuration error" site
like "$out" "templates/overview.html:1:" "told with file and line"
rm "$work/conf/site/templates/overview.html"

# --watch: no pass is due for an hour, so what changes is what was changed
printf 'site:\n  interval: 1h\n' >"$work/conf/robin.yml"
start robin site --state "$state" --config "$work/conf/robin.yml" --watch
wait_for 30 sh -c '! grep -q "<p>mine" "$1/site/index.html"' sh "$state"
sleep 1 # it listens by now
says() { wait_for 10 grep -q "$2" "$state/site/$1/index.html"; }
printf '# Seen at once\n' >"$work/conf/site/content/fresh.md"
ok "watching: a new page of content is written" says pages/fresh "Seen at once"
printf 'a\n{{grpah x}}\n' >"$work/conf/site/content/fresh.md"
ok "a mistake in it is told" wait_for 10 grep -q 'content/fresh.md:2: there is no shortcode' "$work/log.last"
printf '# Mended\n' >"$work/conf/site/content/fresh.md"
ok "and it goes on" says pages/fresh "Mended"
echo '<p>watched</p>{{sentence}}' >"$work/conf/site/templates/overview.html"
ok "a template that came is used" says . "<p>watched</p>"
rm "$work/conf/site/templates/overview.html"
ok "and one that went is not" wait_for 10 sh -c '! grep -q "<p>watched" "$1/site/index.html"' sh "$state"
echo 'body{color:blue}' >"$work/conf/site/assets/site.css"
ok "so is a style" wait_for 10 sh -c 'grep -q color:blue "$1/site/$(grep -o "a/site-[0-9a-f]*\.css" "$1/site/index.html" | head -n 1)"' sh "$state"
printf 'title: Later\npanels:\n  - text: "late"\n' >"$work/conf/site/dashboards/late.yml"
ok "and a dashboard" says dashboards/late "late"

done_testing
