#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what building and running (run), testing (check) or testing at full
# length (check-long) needs, from Debian's packages, and from npm for the
# browser tests.  Quick when all is there.  As root, or with sudo; else it says
# what to install.
set -u
what=${1:-run}

build="gcc make pkg-config libc6-dev librrd-dev libfcgi-dev libcjson-dev
 libcurl4-openssl-dev libyaml-dev libcmark-dev libseccomp-dev libsqlite3-dev
 libxxhash-dev zlib1g-dev libcairo2-dev"
run="nginx-light fonts-inter fonts-dejavu-core"
check="clang libclang-rt-14-dev clang-format libcmocka-dev perl python3 rrdtool
 prometheus stress-ng strace chromium nodejs npm libfcgi-bin procps iproute2
 curl fcgiwrap lighttpd apache2-bin faketime python3-aiosmtpd prometheus-alertmanager mandoc shellcheck
 yamllint python3-yaml python3-jsonschema php-cli php-cgi dokuwiki
 kubernetes-client xfsprogs"
# large, for few tests (php-cgi is what keeps a web server out)
long="mediawiki php-sqlite3"
# kubectl and Node.js may come from elsewhere than Debian's packages, which
# then would not install beside them
without() { echo " $check " | tr '\n' ' ' | sed "s/ $1 / /"; }
command -v kubectl >/dev/null 2>&1 && check=$(without kubernetes-client)
command -v node >/dev/null 2>&1 && check=$(without nodejs) && check=$(without npm)

case $what in
run) want="$build $run" ;;
check) want="$build $run $check" ;;
check-long) want="$build $run $check $long" ;;
list) echo $build $run $check; exit 0 ;;
*) echo "usage: deps.sh run|check|check-long|list" >&2; exit 2 ;;
esac

missing=
for p in $want; do
	dpkg-query -W -f '${Status}\n' "$p" 2>/dev/null | grep -q '^install ok installed$' ||
	    missing="$missing $p"
done
if [ -n "$missing" ]; then
	echo "robin: installing:$missing"
	sudo=
	if [ "$(id -u)" != 0 ]; then
		if command -v sudo >/dev/null 2>&1; then sudo=sudo; else
			echo "robin: as root, run: apt-get install$missing" >&2
			exit 1
		fi
	fi
	log=$(mktemp)
	export DEBIAN_FRONTEND=noninteractive
	# never start a system-wide nginx behind the admin's back
	if ! { $sudo apt-get -q update && $sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
	    apt-get -q install -y --no-install-recommends $missing; } >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		echo "robin: the packages above could not be installed; mend that and run make again" >&2
		rm -f "$log"
		exit 1
	fi
	rm -f "$log"
fi
# npm's part: a folder, and who needs it
npm_part() {
	[ -f "$1/package-lock.json" ] && [ ! -d "$1/node_modules" ] || return 0
	echo "robin: installing the packages of $1"
	(cd "$1" && npm ci --omit=optional --no-audit --no-fund --silent) || {
		echo "robin: npm ci failed in $1" >&2
		exit 1
	}
}
[ "$what" = run ] || npm_part tests/browser
[ "$what" != check-long ] || npm_part tests/lighthouse
exit 0
