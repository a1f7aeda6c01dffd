# SPDX-License-Identifier: MIT
# Shared by tests/t/*.t in shell: TAP, temporary states, ports, processes.
# A test sources this, calls ok/is/like…, and ends with `done_testing`.
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
bin=$BUILD/bin
PATH=$bin:$PATH
tap_n=0 tap_bad=0 pids=
work=$(mktemp -d "${TMPDIR:-/tmp}/robin-t.XXXXXX")
state=$work/state

cleanup() {
	for p in $pids; do kill "$p" 2>/dev/null; done
	for p in $pids; do
		i=0
		while kill -0 "$p" 2>/dev/null && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done
		kill -9 "$p" 2>/dev/null
	done
	[ -n "${KEEP:-}" ] && echo "# kept $work" || rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

pass() { tap_n=$((tap_n + 1)); echo "ok $tap_n - $1"; }
fail() { tap_n=$((tap_n + 1)); tap_bad=$((tap_bad + 1)); echo "not ok $tap_n - $1"; }
diag() { printf '%s\n' "$*" | sed 's/^/# /'; }
# ok NAME COMMAND…: the command succeeds
ok() { name=$1; shift; if "$@" >"$work/out" 2>&1; then pass "$name"; else fail "$name"; diag "$(tail -n 5 "$work/out")"; fi; }
# is GOT WANT NAME
is() { if [ "$1" = "$2" ]; then pass "$3"; else fail "$3"; diag "got:  $1"; diag "want: $2"; fi; }
# like TEXT EXTENDED-REGEX NAME
like() { if printf '%s\n' "$1" | grep -qE -- "$2"; then pass "$3"; else fail "$3"; diag "got: $(printf '%s' "$1" | head -n 5)"; diag "want match: $2"; fi; }
unlike() { if printf '%s\n' "$1" | grep -qE -- "$2"; then fail "$3"; diag "got: $(printf '%s' "$1" | head -n 5)"; else pass "$3"; fi; }
# exits CODE NAME COMMAND…: keeps its output in $out
exits() { want=$1 name=$2; shift 2; out=$("$@" 2>&1); got=$?; if [ $got = "$want" ]; then pass "$name"; else fail "$name"; diag "exit $got, want $want: $(printf '%s' "$out" | head -n 3)"; fi; }
done_testing() { echo "1..$tap_n"; [ $tap_bad = 0 ]; exit; }
skip_all() { echo "1..0 # SKIP $1"; exit 0; }

# A free TCP port on loopback.
free_port() { python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'; }
# start COMMAND…: in the background, stopped at exit; its pid in $pid, its output in $work/log.$pid
start() { "$@" >"$work/log.last" 2>&1 & pid=$!; pids="$pids $pid"; }
# wait_for SECONDS COMMAND…: until it succeeds
wait_for() { n=$(($1 * 10)); shift; while [ $n -gt 0 ]; do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; n=$((n - 1)); done; return 1; }
