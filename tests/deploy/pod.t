#!/bin/sh
# SPDX-License-Identifier: MIT
# The shipped pod under `podman kube play`: it serves, every program is
# confined, and whichever is killed comes back with nothing acknowledged lost.
# Part of `make check-image`, after image.t has built the image.
. "$(dirname "$0")/../t/lib.sh"
. "$(dirname "$0")/containers.sh"
why=$(containers_missing)
[ -z "$why" ] || skip_all "$why"
podman image exists "$IMAGE" || image_build "$IMAGE" >"$work/build" 2>&1 ||
    { cat "$work/build"; exit 1; }

port=$(free_port)
kubectl kustomize k8s/overlays/podman 2>/dev/null |
    sed "s#image: robin:latest#image: $IMAGE#; s#hostPort: 8080#hostPort: $port#" >"$work/pod.yaml"
gone() { podman kube play --down "$work/pod.yaml" >/dev/null 2>&1; podman volume rm -f state >/dev/null 2>&1; }
trap 'gone; cleanup' EXIT
gone
if ! podman kube play "$work/pod.yaml" >"$work/play" 2>&1; then
	diag "$(cat "$work/play")"
	echo "Bail out! podman does not play the pod"
	exit 1
fi
pass "kube play"
programs="store collect pictures data site alert nginx"
# what Podman makes of the Deployment's name differs between versions
pod=$(podman pod ps --format '{{.Name}}' | grep "^robin-pod" | head -n 1)
ctr() { echo "$pod-$1"; }
pid_of() { podman inspect -f '{{.State.Pid}}' "$(ctr "$1")" 2>/dev/null; }
get() { curl -sf --max-time 10 -o "$work/$1" "http://127.0.0.1:$port$2"; }
is_png() { [ "$(head -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ]; }

# --- it serves what its neighbours wrote into the shared volume
ok "the page comes" wait_for 60 get page /
like "$(cat "$work/page")" '<title>' "and is one"
ok "a sample is asked for and there" wait_for 60 get json /g/local/robin/memory/hour.json
ok "a picture comes" wait_for 30 get png /g/local/robin/memory/hour.png
ok "and is a PNG" is_png "$work/png"
for p in $programs; do
	ok "$p: the probe says ok" wait_for 60 podman exec "$(ctr "$p")" robin probe
done

# --- confinement, as the kernel sees it
field() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$2/status"; }
for p in $programs; do
	pid=$(pid_of "$p")
	is "$(field Uid "$pid" | tr '\t' ' ')" "10001 10001 10001 10001" "$p: not root"
	is "$(field CapEff "$pid")$(field CapBnd "$pid")" "$(printf '%032d' 0)" "$p: no capability, none to gain"
	is "$(field NoNewPrivs "$pid")" 1 "$p: no new privileges"
	is "$(field Seccomp "$pid")" 2 "$p: filtered system calls"
	exits 1 "$p: its root is read-only" podman exec "$(ctr "$p")" touch /etc/robin.probe
	like "$out" 'Read-only' "$p: and says so"
done

# --- whichever dies comes back, and what was acknowledged stays
put() { echo "podman exec -i $(ctr "$1") robin put"; }
python3 tests/deploy/feeder.py run "$work/acked" "$(put site)" "$(put data)" "$(put store)" &
feeder=$!
pids="$pids $feeder"
ok "samples are acknowledged" wait_for 20 sh -c "[ \$(wc -l <$work/acked) -gt 20 ]"
came_back() { # PROGRAM OLD-PID
	now=$(pid_of "$1") && [ -n "$now" ] && [ "$now" != 0 ] && [ "$now" != "$2" ] &&
	    podman exec "$(ctr "$1")" robin probe
}
all_serve() { get page / && get fresh.png "/g/local/robin/memory/6h,$1.png" && is_png "$work/fresh.png"; }
n=0
for p in $programs; do
	old=$(pid_of "$p")
	n=$((n + 1))
	from=$(date +%s%N)
	kill -9 "$old"
	ok "$p killed: comes back" wait_for 60 came_back "$p" "$old"
	took_ms=$((($(date +%s%N) - from) / 1000000))
	diag "after $took_ms ms"
	ok "$p killed: within 10 s" [ $took_ms -lt 10000 ]
	ok "$p killed: everything serves" wait_for 30 all_serve $((400 + n))x200
done
kill "$feeder"; wait "$feeder"
podman exec "$(ctr store)" robin get local/robin/feed --json --from -6h >"$work/rows"
ok "no acknowledged sample is lost" python3 tests/deploy/feeder.py check "$work/acked" "$work/rows"
diag "$(cat "$work/out")"

# --- the pod ends when asked, and its volume keeps everything
ok "stops" podman pod stop -t 20 "$pod"
for p in $programs; do
	is "$(podman inspect -f '{{.State.ExitCode}}' "$(ctr "$p")")" 0 "$p: ended by itself, with success"
done
ok "starts again" podman pod start "$pod"
ok "the page comes again" wait_for 60 get page /
podman exec "$(ctr store)" robin get local/robin/feed --json --from -6h >"$work/rows"
ok "with all samples" python3 tests/deploy/feeder.py check "$work/acked" "$work/rows"
done_testing
