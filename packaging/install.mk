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

.PHONY: stage install uninstall
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
