#!/bin/sh
# SPDX-License-Identifier: MIT
# The tests of whole programs with a sanitized build, but those whose numbers
# are given.  A program may be restarted and its test go on, so every report
# is kept in a folder of its own and counts as a failure.  Leaks are looked
# for by the units: the leak checker traces, which confined programs may not.
set -u
export BUILD="${BUILD:-build-asan}"
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
export ROBIN_REPORTS="$reports"
export ASAN_OPTIONS="detect_leaks=0:exitcode=99:log_path=$reports/r:verify_asan_link_order=0"
export UBSAN_OPTIONS="print_stacktrace=1:log_path=$reports/r"
chmod 1777 "$reports"
list=
for t in tests/t/*.t; do
	n=${t##*/}; n=${n%%-*}
	case " $* " in *" $n "*) ;; *) list="$list $t" ;; esac
done
# shellcheck disable=SC2086
prove --timer --failures $list
rc=$?
for f in "$reports"/r.*; do
	[ -s "$f" ] || continue
	echo "== a sanitizer's report"; sed -n 1,40p "$f"; rc=1
done
exit $rc
