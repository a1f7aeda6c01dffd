#!/bin/sh
# SPDX-License-Identifier: MIT
# Includes point one way: which folder may include which, and the libraries
# that only one folder may touch.
bad=0
allow() { # folder, then the folders it may include besides itself
	folder=$1; shift
	[ -d "$folder" ] || return 0
	ok=" $folder gen $* "
	for line in $(grep -Hno '^#include "[a-z0-9_]*/' "$folder"/*.[ch] 2>/dev/null | sed 's/#include "//; s/ //g'); do
		to=${line##*:}; to=${to%/}
		case $ok in *" $to "*) ;; *)
			echo "layers: $line: $folder/ may not include $to/"; bad=1 ;;
		esac
	done
}
only() { # pattern of a header, then the files that may include it
	pat=$1; shift
	for f in $(grep -lE "^#include <$pat>" -- *.c */*.[ch] 2>/dev/null); do
		ok=0
		for a in "$@"; do case $f in $a) ok=1 ;; esac; done
		[ $ok = 1 ] || { echo "layers: $f may not include <$pat>"; bad=1; }
	done
}
allow core
allow k8s core
allow collectors core k8s rrd
allow rrd core
allow events core
allow detect core
allow alert core rrd detect events
allow heal core rrd detect events k8s
allow fcgi core rrd detect events
allow www core rrd detect events
allow cli core rrd
# collectors reach the log and nothing else of rrd/, and only from main
for f in collectors/*.[ch]; do
	[ -e "$f" ] || continue
	for h in $(sed -n 's/^#include "\(rrd\/[a-z_]*\.h\)"/\1/p' "$f"); do
		case $f:$h in
		collectors/main.c:rrd/wal.h | collectors/main.c:rrd/drain.h) ;;
		*) echo "layers: $f may not include $h"; bad=1 ;;
		esac
	done
done
only 'rrd\.h' 'rrd/*'
only 'fcgiapp\.h' 'fcgi/*'
only 'fcgi_stdio\.h' none
only 'curl/curl\.h' 'core/net.*'
only 'sqlite3\.h' 'events/*' 'heal/*'
only 'seccomp\.h' 'core/confine.*'
only 'xgboost/.*' 'heal/*'
only 'yaml\.h' 'core/yaml.*' 'core/conf*'
[ $bad = 0 ] && echo "layers: includes point one way"
exit $bad
