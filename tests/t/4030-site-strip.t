#!/bin/sh
# SPDX-License-Identifier: MIT
# The status page's strip remembers alerts that are over.
. "$(dirname "$0")/lib.sh"
command -v robin-site >/dev/null || skip_all "robin-site is not built"
command -v robin-alert >/dev/null || skip_all "robin-alert is not built"

now=$(date +%s)
: >"$work/robin.yml"
printf 'local/web1/plain %d 1:2\nlocal/web2/plain %d 1:2\n' $((now - 5)) $((now - 5)) >"$work/in"
is "$(robin put --state "$state" "$work/in" | sort -u)" ok "two hosts"
site() { robin-site --state "$state" --config "$work/robin.yml" --once --now "$now"; }
strip() { grep -o "data-host=\"local/$1\".*" "$state/site/status/index.html"; }
site
unlike "$(strip web1)" '<path class="crit"' "before anything happened"
printf '{"kind":"annotation","time":%d,"until":%d,"cluster":"local","host":"web1","severity":"critical","title":"it was down"}' \
    $((now - 40000)) $((now - 30000)) >"$state/inbox/one.json"
start robin-alert --state "$state" --config "$work/robin.yml"
wait_for 20 sh -c "! test -e '$state/inbox/one.json'"
# what comes by the inbox may not call itself an alert
site
unlike "$(strip web1)" '<path class="crit"' "an annotation colours nothing"
python3 - "$state/events.db" <<'P'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=10)
assert db.execute("UPDATE event SET kind = 'alert'").rowcount == 1
db.commit()
P
site
like "$(strip web1)" '<path class="crit"' "the host of a past alert shows it"
unlike "$(strip web2)" '<path class="crit"' "its neighbour does not"
like "$(strip web1)" 'works' "and now it works"
done_testing
