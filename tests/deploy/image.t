#!/bin/sh
# SPDX-License-Identifier: MIT
# The image, built for real on a base made from Debian's archive: its size,
# its bytes, and that it runs without rights.  Part of `make check-image`.
. "$(dirname "$0")/../t/lib.sh"
. "$(dirname "$0")/containers.sh"
why=$(containers_missing)
[ -z "$why" ] || skip_all "$why"

if ! image_build "$IMAGE" >"$work/build" 2>&1; then
	diag "$(tail -n 20 "$work/build")"
	echo "Bail out! the image does not build"
	exit 1
fi
pass "builds"

# --- what it says of itself
config() { podman image inspect -f "$1" "$IMAGE"; }
is "$(config '{{.Config.User}}')" 10001:10001 "runs as a user without name"
is "$(config '{{.Config.StopSignal}}')" SIGTERM "stop signal"
like "$(config '{{.Config.Healthcheck.Test}}')" 'robin probe' "health check"
like "$(config '{{.Config.Labels}}')" 'org.opencontainers.image.title:robin' "labels"

# --- size: what a registry would carry
podman save -q -o "$work/image.tar" "$IMAGE"
mkdir "$work/layers"
tar -xf "$work/image.tar" -C "$work/layers"
total=0
for layer in $(python3 -c 'import json,sys; print(*json.load(open(sys.argv[1]))[0]["Layers"])' "$work/layers/manifest.json"); do
	bytes=$(gzip -6 -c 2>/dev/null <"$work/layers/$layer" | wc -c)
	total=$((total + bytes))
	diag "layer $bytes bytes compressed"
done
diag "image $total bytes compressed, $(config '{{.Size}}') unpacked"
ok "under 90 MB compressed" [ "$total" -lt 90000000 ]

# --- what is in it
run() { podman run --rm --pull=never --no-healthcheck --network=none --read-only --cap-drop=all --security-opt=no-new-privileges "$@"; }
for p in robin robin-store robin-collect robin-fcgi robin-site robin-alert; do
	ok "$p starts in it" run "$IMAGE" $p --help
done
ok "nginx starts in it" run "$IMAGE" nginx -v
like "$(run "$IMAGE" fc-match Inter)" Inter "the site's font is there"
like "$(run "$IMAGE" fc-match 'DejaVu Sans Mono')" DejaVuSansMono "the pictures' font is there"
# a stale cache would be built anew at each start, with nowhere to keep it
unlike "$(run -e FC_DEBUG=16 "$IMAGE" fc-match Inter)" 'scan: ' "the font cache is taken as it is"
is "$(run "$IMAGE" find / -xdev -perm /6000 -type f -newer /etc/robin 2>/dev/null)" "" "no new setuid file"
is "$(run "$IMAGE" sh -c 'grep -la -e /src/ -e /build/ /usr/bin/robin*')" "" "no trace of the build's folders"
ok "it has no compiler" sh -c "! podman run --rm --pull=never --no-healthcheck --network=none $IMAGE sh -c 'command -v gcc make'"
is "$(run "$IMAGE" find /var/lib/apt/lists /var/log /tmp -type f 2>/dev/null)" "" "no lists, logs or leftovers"
ok "its root cannot be written" sh -c "! podman run --rm --pull=never --no-healthcheck --network=none --read-only $IMAGE touch /etc/robin/x"

# --- the whole stack in one container, as a first try is
podman rm -f -i robin-try >/dev/null 2>&1
port=$(free_port)
ok "robin run, confined" podman run -d --name robin-try --read-only \
    --cap-drop=all --security-opt=no-new-privileges --no-healthcheck \
    -p "127.0.0.1:$port:8080" "$IMAGE"
ok "its probe says ok" wait_for 30 podman exec robin-try robin probe
ok "the page comes" wait_for 30 curl -sf "http://127.0.0.1:$port/" -o "$work/page"
like "$(cat "$work/page")" '<title>' "and is one"
ok "stops when asked" podman stop -t 20 robin-try
is "$(podman inspect -f '{{.State.ExitCode}}' robin-try)" 0 "and with success"
podman rm -f robin-try >/dev/null

# --- the same commit, the same bytes
ok "builds again from nothing" image_build "$IMAGE-again" --no-cache
is "$(podman image inspect -f '{{.RootFS.Layers}}' "$IMAGE-again")" \
    "$(podman image inspect -f '{{.RootFS.Layers}}' "$IMAGE")" "with the same layers"
podman rmi -f "$IMAGE-again" >/dev/null
done_testing
