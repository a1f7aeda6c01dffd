#!/bin/sh
# SPDX-License-Identifier: MIT
# Durable ingest with the bench profile after first touch: Robin (validate,
# log, fdatasync, apply) beside bare rrd_update_r on the same layout with the
# same batches.  One line of JSON a case.
#   tests/bench/ingest.sh [FOLDER…]   default: a tmpfs and a disk
#   LONG=1                            up to 100,000 instances
set -eu
BUILD=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work" $made' EXIT
made=
libs=$(pkg-config --libs librrd libcjson cairo)
# shellcheck disable=SC2086
cc -std=c17 -D_GNU_SOURCE -O2 -I. -o "$work/ingest" tests/bench/ingest.c \
    -Wl,--as-needed -Wl,--start-group "$BUILD"/lib/rrd.a "$BUILD"/lib/core.a \
    -Wl,--end-group $libs -lm
[ $# -gt 0 ] || set -- /dev/shm "${TMPDIR:-/var/tmp}"
for folder in "$@"; do
	[ -w "$folder" ] || continue
	state=$(mktemp -d "$folder/robin-ingest.XXXXXX")
	made="$made $state"
	echo "# in $folder ($(stat -f -c %T "$folder")): instances metrics batch"
	for metrics in 1 4 10; do
		for batch in 6 12 60; do
			rm -rf "$state"
			"$work/ingest" "$state" 1000 $metrics $batch 9
		done
	done
	sizes="100 1000 10000"
	[ -z "${LONG:-}" ] || sizes="$sizes 100000"
	echo "# cost per value by number of instances"
	for n in $sizes; do
		rm -rf "$state"
		"$work/ingest" "$state" "$n" 2 6 $((20000 / n + 3))
	done
	rm -rf "$state"
done
