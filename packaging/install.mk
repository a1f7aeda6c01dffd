# SPDX-License-Identifier: MIT
# make install, make uninstall: what packaging/stage.sh lays out, copied to
# DESTDIR.  A changed robin.yml is kept by both; data is never touched.
#
#   make install PREFIX=/usr DESTDIR=/tmp/package
SYSCONFDIR ?= /etc
STATEDIR   ?= /var/lib/robin
UNITDIR    ?= $(PREFIX)/lib/systemd/system
STAGE      := $(BUILD)/stage
CONF_FILE  := $(SYSCONFDIR)/robin/robin.yml

.PHONY: stage install uninstall deb check-deb
stage: build
	@sh packaging/stage.sh $(STAGE) $(BUILD) $(PREFIX) $(SYSCONFDIR) \
	    $(STATEDIR) $(UNITDIR)

install: stage
	@if [ -e '$(DESTDIR)$(CONF_FILE)' ]; then rm '$(STAGE)$(CONF_FILE)'; fi
	@mkdir -p '$(DESTDIR)/' && cp -R --preserve=mode '$(STAGE)/.' '$(DESTDIR)/'
	@echo 'installed below $(DESTDIR)$(PREFIX); nothing was started. As root:'
	@echo '  systemd-sysusers $(PREFIX)/lib/sysusers.d/robin.conf'
	@echo '  systemd-tmpfiles --create $(PREFIX)/lib/tmpfiles.d/robin.conf'
	@echo '  systemctl daemon-reload && systemctl enable --now robin.target'
	@echo 'and for the pages see $(PREFIX)/share/doc/robin/examples/nginx-site'

uninstall: stage
	@if ! cmp -s '$(STAGE)$(CONF_FILE)' '$(DESTDIR)$(CONF_FILE)'; then \
	    rm '$(STAGE)$(CONF_FILE)'; fi
	@cd '$(STAGE)' && find . ! -type d -exec sh -c \
	    'for f; do rm -f "$(DESTDIR)/$$f"; done' sh {} +
	@cd '$(STAGE)' && find . -depth -type d -path '*robin*' -exec sh -c \
	    'for d; do rmdir "$(DESTDIR)/$$d" 2>/dev/null; done; true' sh {} +
	@echo 'removed; $(STATEDIR) and a changed $(CONF_FILE) are kept'

# --- the Debian package: built from a copy, so that no file is made here ------
deb: BUILD := $(abspath $(BUILD))
deb:
	@rm -rf $(BUILD)/deb && mkdir -p $(BUILD)/deb/robin
	@tar c --exclude=./build --exclude='./build-*' --exclude=./.git \
	    --exclude=./var --exclude=node_modules . | tar x -C $(BUILD)/deb/robin
	@cd $(BUILD)/deb/robin && env -u BUILD -u MAKEFLAGS -u MAKEOVERRIDES \
	    dpkg-buildpackage -us -uc -b >../log 2>&1 || \
	    { tail -n 30 ../log; exit 1; }
	@ls $(BUILD)/deb/*.deb

# in a clean Debian tree: as root, with mmdebstrap and lintian
check-deb:
	@BUILD=$(abspath $(BUILD)) prove -v tests/deploy/deb.t
