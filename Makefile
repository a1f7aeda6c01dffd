# SPDX-License-Identifier: MIT
# Robin's build.  The tree is the list: a folder with main.c is a program, a
# folder of .c files is a library, and collect_*.c, route_*.c, notify_*.c and
# action_*.c become table rows.  Nothing is listed twice.
#
#   make run          install what it needs, build, serve on 127.0.0.1:8080
#   make check        install what tests need, run every test
#   make help         all targets

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
LISTEN  ?= 127.0.0.1:8080
STATE   ?= var
CC      ?= cc

FOLDERS  := $(sort $(patsubst %/,%,$(dir $(wildcard */*.c))))
PROGDIRS := $(patsubst %/main.c,%,$(wildcard */main.c))
# the program's name for a folder
progname = robin-$(or $(prog.$(1)),$(1))
prog.collectors := collect
prog.rrd        := store
prog.www        := site
PROGRAMS := $(BUILD)/bin/robin \
	$(foreach d,$(PROGDIRS),$(BUILD)/bin/$(call progname,$(d)))

PKGS := librrd libcjson yaml-0.1 libcurl libcmark libseccomp libxxhash cairo
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lfcgi -lsqlite3 -lz -lm

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wconversion -Wvla -Wformat=2 -Wundef
ifeq ($(CI),true)
WARN += -Werror
endif
# what only some machines have
CF := $(shell $(CC) -fcf-protection -x c -c /dev/null -o /dev/null 2>/dev/null && echo -fcf-protection)
HARDEN ?= -O2 -g -fPIE -fstack-protector-strong -fstack-clash-protection \
	$(CF) -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
HARDEN_LD ?= -pie -Wl,-z,relro,-z,now,-z,noexecstack
CFLAGS_ALL = -std=c17 -D_GNU_SOURCE -I. -I$(BUILD) $(PKG_CFLAGS) $(WARN) \
	$(HARDEN) $(CFLAGS)
LDFLAGS_ALL = $(HARDEN_LD) -Wl,--as-needed $(LDFLAGS)

OBJ = $(BUILD)/obj
# every folder's sources but main.c, as one archive each
libsrc = $(filter-out $(1)/main.c,$(wildcard $(1)/*.c))
ARCHIVES := $(foreach d,$(FOLDERS),$(if $(call libsrc,$(d)),$(BUILD)/lib/$(d).a))
TABLES := collect route notify action page cmd
GEN := $(foreach t,$(TABLES),$(BUILD)/gen/$(t)_table.h) \
	$(BUILD)/gen/builtin_table.h

.PHONY: all build run check check-long check-unit check-asan install uninstall \
	asan asan-build fuzz \
	fuzz-build fuzz-corpora unit bench bless headers layers format format-check clean deps deps-check \
	help site-assets try-site-assets FORCE
all: build
build: $(PROGRAMS)

# --- tables from the folder listing -----------------------------------------
tablefiles = $(sort $(notdir $(basename $(wildcard */$(1)_*.c))))
define table_rule
$(BUILD)/gen/$(1)_table.h: FORCE
	@mkdir -p $$(@D)
	@printf '%s\n' '/* made by make from the files named $(1)_NAME.c */' \
	    $$(foreach n,$$(call tablefiles,$(1)),'X($$(n))') > $$@.new
	@cmp -s $$@.new $$@ && rm -f $$@.new || mv $$@.new $$@
endef
$(foreach t,$(TABLES),$(eval $(call table_rule,$(t))))

# the site's templates and assets become part of robin-site
SITE_FILES := $(wildcard www/assets/* www/templates/*)
# (and uPlot's, where `make site-assets` has fetched it)
SITE_BUILT := $(wildcard $(BUILD)/gen/assets/*)
symbol = $(subst -,_,$(subst .,_,$(notdir $(1))))
$(BUILD)/gen/builtin_table.h: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '/* made by make from www/assets, www/templates */' \
	    $(foreach f,$(SITE_FILES) $(SITE_BUILT),'X($(call symbol,$(f)), "$(notdir $(f))", $(if $(filter www/templates/%,$(f)),0,1), "$(f)")') > $@.new
	@cmp -s $@.new $@ && rm -f $@.new || mv $@.new $@
$(BUILD)/obj/www/builtin.o: $(SITE_FILES) $(SITE_BUILT)

site-assets: $(BUILD)/gen/assets/uplot.js
$(BUILD)/gen/assets/uplot.js: www/package.json www/package-lock.json
	@mkdir -p $(BUILD)/npm $(@D)
	@cp www/package.json www/package-lock.json www/.npmrc $(BUILD)/npm/
	@cd $(BUILD)/npm && npm ci --silent --ignore-scripts
	@cp $(BUILD)/npm/node_modules/uplot/dist/uPlot.min.css \
	    $(@D)/uplot.css
	@cp $(BUILD)/npm/node_modules/uplot/dist/uPlot.iife.min.js $@
	@echo "  NPM   $(@D) (live charts)"
# pages do without: the explorer then shows pictures
try-site-assets:
	@if command -v npm >/dev/null 2>&1; then \
	    $(MAKE) --no-print-directory site-assets || \
	    echo "robin: npm could not fetch uPlot, so the explorer shows pictures; mend npm and run 'make site-assets' for live charts"; fi

# --- compiling and linking ---------------------------------------------------
$(OBJ)/%.o: %.c Makefile | $(GEN)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CFLAGS_ALL) -include core/banned.h -MMD -MP -c -o $@ $<

define lib_rule
$(BUILD)/lib/$(1).a: $(patsubst %.c,$(OBJ)/%.o,$(call libsrc,$(1)))
	@mkdir -p $$(@D)
	@rm -f $$@
	@ar rcs $$@ $$^
endef
$(foreach d,$(FOLDERS),$(eval $(call lib_rule,$(d))))

define prog_rule
$(BUILD)/bin/$(call progname,$(1)): $(OBJ)/$(1)/main.o $(ARCHIVES)
	@mkdir -p $$(@D)
	@echo "  LINK  $$@"
	@$(CC) $(LDFLAGS_ALL) -o $$@ $$< -Wl,--start-group $(ARCHIVES) \
	    -Wl,--end-group $(LIBS)
endef
$(foreach d,$(PROGDIRS),$(eval $(call prog_rule,$(d))))

$(BUILD)/bin/robin: $(OBJ)/robin.o $(ARCHIVES)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $< -Wl,--start-group $(ARCHIVES) \
	    -Wl,--end-group $(LIBS)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# --- unit tests: tests/unit/<folder>_<file>_test.c is a program --------------
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*_test.c))
$(BUILD)/unit/%: tests/unit/%.c $(ARCHIVES)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CFLAGS_ALL) -Wno-missing-prototypes -Wno-unused-parameter \
	    $(LDFLAGS_ALL) -MMD -MP -MF $@.d -o $@ $< -Wl,--start-group \
	    $(ARCHIVES) -Wl,--end-group $(LIBS) -lcmocka
-include $(wildcard $(BUILD)/unit/*.d)
unit: $(UNIT)

# --- fuzz targets: tests/fuzz/<name>.c, corpus tests/fuzz/corpus/<name>/ ------
FUZZ := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
FUZZ_SECONDS ?= 60
FUZZ_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -g -O1 \
	-std=c17 -D_GNU_SOURCE -I. -I$(BUILD) $(PKG_CFLAGS) -w -include core/banned.h
FUZZ_OBJ := $(foreach d,$(FOLDERS),$(patsubst %.c,$(BUILD)/fuzz-obj/%.o,$(call libsrc,$(d))))
$(BUILD)/fuzz-obj/%.o: %.c Makefile | $(GEN)
	@mkdir -p $(@D)
	@clang $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<
$(BUILD)/lib/fuzz.a: $(FUZZ_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	@ar rcs $@ $^
$(BUILD)/fuzz/%: tests/fuzz/%.c $(BUILD)/lib/fuzz.a
	@mkdir -p $(@D)
	@echo "  FUZZ  $@"
	@clang $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $< $(BUILD)/lib/fuzz.a $(LIBS)
-include $(shell find $(BUILD)/fuzz-obj -name '*.d' 2>/dev/null)
fuzz-build: $(addprefix $(BUILD)/fuzz/,$(FUZZ))
# each target over its own corpus, once: what `make check` does
fuzz-corpora: fuzz-build
	@for f in $(FUZZ); do echo "== $$f"; \
	  $(BUILD)/fuzz/$$f -runs=0 tests/fuzz/corpus/$$f || exit 1; done
fuzz: fuzz-build
	@for f in $(FUZZ); do echo "== $$f"; mkdir -p $(BUILD)/corpus/$$f; \
	  $(BUILD)/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=1024 \
	    -print_final_stats=0 $(BUILD)/corpus/$$f tests/fuzz/corpus/$$f || exit 1; done

# --- house rules --------------------------------------------------------------
headers:
	@sh tests/headers.sh "$(CC)" "$(CFLAGS_ALL)"
layers:
	@sh tests/layers.sh
format:
	@clang-format -i $(wildcard *.c */*.[ch] tests/*/*.c)
format-check:
	@clang-format --dry-run -Werror $(wildcard *.c */*.[ch] tests/*/*.c)

asan-build:
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-asan CC=$(CC) \
	    HARDEN='-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined' \
	    HARDEN_LD='-fsanitize=address,undefined' build unit
asan: asan-build
	@BUILD=$(BUILD)-asan UNIT_SECONDS=600 sh tests/run-unit.sh

# whole programs, too; left out is what cannot hold with a sanitizer in it:
#   1003, 1005, 2300  sizes in memory and on disk, times a pass may take
#   2100-2130, 2220, 5040, 5045  kills and faults at chosen moments, thousands
#                     of starts
#   2140-2165         signals, preloaded clocks and disks, which must come first
#   0200, 0210, 0300  the whole stack and the installed tree, as built
#   3050, 4020, 4900  loads and browsers with deadlines
#   7*, 8200, 8210    other people's programs, manifests, the image
ASAN_OUT := 0200 0210 0300 1003 1005 2100 2110 2120 2125 2130 2140 2150 2160 \
	2165 2220 2300 3050 4020 4900 5040 5045 7100 7110 8200 8210
check-asan: deps-check asan
	@BUILD=$(BUILD)-asan sh tests/asan.sh $(ASAN_OUT)

include packaging/install.mk
include packaging/image.mk

# --- the commands of README.md -------------------------------------------------
deps:
	@sh tests/deps.sh run
deps-check:
	@sh tests/deps.sh check

run: deps try-site-assets
	@$(MAKE) --no-print-directory build
	@exec $(BUILD)/bin/robin run --listen $(LISTEN) --state $(STATE)

check: deps-check
	@$(MAKE) --no-print-directory try-site-assets
	@$(MAKE) --no-print-directory build unit
	@BUILD=$(BUILD) sh tests/check.sh
check-long:
	@sh tests/deps.sh check-long
	@$(MAKE) --no-print-directory build unit
	@BUILD=$(BUILD) LONG=1 sh tests/check.sh
check-unit: unit
	@BUILD=$(BUILD) sh tests/run-unit.sh

bench: build
	@for b in tests/bench/*.sh; do echo "== $$b"; \
	    BUILD=$(BUILD) timeout 900 sh $$b || exit 1; done
bless:
	@BLESS=1 BUILD=$(BUILD) sh tests/check.sh golden; git diff --stat tests/golden

clean:
	rm -rf $(BUILD) $(BUILD)-asan

help:
	@echo 'make run           install what it needs, build, serve on http://$(LISTEN)/'
	@echo 'make check         install what tests need, run every test (under 20 minutes)'
	@echo 'make check-long    full counts and long runs'
	@echo 'make build         build into $(BUILD)/bin'
	@echo 'make asan          build and unit-test under ASan and UBSan'
	@echo 'make check-asan    the same, and whole programs under them'
	@echo 'make fuzz          fuzz every parser, FUZZ_SECONDS=$(FUZZ_SECONDS) each'
	@echo 'make bench         measurements (no assertions)'
	@echo 'make bless         rewrite golden files and show the difference'
	@echo 'make site-assets   fetch uPlot by npm for live charts, then build again'
	@echo 'make image         the container image'
	@echo 'make check-image   build it on a base of our own and run the pod (root)'
	@echo 'make check-cluster CLUSTER=DIR  the manifests on a real node'
	@echo 'make headers       every header compiles alone and twice'
	@echo 'make layers        includes point one way'
	@echo 'make format        clang-format the tree'
	@echo 'make install       DESTDIR= PREFIX=$(PREFIX)'
	@echo 'make uninstall     remove what install put there'
	@echo 'make clean'
FORCE:
