#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds and runs draw.c: a fresh picture by librrd and by Robin.
set -e
BUILD=${BUILD:-build}
pkgs='librrd libcjson yaml-0.1 libcurl cairo libxxhash'
mkdir -p "$BUILD/bench"
# shellcheck disable=SC2046
${CC:-cc} -std=c17 -D_GNU_SOURCE -O2 -I. -I"$BUILD" $(pkg-config --cflags $pkgs) \
	-o "$BUILD/bench/draw" tests/bench/draw.c \
	-Wl,--start-group "$BUILD/lib/rrd.a" "$BUILD/lib/core.a" -Wl,--end-group \
	$(pkg-config --libs $pkgs) -lz -lm -lcmocka
TZ=UTC "$BUILD/bench/draw"
