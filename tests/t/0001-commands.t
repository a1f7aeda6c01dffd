#!/bin/sh
# SPDX-License-Identifier: MIT
# Every program and command: --help, --version, refusal of what is wrong, a
# clean man page and a completion that bash takes.
. "$(dirname "$0")/lib.sh"

all=
for p in "$bin"/robin-*; do all="$all ${p##*/}"; done
for c in config doctor get ls put run status; do
	if [ $c != get ] || [ -x "$bin/robin-store" ]; then all="$all robin:$c"; fi
done

for c in robin $all; do
	words=$(echo "$c" | tr : ' ')
	# shellcheck disable=SC2086
	exits 0 "$words --help" $words --help
	like "$out" '^Usage: ' "$words --help says how it is used"
	like "$out" '^  -h, --help' "$words --help shows its options"
	# shellcheck disable=SC2086
	exits 0 "$words --version" $words --version
	like "$out" '[0-9]+\.[0-9]+\.[0-9]+' "$words --version"
	# shellcheck disable=SC2086
	exits 2 "$words refuses an unknown option" $words --no-such-option
	like "$out" "no such option --no-such-option" "$words names it"
	# shellcheck disable=SC2086
	$words --help-man >"$work/page.1"
	is "$(mandoc -T lint -W warning "$work/page.1" 2>&1)" "" \
	    "$words has a clean man page"
	# shellcheck disable=SC2086
	$words --help-complete >"$work/complete"
	ok "$words has a completion that bash takes" bash -n "$work/complete"
done

exits 2 "robin alone" robin
exits 2 "an unknown command" robin colect
like "$out" 'did you mean collect' "the near command is named"
exits 2 "a command's wrong option" robin put --sate x
like "$out" 'did you mean --state' "the near option is named"
exits 2 "an operand too many" robin put a b
exits 2 "an operand too few" robin config
exits 2 "an unknown verb" robin config chekc

# completion of the words that follow `robin`
{
	robin --help-complete
	robin put --help-complete
	echo 'COMP_WORDS=(robin pu); COMP_CWORD=1; _robin; echo "${COMPREPLY[*]}"'
	echo 'COMP_WORDS=(robin put --st); COMP_CWORD=2; _robin; echo "${COMPREPLY[*]}"'
} >"$work/complete"
is "$(bash "$work/complete" | tr '\n' ' ')" "put --state " \
    "completion knows commands and their options"

is "$(ldd "$bin/robin" | grep -c librrd)" 0 "robin does not link librrd"
exits 1 "ls of an empty state" robin ls --state "$state"
like "$out" 'nothing is stored' "ls says why"
exits 1 "status of an empty state" robin status --state "$state"
exits 1 "status as JSON" robin status --state "$state" --json
ok "status --json is JSON" sh -c "printf '%s' '$out' | python3 -m json.tool"
exits 1 "doctor of an empty state" robin doctor --state "$state"
like "$out" 'fix: ' "doctor says what to do"
done_testing
