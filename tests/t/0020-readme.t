#!/bin/sh
# SPDX-License-Identifier: MIT
# What README.md promises is there: a row for each collector, route, notifier
# and command, a configuration that is accepted, files that exist.
. "$(dirname "$0")/lib.sh"

for f in collectors/collect_*.c; do
	name=${f#collectors/collect_}; name=${name%.c}
	ok "collector $name has its row" grep -qF "| \`$name\` |" README.md
done
for f in alert/notify_*.c; do
	[ -e "$f" ] || continue
	name=${f#alert/notify_}; name=${name%.c}
	ok "notifier $name has its row" grep -qF "| \`$name\` |" README.md
done
# a route states its pattern in its table row; its fixed start must be named
for f in fcgi/route_*.c; do
	path=$(sed -n 's/.*\.\(path\|prefix\|pattern\) = "\([^":*{]*\).*/\2/p' "$f" | head -n 1)
	case $path in '') continue ;; esac
	ok "route ${path} of ${f##*/} is named" grep -qF "${path%/}" README.md
done
sed -n '/^```yaml$/,/^```$/p' README.md | grep -v '^```' >"$work/robin.yml"
ok "its configuration is not empty" test -s "$work/robin.yml"
exits 0 "and is accepted" robin config check --config "$work/robin.yml"
for c in $(sed -n 's/^| `robin \([a-z]*\).*/\1/p' README.md | sort -u); do
	exits 0 "robin $c is a command" robin "$c" --help
done
for f in $(grep -oE '\]\([a-zA-Z0-9_./-]+\)' README.md | tr -d '()]' | sort -u); do
	ok "$f exists" test -e "$f"
done
for t in $(grep -oE 'make [a-z-]+' README.md | sort -u | cut -d' ' -f2); do
	ok "make $t is a target" grep -qE "^([^#]*[ ])?$t( [^=]*)?:" Makefile packaging/*.mk
done
done_testing
