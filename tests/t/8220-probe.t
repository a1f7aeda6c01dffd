#!/bin/sh
# SPDX-License-Identifier: MIT
# `robin probe`: it believes a program that works, and none that is stopped,
# dead or never there.
. "$(dirname "$0")/lib.sh"
mkdir "$state"
cat >"$work/robin.yml" <<YML
host: probed
state: $state
listen: "127.0.0.1:$(free_port)"
YML
probe() { robin probe --config "$work/robin.yml" --timeout 1 "$@"; }
begin() { "$@" --config "$work/robin.yml" >"$work/log" 2>&1 & pid=$!; pids="$pids $pid"; }

for p in store collect pictures data site alert nginx all; do
	exits 1 "$p: not there" probe $p
done
exits 2 "no such program" probe stor
exits 2 "one name at most" probe store site
exits 2 "process 1 is none of ours" probe

begin robin-store; store=$pid
ok "store: works" wait_for 20 probe store
begin robin-collect; collect=$pid
ok "collect: works" wait_for 30 probe collect
begin robin-fcgi --pool pictures --socket "$state/run/pictures.sock"
ok "pictures: works" wait_for 20 probe pictures
begin robin-fcgi --pool data --socket "$state/run/data.sock"; data=$pid
ok "data: works" wait_for 20 probe data
begin robin-site
ok "site: works" wait_for 30 probe site
begin robin-alert
ok "alert: works" wait_for 30 probe alert

kill -STOP "$store"
exits 1 "store: stopped" probe store
like "$out" "store: .*(timed out|no answer|timeout)" "and says that it does not answer"
ok "its neighbours are not blamed" probe data
kill -CONT "$store"
ok "store: goes on" wait_for 10 probe store

# a pool lives in its workers, whatever became of the one that made them
# shellcheck disable=SC2046
kill -STOP "$data" $(pgrep -P "$data")
exits 1 "data: stopped" probe data
# shellcheck disable=SC2046
kill -CONT "$data" $(pgrep -P "$data")
ok "data: goes on" wait_for 10 probe data

kill -9 "$store"
wait "$store" 2>/dev/null
exits 1 "store: killed, its socket left behind" probe store

# late: what was written is older than it may be
kill "$collect"
touch -d '1 hour ago' "$state/site/index.html"
exits 1 "site: an hour old" probe site
like "$out" 'old, .* expected' "and says how old"
ok "collect: just ended, its last sample is fresh" probe collect
exits 1 "an hour later it is not" \
    faketime -f +1h robin probe collect --config "$work/robin.yml"
like "$out" 'newest sample of this host: 3[0-9]+ s old' "and says so"
done_testing
