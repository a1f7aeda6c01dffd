# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# Sourced by the tests of images: podman with a storage of its own, so that a
# user's images and containers are neither seen nor touched.
#
#   IMAGES   folder of base image, storage and results; kept between runs
IMAGES=${IMAGES:-${BUILD:-build}/images}
mkdir -p "$IMAGES"
IMAGES=$(cd "$IMAGES" && pwd)
IMAGE=${IMAGE:-localhost/robin:test}

# Where no systemd runs, Debian's defaults do not work: crun cannot use a
# hybrid cgroup tree, and its limits are above what root may set.
if [ -z "${CONTAINERS_CONF:-}" ] && [ ! -d /run/systemd/system ]; then
	CONTAINERS_CONF=$IMAGES/containers.conf
	cat >"$CONTAINERS_CONF" <<-'CONF'
	[containers]
	default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
	[engine]
	runtime = "runc"
	cgroup_manager = "cgroupfs"
	events_logger = "file"
	CONF
	export CONTAINERS_CONF
fi
CONTAINERS_STORAGE_CONF=$IMAGES/storage.conf
cat >"$CONTAINERS_STORAGE_CONF" <<CONF
[storage]
driver = "overlay"
runroot = "$IMAGES/run"
graphroot = "$IMAGES/graph"
CONF
export CONTAINERS_STORAGE_CONF

# Why the tests cannot run here, or nothing.
containers_missing() {
	for p in podman buildah runc conmon mmdebstrap kubectl; do
		command -v "$p" >/dev/null || { echo "$p is not installed"; return; }
	done
	[ "$(id -u)" = 0 ] || echo "needs root"
}

# image_build TAG [OPTION…]: the Dockerfile of this tree.  The time of the
# last commit stamps it, so the same commit gives the same bytes.
image_build() {
	tag=$1; shift
	sh tests/deploy/base-image.sh "$IMAGES" || return 1
	stamp=$(git log -1 --format=%ct 2>/dev/null || echo 1795132800)
	buildah bud --layers --isolation=chroot --format docker --network=host \
	    --timestamp "$stamp" --build-arg BASE=localhost/debian:bookworm-slim \
	    --build-arg SOURCE_DATE_EPOCH="$stamp" \
	    --pull-never -t "$tag" "$@" .
}
