#!/bin/sh
# SPDX-License-Identifier: MIT
# make install into a folder: programs, units, man pages and configuration are
# there and right, the installed tree runs, make uninstall leaves nothing.
. "$(dirname "$0")/lib.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root" || exit 1
for p in store collect fcgi site alert; do
	[ -x "$bin/robin-$p" ] || skip_all "robin-$p is not built"
done
prefix=$work/usr
# the built programs are what is installed; nothing is built anew here
install() { make --no-print-directory -o build BUILD="$BUILD" PREFIX="$prefix" \
    SYSCONFDIR="$work/etc" STATEDIR="$work/var" STAGE="$work/stage" "$@"; }

exits 0 "make install" install install
like "$out" 'nothing was started' "it says what remains to be done"
for p in robin robin-alert robin-collect robin-store robin-fcgi robin-site; do
	ok "$p is there" test -x "$prefix/bin/$p"
	ok "$p has a man page" test -s "$prefix/share/man/man1/$p.1"
	ok "$p has a completion" bash -n "$prefix/share/bash-completion/completions/$p"
done
for c in config doctor get ls put run status; do
	ok "robin $c has a man page" test -s "$prefix/share/man/man1/robin-$c.1"
done
is "$(find "$work/usr" "$work/etc" -type f -newer "$root/Makefile" ! -perm -a=r)" "" \
    "everything can be read"
is "$(grep -rl '@[A-Z]*@' "$prefix/lib" "$prefix/share/doc/robin/examples")" "" \
    "no placeholder is left"
exits 0 "the installed configuration is good" "$prefix/bin/robin" config check \
    --config "$work/etc/robin/robin.yml"
# each of its lines, taken in, is an option
sed -e 's/^#\([a-z]\)/\1/' -e 's/^#  /  /' -e '/\.\.\.$/d' -e 's/NAME/cpu/' \
    "$work/etc/robin/robin.yml" >"$work/all.yml"
exits 0 "and so is all that it comments out" robin config check --config "$work/all.yml"
is "$(robin config show --effective --config "$work/all.yml" | grep -vE '^(  )?collectors|^  cpu|^    (enabled|step|timeout)')" \
    "$(robin config show --effective | grep -v '^collectors')" "which is the defaults"

if command -v systemd-analyze >/dev/null; then
	units=$prefix/lib/systemd/system
	for u in "$units"/*.service; do
		name=${u##*/}
		case $name in *@.service) u=$units/${name%.service}pictures.service; cp "$units/$name" "$u" ;; esac
		is "$(SYSTEMD_UNIT_PATH=$units: systemd-analyze verify --man=no "$u" 2>&1 | grep -F robin)" "" "$name is a good unit"
		score=$(systemd-analyze security --offline=true --no-pager "$u" 2>/dev/null |
		    sed -n 's/.*level for .*: \([0-9.]*\) .*/\1/p')
		echo "# $name: exposure $score"
		ok "$name is hardened" awk -v s="$score" 'BEGIN { exit !(s != "" && s <= 2.0) }'
	done
	rm -f "$units"/robin-fcgi@pictures.service
	for u in "$units"/*.timer "$units"/*.target; do
		is "$(SYSTEMD_UNIT_PATH=$units: systemd-analyze verify --man=no "$u" 2>&1 | grep -F robin)" "" "${u##*/} is a good unit"
	done
fi

nginx=$(PATH=$PATH:/usr/sbin command -v nginx)
if [ -n "$nginx" ]; then
	port=$(free_port)
	{
		echo "pid $work/nginx.pid; error_log stderr; events {} http {"
		echo "access_log off; client_body_temp_path $work/t1; proxy_temp_path $work/t2;"
		echo "fastcgi_temp_path $work/t3; uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;"
		sed -e "s|/var/cache|$work|; s|127.0.0.1:8080|127.0.0.1:$port|" \
		    "$prefix/share/doc/robin/examples/nginx-site"
		echo "}"
	} >"$work/nginx.conf"
	exits 0 "nginx takes the example site" "$nginx" -t -e stderr -c "$work/nginx.conf"
	"$prefix/bin/robin" run --state "$state" --listen "127.0.0.1:$port" \
	    --config "$work/etc/robin/robin.yml" >/dev/null 2>"$work/err" &
	run=$!
	pids="$pids $run"
	ok "the installed tree runs" wait_for 30 grep -q "ready at" "$work/err"
	kill -TERM $run
	wait $run
	is $? 0 "and stops"
fi

echo 'cluster: mine' >"$work/etc/robin/robin.yml"
mkdir -p "$work/var/rrd"
exits 0 "make install again" install install
is "$(cat "$work/etc/robin/robin.yml")" "cluster: mine" "keeps the configuration"
exits 0 "make uninstall" install uninstall
is "$(find "$work" -path "$prefix/*" -name '*robin*')" "" "nothing is left of the programs"
is "$(cat "$work/etc/robin/robin.yml")" "cluster: mine" "the configuration stays"
ok "and so does the data" test -d "$work/var/rrd"
rm "$work/etc/robin/robin.yml"
exits 0 "install and uninstall" sh -c "make --no-print-directory -o build \
    BUILD='$BUILD' PREFIX='$prefix' SYSCONFDIR='$work/etc' STATEDIR='$work/var' \
    STAGE='$work/stage' install uninstall"
is "$(find "$work" -path "$work/etc/*" -name '*robin*')" "" "take away what nobody changed"
done_testing
