#!/bin/sh
# SPDX-License-Identifier: MIT
# Every header compiles alone, and twice in one file.
cc=$1 flags=$2 bad=0
for h in */*.h; do
	printf '#include "%s"\n#include "%s"\nextern int headers_dummy;\n' "$h" "$h" |
	    $cc $flags -Wno-unused-macros -fsyntax-only -x c - || { echo "headers: $h does not stand alone"; bad=1; }
done
exit $bad
