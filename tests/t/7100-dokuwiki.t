#!/bin/sh
# SPDX-License-Identifier: MIT
# A page of DokuWiki, as Debian packages it, with a live graph in it: in
# Chromium, the wiki run by PHP's own server with configuration and data in a
# folder of ours.  SCREENSHOT=FILE.png keeps what the browser shows.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
wiki=/usr/share/dokuwiki
command -v php >/dev/null || skip_all "php is not installed"
[ -f $wiki/doku.php ] || skip_all "dokuwiki is not installed"
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

# only what the package lets everyone read, then our own
mkdir "$work/conf" "$work/data"
for f in /etc/dokuwiki/*.conf /etc/dokuwiki/dokuwiki.php /etc/dokuwiki/license.php /etc/dokuwiki/mediameta.php /etc/dokuwiki/plugins*.php; do
	[ ! -r "$f" ] || cp -L "$f" "$work/conf/"
done
for d in attic cache index locks log media media_attic media_meta meta pages tmp; do mkdir "$work/data/$d"; done
cat >"$work/conf/local.php" <<P
<?php
\$conf['title'] = 'Operations';
\$conf['savedir'] = '$work/data';
\$conf['license'] = '';
\$conf['useacl'] = 0;
\$conf['updatecheck'] = 0;
\$conf['youarehere'] = 0;
P
cat >"$work/first.php" <<P
<?php
define('DOKU_MAIN_CONF', '$work/conf/');
define('DOKU_CONF', '$work/conf/');
P
cat >"$work/data/pages/start.txt" <<T
====== Web server 1 ======
Two cores, one disk; nginx and the shop. This is its **CPU** during the last day:

{{$picture?nolink&nocache}}

When it is above three quarters for ten minutes, add a second one.
T
wport=$(free_port)
start php -d auto_prepend_file="$work/first.php" -d error_reporting=0 -d display_errors=0 -d opcache.lockfile_path="$work" -S "127.0.0.1:$wport" -t $wiki
page="http://127.0.0.1:$wport/doku.php?id=start"
wait_for 20 curl -fsS -o "$work/page.html" "$page" || { sed 's/^/# /' "$work/log.last"; echo "Bail out! DokuWiki did not start"; exit 1; }
cd "$here/browser" && node wiki.mjs "$page" "$picture" ${SCREENSHOT:+"$SCREENSHOT"}
