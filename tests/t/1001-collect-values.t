#!/bin/sh
# SPDX-License-Identifier: MIT
# robin-collect --print against what the machine's own tools say.
. "${0%/*}/lib.sh"

out=$(robin-collect --print 2>"$work/err")
is "$(printf '%s\n' "$out" | grep -cvE '^[a-z]+/[^/ ]+/[a-z][a-z0-9_]*(\.[^/ ]+)? [0-9]{10} (U|-?[0-9][0-9.e+-]*)(:(U|-?[0-9][0-9.e+-]*))*$')" 0 \
  "every line is PATH TIME V1:V2"
is "$(printf '%s\n' "$out" | cut -d' ' -f1 | sort | uniq -d)" "" "no series twice"

# VALUE FAMILY[.INSTANCE] N: its Nth value
value() { printf '%s\n' "$out" | grep -F "/$1 " | head -n 1 | cut -d' ' -f3 | cut -d: -f"$2"; }
# near NAME GOT WANT PERCENT OF: they differ by at most that much of it
near() {
  if awk -v a="$2" -v b="$3" -v p="$4" -v of="$5" 'BEGIN { d = a - b; if (d < 0) d = -d; exit !(a != "" && b != "" && d <= of * p / 100) }'
  then pass "$1"; else fail "$1"; diag "got $2, want $3 within $4 % of $5"; fi
}

is "$(printf '%s\n' "$out" | grep -cE '/cpu\.[0-9]+ ')" "$(grep -c '^cpu[0-9]' /proc/stat)" "a series for each core"
like "$(value uptime 1)" '^[0-9]+(\.[0-9]+)?$' "uptime is a number"
near "uptime is the kernel's" "$(value uptime 1)" "$(cut -d' ' -f1 /proc/uptime)" 1 1000

total=$(free -b | awk '/^Mem/ { print $2 }')
is "$(awk -v a="$(value memory 1)" -v b="$(value memory 2)" -v c="$(value memory 3)" 'BEGIN { printf "%.0f", a + b + c }')" \
  "$total" "used, cache and free add up to all memory"
out=$(robin-collect --print memory)
near "used memory is free's" "$(value memory 1)" "$(free -b | awk '/^Mem/ { print $2 - $7 }')" 1 "$total"
near "free memory is free's" "$(value memory 3)" "$(free -b | awk '/^Mem/ { print $4 }')" 1 "$total"

out=$(robin-collect --print disk disk_remote 2>/dev/null)
df -B1 --output=size,used,avail / | tail -n 1 >"$work/df"
read -r size used avail <"$work/df"
near "used space of / is df's" "$(value disk.: 1)" "$used" 1 "$size"
near "available space of / is df's" "$(value disk.: 3)" "$avail" 1 "$size"
near "used, reserved and free are the whole disk" \
  "$(awk -v a="$(value disk.: 1)" -v b="$(value disk.: 2)" -v c="$(value disk.: 3)" 'BEGIN { print a + b + c }')" "$size" 0.01 "$size"
itotal=$(df --output=itotal / | tail -n 1)
if [ "$itotal" -gt 0 ] 2>/dev/null; then
  near "inodes in use are df's" "$(value disk_inodes.: 1)" "$(df --output=iused / | tail -n 1)" 1 "$itotal"
else
  pass "inodes are not counted here"
fi
# every file system that df shows on a disk of this machine is there
missing=
for m in $(df --output=target -t ext4 -t xfs -t btrfs 2>/dev/null | tail -n +2); do
  [ -d "$m" ] || continue
  case $m in /var/lib/*|/snap/*|/run/*) continue ;; esac
  printf '%s\n' "$out" | grep -qF "/disk.$(printf '%s' "$m" | tr / :) " || missing="$missing $m"
done
is "$missing" "" "df's file systems are there"

exits 2 "an unknown collector is a usage error" robin-collect --print memoy
like "$out" 'memory' "and the near one is named"
ok "--list --json is JSON" sh -c 'robin-collect --list --json | python3 -m json.tool'
out=$(ldd "$bin/robin-collect")
unlike "$out" 'librrd|libcurl|libcairo|libsqlite' "it links no librrd, no curl"
done_testing
