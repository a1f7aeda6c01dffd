#!/bin/sh
# SPDX-License-Identifier: MIT
# The Debian package: it builds, lintian is content, it installs in a clean
# Debian tree, serves there, keeps its data over an upgrade, and a purge leaves
# nothing.  Part of `make check-deb`: as root, with mmdebstrap and an archive.
. "$(dirname "$0")/../t/lib.sh"
cd "$(dirname "$0")/../.." || exit 1
for c in mmdebstrap lintian dpkg-buildpackage unshare curl; do
	command -v $c >/dev/null || skip_all "no $c"
done
[ "$(id -u)" = 0 ] || skip_all "not root"

DEB_BUILD_OPTIONS=${DEB_BUILD_OPTIONS-nocheck}
export DEB_BUILD_OPTIONS
[ -n "${DEB:-}" ] || ok "builds" make --no-print-directory deb BUILD="$BUILD"
deb=${DEB:-$(ls "$BUILD"/deb/robin_*.deb)}
changes=$(ls "${deb%/*}"/robin_*.changes)
is "$(lintian --allow-root --tag-display-limit 0 "$changes" 2>&1)" "" "lintian is content"
like "$(dpkg-deb -I "$deb")" 'Depends:.*librrd8' "depends on what it links"

# --- a clean Debian ------------------------------------------------------------
tree=$work/tree
cache=${DEB_CACHE:-$BUILD/deb-cache}
mkdir -p "$cache"
if [ ! -s "$cache/base.tar" ]; then
	mmdebstrap --quiet --variant=minbase --format=tar --include=nginx-light,fonts-dejavu-core,curl \
	    --aptopt='Apt::Install-Recommends "false"' bookworm "$cache/base.tar.new" \
	    >"$work/out" 2>&1 || { diag "$(tail -n 5 "$work/out")"; skip_all "no Debian archive"; }
	mv "$cache/base.tar.new" "$cache/base.tar"
fi
mkdir "$tree"
tar -xf "$cache/base.tar" -C "$tree" --exclude=./dev/*
# in the tree, with /proc and the network of this machine
in_tree() {
	unshare --mount --propagation private sh -c '
		mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
		mount -t sysfs sysfs "$0/sys" || exit 99
		exec chroot "$0" "$@"' "$tree" "$@"
}
files() { in_tree sh -c 'find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path "/var/lib/dpkg" -o -path "/var/log" -o -path "/var/cache" \) -prune -o -print' | sort; }
[ "$(in_tree echo x)" = x ] || skip_all "nothing can be mounted here"
cp /etc/resolv.conf "$tree/etc/resolv.conf" 2>/dev/null
cp "$deb" "$tree/tmp/robin.deb"
exits 0 "its libraries install" in_tree sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $(dpkg-deb -f /tmp/robin.deb Depends | tr , "\n" | sed "s/(.*//; s/|.*//")'
files >"$work/before"
exits 0 "installs" in_tree env DEBIAN_FRONTEND=noninteractive dpkg -i /tmp/robin.deb
exits 0 "robin --version" in_tree robin --version
like "$(in_tree getent passwd robin)" '^robin:' "the user is there"
is "$(in_tree stat -c '%U %a' /var/lib/robin)" "robin 755" "its folder is the user's"
is "$(in_tree sh -c 'ls -A /etc/nginx/sites-enabled /etc/cron.d | grep robin')" "" "nothing of nginx or cron was touched"
exits 0 "its configuration is good" in_tree robin config check

# --- started by hand -------------------------------------------------------------
port=$(free_port)
run() {
	in_tree setpriv --reuid=robin --regid=robin --init-groups \
	    robin run --listen "127.0.0.1:$port" >"$work/out" 2>"$work/err" &
	run=$!
	pids="$pids $run"
	ok "$1" wait_for 30 grep -q 'ready at' "$work/err"
}
# the lock names the process itself; $run is the shell around it
stop() { kill -TERM "$(cat "$tree/var/lib/robin/run/robin.lock")"; wait "$run"; is $? 0 "and stops"; }
host=$(in_tree robin config show --effective | sed -n 's/^host: "\(.*\)"$/\1/p')
picture() { curl -fs -o "$work/body" "http://127.0.0.1:$port/g/local/$host/cpu/hour.png"; }
run "runs as its user"
ok "serves a page" curl -fs -o "$work/body" "http://127.0.0.1:$port/"
ok "and a picture" wait_for 30 picture
now=$(($(date +%s) / 10 * 10))
is "$(printf 'local/x/queue %d 12\n' $((now - 60)) $((now - 50)) $((now - 40)) |
    in_tree setpriv --reuid=robin --regid=robin --init-groups robin put | tr '\n' ' ')" "ok ok ok " "takes samples"
in_tree robin status
is $? 0 "status is well"
stop

# --- upgraded ---------------------------------------------------------------------
echo 'cluster: mine' >"$tree/etc/robin/conf.d/mine.yml"
echo '# changed' >>"$tree/etc/robin/robin.yml"
dpkg-deb -R "$deb" "$work/next"
sed -i 's/^Version: .*/&+1/' "$work/next/DEBIAN/control"
dpkg-deb --root-owner-group -b "$work/next" "$tree/tmp/next.deb" >/dev/null
exits 0 "upgrades" in_tree env DEBIAN_FRONTEND=noninteractive dpkg -i /tmp/next.deb
like "$(tail -n 1 "$tree/etc/robin/robin.yml")" changed "a changed configuration is kept"
run "runs again"
like "$(in_tree robin get local/x/queue --from $((now - 120)) --to "$now" --json)" '\[12\]' "the samples are still there"
stop

# --- removed, purged -----------------------------------------------------------------
exits 0 "is removed" in_tree dpkg -r robin
ok "the data stays" test -d "$tree/var/lib/robin/log"
rm "$tree/etc/robin/conf.d/mine.yml"
exits 0 "is purged" in_tree dpkg -P robin
rm -f "$tree/tmp/robin.deb" "$tree/tmp/next.deb"
files >"$work/after"
is "$(comm -13 "$work/before" "$work/after" | grep -vE '^/(run|etc/(passwd|group|shadow|gshadow|subuid|subgid)-)')" "" "and leaves nothing"
is "$(in_tree getent passwd robin)" "" "nor a user"
done_testing
