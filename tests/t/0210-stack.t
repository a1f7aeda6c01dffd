#!/bin/sh
# SPDX-License-Identifier: MIT
# The real stack as `make run` starts it: page, picture and numbers come from
# this machine, every part is healed when killed, and all of it stops.
. "$(dirname "$0")/lib.sh"
command -v curl >/dev/null || skip_all "no curl"
for p in store collect fcgi site; do
	[ -x "$bin/robin-$p" ] || skip_all "robin-$p is not built"
done
port=$(free_port)
url=http://127.0.0.1:$port
nginx=$(cd "$(dirname "$0")/../../nginx" && pwd)
host=$(robin config show --effective | sed -n 's/^host: "\(.*\)"$/\1/p')

robin run --state "$state" --listen "127.0.0.1:$port" --nginx "$nginx" \
    >"$work/out" 2>"$work/err" &
run=$!
pids="$pids $run"
status() { curl -s -o "$work/body" -w '%{http_code} %{content_type}' "$url$1"; }
has() { status "$1" >"$work/status" && grep -q "^200" "$work/status"; }
log() { grep -c "$1" "$work/err"; }

ok "it says that it is ready" wait_for 30 grep -q "ready at $url/" "$work/err"
like "$(status /)" '^200 text/html' "the page"
ok "the first picture" wait_for 30 has "/g/local/$host/cpu/hour.png"
like "$(status "/g/local/$host/cpu/hour.png")" '^200 image/png' "is a picture"
is "$(head -c 8 "$work/body" | od -An -tx1 | tr -d ' \n')" 89504e470d0a1a0a \
    "with a PNG's signature"
like "$(status "/g/local/$host/cpu/hour.json")" '^200 application/json' "numbers"
ok "are JSON" python3 -m json.tool "$work/body"
like "$(status /api/v1/hosts)" '^200 application/json' "the list of hosts"
like "$(cat "$work/body")" "\"$host\"" "has this one"
like "$(status /metrics)" '^200 text/plain; version=0.0.4' "metrics"
like "$(status /healthz)" '^200' "alive"
page_names_host() { curl -s "$url/" | grep -q "$host"; }
ok "the page names this host" wait_for 90 page_names_host
exits 0 "status is well" robin status --state "$state"
exits 0 "ls lists" robin ls --state "$state" "local/$host/cpu"
like "$out" "user=" "the CPU"

now=$(date +%s)
is "$(echo "local/other/queue $now 12" | robin put --state "$state")" ok \
    "put beside the collectors"
exits 0 "get sees it" robin get local/other/queue --state "$state" \
    --from "$((now - 60))" --to "$((now + 10))" --json
like "$out" '"rows"' "as rows"

parts="store collectors pictures data site nginx"
[ ! -x "$bin/robin-alert" ] || parts="$parts alert"
pid_of() { sed -n "s/.*\"$1 started as process \([0-9]*\)\".*/\1/p" "$work/err" | tail -n 1; }
for part in $parts; do
	old=$(pid_of $part)
	kill -9 "$old"
	again() { [ "$(pid_of $part)" != "$old" ]; }
	ok "$part is started again" wait_for 30 again
done
whole() { has / && has /healthz && has "/g/local/$host/memory/hour.png"; }
ok "and all of it answers again" wait_for 60 whole
back() { echo "local/other/queue $(date +%s) 13" | robin put --state "$state"; }
sleep 1
ok "put goes on" wait_for 10 back

all=$(for part in $parts; do pid_of $part; done)
kill -TERM $run
wait $run
is $? 0 "SIGTERM ends it with exit 0"
left=
for p in $all; do kill -0 "$p" 2>/dev/null && left="$left $p"; done
is "$left" "" "and nothing is left"
is "$(log 'does not end')" 0 "nothing had to be killed"
is "$(grep -vc '^{' "$work/err")" 0 "every log line is JSON"
exits 1 "status says so" robin status --state "$state"

# --- as another user, where this one may become it ----------------------------
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	as="setpriv --reuid=65534 --regid=65534 --clear-groups"
	chmod 755 "$work"
	mkdir -m 755 "$work/mine" && chown 65534:65534 "$work/mine"
	if $as test -x "$bin/robin" -a -r "$nginx/nginx.conf"; then
		exits 1 "a folder of root's is refused" $as \
		    env HOME=/ "$bin/robin" run --state "$state" \
		    --listen "127.0.0.1:$port" --nginx "$nginx"
		like "$out" 'chown|--state' "with the fix"
		$as env HOME=/ "$bin/robin" run --state "$work/mine/state" \
		    --listen "127.0.0.1:$port" --nginx "$nginx" \
		    >"$work/out" 2>"$work/err" &
		run=$!
		pids="$pids $run"
		ok "nobody can run it" wait_for 30 grep -q "ready at" "$work/err"
		ok "with pictures" wait_for 30 has "/g/local/$host/cpu/hour.png"
		kill -TERM $run
		wait $run
		is $? 0 "and stop it"
	fi
fi
done_testing
