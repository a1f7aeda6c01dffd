#!/bin/sh
# SPDX-License-Identifier: MIT
# Lays out what is installed below a folder: stage.sh STAGE BUILD PREFIX
# SYSCONFDIR STATE UNITDIR.  `make install` copies it, `make uninstall` removes
# what it lists; so the two cannot disagree.
set -eu
stage=$1 build=$2 prefix=$3 etc=$4 state=$5 unitdir=$6
here=$(cd "$(dirname "$0")" && pwd)
root=$here/..

bindir=$prefix/bin
share=$prefix/share
rm -rf "$stage"
mkdir -p "$stage"

put() { # mode, file, place
	install -D -m "$1" "$2" "$stage$3"
}
fill() { # template, place: the names of this installation
	mkdir -p "$(dirname "$stage$2")"
	sed -e "/^@HARDENING@\$/{r $here/systemd/hardening.inc
		d}" -e "/^@INSIDE@\$/{r $here/systemd/inside.inc
		d}" -e "/^@OUTSIDE@\$/{r $here/systemd/outside.inc
		d}" -e "/^@REACHING@\$/{r $here/systemd/reaching.inc
		d}" -e "s|@BINDIR@|$bindir|g; s|@STATE@|$state|g" \
	    -e "s|@SHAREDIR@|$share/robin|g" "$1" | cat -s >"$stage$2"
	chmod 644 "$stage$2"
}
text() { # place, command…: what a program says of itself
	place=$1; shift
	mkdir -p "$(dirname "$stage$place")"
	"$@" >"$stage$place"
	chmod 644 "$stage$place"
}

bash_dir=$share/bash-completion/completions
for program in "$build"/bin/robin "$build"/bin/robin-*; do
	name=${program##*/}
	put 755 "$program" "$bindir/$name"
	text "$share/man/man1/$name.1" "$program" --help-man
	[ "$name" = robin ] || text "$bash_dir/$name" "$program" --help-complete
done
text "$bash_dir/robin" "$build/bin/robin" --help-complete
# the commands of robin: its own, and those that are parts of a program
for source in "$root"/cli/cmd_*.c get rrd log; do
	word=${source##*/cmd_}
	word=${word%.c}
	text "$share/man/man1/robin-$word.1" "$build/bin/robin" "$word" --help-man
	"$build/bin/robin" "$word" --help-complete >>"$stage$bash_dir/robin"
done

for file in "$root"/nginx/*; do
	put 644 "$file" "$share/robin/nginx/${file##*/}"
done

for unit in "$here"/systemd/*.service.in; do
	name=${unit##*/}
	fill "$unit" "$unitdir/${name%.in}"
done
for unit in "$here"/systemd/*.timer "$here"/systemd/*.target; do
	put 644 "$unit" "$unitdir/${unit##*/}"
done
put 644 "$here/sysusers.conf" "$prefix/lib/sysusers.d/robin.conf"
put 644 "$here/tmpfiles.conf" "$prefix/lib/tmpfiles.d/robin.conf"

text "$etc/robin/robin.yml" "$build/bin/robin" config example
mkdir -p "$stage$etc/robin/conf.d"

doc=$share/doc/robin
fill "$here/cron.in" "$doc/examples/cron"
fill "$here/nginx-site.in" "$doc/examples/nginx-site"
for file in "$root"/README.md "$root"/LICENSE "$root"/docs/*.md; do
	put 644 "$file" "$doc/${file##*/}"
done
