#!/bin/sh
# SPDX-License-Identifier: MIT
# Every test: house rules, units, fuzz corpora, then tests/t under prove.
# `check.sh golden` runs only the tests that have golden files.  The last line
# is "N passed, N failed".
set -u
export BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
passed=0 failed=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
started=$(date +%s)

rule() { # name, command…: one test
	name=$1; shift
	if "$@" >"$tmp/rule" 2>&1; then
		passed=$((passed + 1)); echo "ok - $name"
	else
		failed=$((failed + 1)); echo "not ok - $name"; tail -n 30 "$tmp/rule"
	fi
}

if [ "${1:-}" = golden ]; then
	prove -Q $(grep -lE 'golden' tests/t/*.t)
	exit
fi

rule "headers stand alone" make --no-print-directory headers
rule "includes point one way" make --no-print-directory layers
rule "the tree is formatted" make --no-print-directory format-check

rule "fuzz targets pass over their corpora" make --no-print-directory -j2 fuzz-corpora BUILD="$BUILD"

COUNTS=$tmp/unit sh tests/run-unit.sh
read -r ok bad <"$tmp/unit"
passed=$((passed + ok)) failed=$((failed + bad))

if [ -n "$(ls tests/t/*.t 2>/dev/null)" ]; then
	prove --timer --merge --failures --comments tests/t/*.t 2>&1 | tee "$tmp/prove"
	total=$(sed -n 's/^Files=[0-9]*, Tests=\([0-9]*\),.*/\1/p' "$tmp/prove")
	total=${total:-0}
	bad=$(sed -n 's/.*Failed tests\{0,1\}: *\(.*\)/\1/p' "$tmp/prove" | tr ',' '\n' |
	    awk -F- '/[0-9]/{n += NF > 1 ? $2 - $1 + 1 : 1} END{print n + 0}')
	if ! grep -q '^Result: PASS' "$tmp/prove" && [ "$bad" -eq 0 ]; then bad=1; fi
	passed=$((passed + total - (bad < total ? bad : total)))
	failed=$((failed + bad))
fi
echo "took $(($(date +%s) - started)) s"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
