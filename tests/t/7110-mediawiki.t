#!/bin/sh
# SPDX-License-Identifier: MIT
# A page of MediaWiki, as Debian packages it, with a live graph in it: in
# Chromium, the wiki run by PHP's own server on an SQLite file in a folder of
# ours.  Only with LONG=1: its package is large and its start slow.
# SCREENSHOT=FILE.png keeps what the browser shows.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
wiki=/usr/share/mediawiki
[ -n "${LONG:-}" ] || skip_all "runs with LONG=1"
command -v php >/dev/null || skip_all "php is not installed"
[ -f $wiki/index.php ] || skip_all "mediawiki is not installed"
php -m | grep -q pdo_sqlite || skip_all "php-sqlite3 is not installed"
command -v chromium >/dev/null || skip_all "chromium is not installed"
command -v node >/dev/null || skip_all "node is not installed"
[ -d "$here/browser/node_modules/playwright-core" ] || skip_all "npm ci in tests/browser was not run"

port=$(free_port)
start robin run --nginx "$here/../nginx" --listen "127.0.0.1:$port" --state "$state"
wait_for 30 test -s "$state/families/cpu.json"
python3 "$here/fill.py" "$state" 26 web1:0.5:0.6 >"$work/in"
robin put --state "$state" "$work/in" >/dev/null
picture=http://127.0.0.1:$port/g/local/web1/cpu/day.png
wait_for 60 curl -fsS -o "$work/direct.png" "$picture" || { sed 's/^/# /' "$work/log.last"; echo "Bail out! no picture"; exit 1; }

wport=$(free_port)
mkdir "$work/wiki"
quiet="-d error_reporting=0 -d display_errors=0 -d opcache.lockfile_path=$work"
if ! php $quiet $wiki/maintenance/install.php --dbtype sqlite --dbname wiki --dbpath "$work/wiki" \
    --confpath "$work/wiki" --server "http://127.0.0.1:$wport" --scriptpath "" \
    --skins Vector --pass "only-for-this-test-$$" Operations Admin >"$work/install.log" 2>&1; then
	tail -n 20 "$work/install.log" | sed 's/^/# /'
	echo "Bail out! MediaWiki's installer failed"
	exit 1
fi
cat >>"$work/wiki/LocalSettings.php" <<P
\$wgAllowExternalImagesFrom = 'http://127.0.0.1:$port/g/';
\$wgCacheDirectory = '$work/wiki';
\$wgUploadDirectory = '$work/wiki';
\$wgMainCacheType = CACHE_NONE;
\$wgLogos = [ '1x' => '/resources/assets/mediawiki.png' ];
P
export MW_CONFIG_FILE="$work/wiki/LocalSettings.php"
php $quiet $wiki/maintenance/edit.php --user Admin "Web server 1" >"$work/edit.log" 2>&1 <<T
Two cores, one disk; nginx and the shop. This is its '''CPU''' during the last day:

$picture

When it is above three quarters for ten minutes, add a second one.
T
start php $quiet -S "127.0.0.1:$wport" -t $wiki
page="http://127.0.0.1:$wport/index.php?title=Web_server_1"
wait_for 30 curl -fsS -o "$work/page.html" "$page" || { sed 's/^/# /' "$work/log.last" "$work/edit.log"; echo "Bail out! MediaWiki did not start"; exit 1; }
cd "$here/browser" && node wiki.mjs "$page" "$picture" ${SCREENSHOT:+"$SCREENSHOT"}
