#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes debian:bookworm-slim from Debian's archive where no image registry is
# reached, and imports it as localhost/debian:bookworm-slim, the build argument BASE.
#
#   base-image.sh DIR        DIR/base.tar is kept and used again
#
# What is left out is what Debian's own slim images leave out.  Needs
# mmdebstrap, and podman with whatever CONTAINERS_CONF is exported.
set -eu
dir=${1:?usage: base-image.sh DIR}
name=${2:-localhost/debian:bookworm-slim}
tar=$dir/base.tar
mkdir -p "$dir"

if [ ! -s "$tar" ]; then
	set --
	for left_out in man doc info locale groff lintian linda; do
		set -- "$@" "--dpkgopt=path-exclude=/usr/share/$left_out/*"
	done
	mmdebstrap --quiet --variant=minbase "$@" \
	    --dpkgopt='path-include=/usr/share/doc/*/copyright' \
	    --dpkgopt='path-include=/usr/share/locale/locale.alias' \
	    --aptopt='Apt::Install-Recommends "false"' \
	    --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
	    --include=usr-is-merged \
	    --format=tar bookworm "$tar.new" >"$dir/base.log" 2>&1 ||
	    { cat "$dir/base.log" >&2; exit 1; }
	mv "$tar.new" "$tar"
fi
podman image exists "$name" || podman import -q "$tar" "$name"
