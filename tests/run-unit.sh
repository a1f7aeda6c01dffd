#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs every unit program below $BUILD/unit and says, on its last line, how
# many of their tests passed and failed.
build=${BUILD:-build}
passed=0 failed=0
log=$(mktemp)
for t in "$build"/unit/*_test; do
	[ -x "$t" ] || continue
	timeout "${UNIT_SECONDS:-120}" "$t" >"$log" 2>&1
	rc=$?
	ok=$(grep -ac '^\[       OK \]' "$log")
	bad=$(grep -aE '^\[  FAILED  \] [a-z]' "$log" | sort -u | wc -l)
	if [ $rc -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
	if [ $rc -ne 0 ]; then
		echo "not ok - ${t##*/} (exit $rc)"
		grep -av '^\[ *\(RUN\|OK\) ' "$log" | tail -n 40
	fi
	passed=$((passed + ok)) failed=$((failed + bad))
done
rm -f "$log"
echo "unit: $passed passed, $failed failed"
[ -n "${COUNTS:-}" ] && echo "$passed $failed" >"$COUNTS"
[ "$failed" -eq 0 ]
