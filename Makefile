# The only way to build ttstd. `make help` lists the targets.
#
# One set of rules builds every flavour; the last part of the build directory says which:
# BUILD=build is what ships, BUILD=build/asan and BUILD=build/tsan are instrumented.
# CPPFLAGS, CFLAGS and LDFLAGS are the user's and come last. V=1 shows the commands.
# `make install` puts things below $(DESTDIR)$(PREFIX).

VERSION := 0.1.0
# In an archive that git made, .commit has it. Who builds outside both has to say it.
COMMIT ?= $(or $(shell grep -hE '^[0-9a-f]+$$' .commit 2>/dev/null),$(shell \
            git rev-parse --verify --quiet --short HEAD 2>/dev/null),unknown)

BUILD  ?= build
PYTHON ?= /usr/bin/python3
ifeq ($(origin CC),default)
CC := gcc
endif
OBJCOPY ?= objcopy
INSTALL ?= install

DESTDIR    ?=
PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR     ?= $(PREFIX)/share/man
Q := $(if $(V),,@)

MAKEFLAGS += --no-print-directory -r
.DELETE_ON_ERROR:

# ---- flavours

FLAVOUR := $(filter asan tsan fuzz,$(notdir $(BUILD)))

SANITIZE_asan := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SANITIZE_fuzz := $(SANITIZE_asan) -fsanitize=fuzzer-no-link
SANITIZE_tsan := -fsanitize=thread -fno-omit-frame-pointer
SANITIZE := $(SANITIZE_$(FLAVOUR))

# gcc's runtime for threads dies of "unexpected memory mapping" where the kernel randomises
# addresses by more than 28 bits. Some containers forbid to turn that off; most need not.
UNDER_tsan = $(shell setarch -R true 2>/dev/null && echo setarch -R)
UNDER = $(UNDER_$(FLAVOUR))

SLOWER_asan := 10
SLOWER_tsan := 30

# Not detect_stack_use_after_return: its stack is aligned to 32 bytes, AVX-512 needs 64.
ASAN_OPTIONS  ?= halt_on_error=1:detect_leaks=1
UBSAN_OPTIONS ?= halt_on_error=1:print_stacktrace=1
TSAN_OPTIONS  ?= halt_on_error=1
export ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS

# ---- sources

# A vector unit's file exists only for its processor; the rest is for all.
ARCH := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine 2>/dev/null)))
OTHER_CPU := $(if $(filter x86_64,$(ARCH)),,%_avx2.c %_avx512.c) \
             $(if $(filter aarch64,$(ARCH)),,%_neon.c)

SRC := $(filter-out $(OTHER_CPU),$(sort $(wildcard server/*.c server/*/*.c server/*/*/*.c)))
LIB_SRC := $(filter server/engine/%,$(SRC)) \
           $(patsubst %,server/base/%.c,bytes err fault rng sha256 text)
PYTHON_SRC := $(wildcard clients/python/native/*.c)
SUPPORT_SRC := $(wildcard tests/support/*.c)
UNIT_SRC    := $(wildcard tests/unit/test_*.c)
FAULT_SRC   := $(wildcard tests/fault/test_*.c)
FUZZ_SRC    := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_SHARED := $(filter-out $(FUZZ_SRC),$(wildcard tests/fuzz/*.c))
BENCH_SRC   := $(wildcard tests/bench/bench_*.c)
MIGRATIONS  := $(sort $(wildcard schema/sql/*.sql))
PAGE_SRC    := $(shell find clients/web) # folders too, so that a removed file is noticed

OBJ     := $(SRC:%.c=$(BUILD)/obj/%.o) $(BUILD)/gen/embedded.o $(BUILD)/gen/page.o
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/pic/%.o)
PYTHON_OBJ := $(PYTHON_SRC:%.c=$(BUILD)/pic/%.o)
TEST_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(SUPPORT_SRC) $(UNIT_SRC) $(FAULT_SRC) \
             $(wildcard tests/fuzz/*.c tests/bench/*.c))
UNIT  := $(UNIT_SRC:%.c=$(BUILD)/%)
FAULT := $(FAULT_SRC:%.c=$(BUILD)/%)
# The engine for wider boards, which nothing is shipped with yet: the tests that it has to pass.
WIDE  := $(patsubst %,$(BUILD)/wide/tests/unit/%,\
           test_kernel test_evaluate test_selfplay test_selfplay_rules)
FUZZ  := $(FUZZ_SRC:%.c=$(BUILD)/%)
BENCH := $(BENCH_SRC:%.c=$(BUILD)/%)
BENCH_HTTP := $(BUILD)/tests/bench/bare_server $(BUILD)/tests/bench/paced
TIDY  := $(SRC:%.c=$(BUILD)/tidy/%.ok)
MAN   := $(patsubst deploy/man/%.in,$(BUILD)/man/%,$(wildcard deploy/man/*.in))

# ---- flags

# What pkg-config says is asked for when a recipe first needs it, and then kept: `make run` must be
# readable before the libraries are there, and one question is enough.
pkg = $(call pkg_missing,$(strip $(foreach p,$2,\
        $(shell pkg-config --exists $p 2>/dev/null || echo $p))),$3)$(shell pkg-config $1 $2)
pkg_missing = $(if $1,$(error pkg-config does not find: $1 -- install with: deploy/install-deps.sh $2))
once = $(eval $1 := $2)$($1)

LIBS := libmicrohttpd gnutls jansson sqlite3 nettle
LIB_CFLAGS    = $(call once,LIB_CFLAGS,$(call pkg,--cflags,$(LIBS),build))
LIB_LIBS      = $(call once,LIB_LIBS,$(call pkg,--libs,$(LIBS),build))
NETTLE_CFLAGS = $(call once,NETTLE_CFLAGS,$(call pkg,--cflags,nettle,build))
NETTLE_LIBS   = $(call once,NETTLE_LIBS,$(call pkg,--libs,nettle,build))
CHECK_CFLAGS  = $(call once,CHECK_CFLAGS,$(call pkg,--cflags,check,build test))
CHECK_LIBS    = $(call once,CHECK_LIBS,$(call pkg,--libs,check,build test))
PYTHON_HEADERS = $(call once,PYTHON_HEADERS,$(shell $(PYTHON) -c \
                   'import sysconfig; print(sysconfig.get_paths()["include"])'))
PYTHON_SUFFIX  = $(call once,PYTHON_SUFFIX,$(shell $(PYTHON) -c \
                   'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))'))

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
        -Wvla -Wformat=2 -Wundef -Wwrite-strings -Wpointer-arith
# gcc warns of its own instrumentation, so only the plain flavour is held to it.
ifdef CI
WARN += $(if $(SANITIZE),,-Werror)
endif

# _FORTIFY_SOURCE hides from the sanitizers the calls that they intercept.
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
HARDEN_LD := -Wl,-z,relro,-z,now

# Whoever compares processor features must ask for all that these levels contain.
tuning = $(if $(filter server/engine/% clients/python/native/%,$1),-O3 -ffp-contract=off,-O2) \
         $(if $(filter server/engine/table/selfplay_%,$1),-fno-tree-slp-vectorize) \
         $(if $(filter %_avx2.c,$1),-march=x86-64-v3) $(if $(filter %_avx512.c,$1),-march=x86-64-v4)

# $1: the source file
flags = -std=c17 -D_GNU_SOURCE -Iserver -I$(BUILD)/gen $(WARN) -g $(call tuning,$1) \
        -fstack-protector-strong -pthread

# $1: what is special to this object
define compile
@echo "  CC    $@"
$(Q)mkdir -p $(@D)
$(Q)$(CC) -MMD -MP $(call flags,$<) $1 $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
endef

# $1: the libraries
define link
@echo "  LINK  $@"
$(Q)mkdir -p $(@D)
$(Q)$(CC) -pie -pthread $(HARDEN_LD) $(SANITIZE) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $1 -lm
endef

PROGRAM_FLAGS = -fPIE $(or $(SANITIZE),$(FORTIFY)) $(LIB_CFLAGS)

# ---- what people ask for

# Passed to a make of ours unless the caller has chosen already.
JOBS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

TEST_ENV = TTSTD=$(abspath $(BUILD)/ttstd) TTST_LIB=$(abspath $(BUILD)/libttst.so) \
           TTST_BUILD=$(abspath $(BUILD)) PYTHONDONTWRITEBYTECODE=1 \
           CK_FORK=yes CK_TIMEOUT_MULTIPLIER=$(or $(SLOWER_$(FLAVOUR)),1)$(if $(TTST_SOAK),0)

.PHONY: all run python install uninstall test test-unit test-fault test-api test-contract test-browser \
        test-fuzz test-deploy test-image fuzz fuzz-http fuzz-minimise fuzz-programs screenshots soak soak-load \
        bench-programs lint lint-format lint-tidy lint-includes lint-refusals lint-shell lint-python \
        lint-page format asan tsan bench bench-http bench-lessons profile alone test-aarch64 image try-deploy deb try-deb dist clean help FORCE

all: $(BUILD)/ttstd $(BUILD)/libttst.a $(BUILD)/libttst.so ## build the daemon and libttst (default)

# Programs are built by a second make, because the first one read this file before the libraries
# were installed.
run: ## install what the build needs, build, start the daemon: make run ARGS="--listen 127.0.0.1:9000"
	@deploy/install-deps.sh build
	@deploy/install-deps.sh page || true # the build says what is left out
	@$(MAKE) $(JOBS) all
	@exec $(BUILD)/ttstd $(ARGS)

python: ## install what it needs, build the Python extension chooser into build/python
	@deploy/install-deps.sh build python
	@$(MAKE) $(JOBS) $(BUILD)/python/chooser.built

# The library's major version is its interface's, and stands in its soname.
SONAME := libttst.so.$(firstword $(subst ., ,$(VERSION)))

INSTALLED = $(BINDIR)/ttstd $(INCLUDEDIR)/ttst.h \
            $(addprefix $(LIBDIR)/,libttst.a libttst.so $(SONAME) libttst.so.$(VERSION) pkgconfig/ttst.pc) \
            $(foreach page,$(notdir $(MAN)),$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(page))

install: all $(MAN) ## install the daemon and libttst: make install DESTDIR= PREFIX=/usr/local
	$(INSTALL) -d $(sort $(dir $(addprefix $(DESTDIR),$(INSTALLED))))
	$(INSTALL) -m 755 $(BUILD)/ttstd $(DESTDIR)$(BINDIR)/ttstd
	$(INSTALL) -m 644 server/engine/ttst.h $(DESTDIR)$(INCLUDEDIR)/ttst.h
	$(INSTALL) -m 644 $(BUILD)/libttst.a $(DESTDIR)$(LIBDIR)/libttst.a
	$(INSTALL) -m 644 $(BUILD)/libttst.so $(DESTDIR)$(LIBDIR)/libttst.so.$(VERSION)
	ln -sf libttst.so.$(VERSION) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libttst.so
	for page in $(MAN); do \
	  $(INSTALL) -m 644 $$page $(DESTDIR)$(MANDIR)/man$${page##*.}/ || exit 1; done
	printf '%s\n' 'Name: ttst' 'Description: learns board games by self-play' \
	  'Version: $(VERSION)' 'Cflags: -I$(INCLUDEDIR)' 'Libs: -L$(LIBDIR) -lttst' \
	  'Requires.private: nettle' 'Libs.private: -lm' > $(DESTDIR)$(LIBDIR)/pkgconfig/ttst.pc
	test -n '$(DESTDIR)' || ldconfig 2>/dev/null || true # so that programs find the library at once

uninstall: ## remove what install put there, given the same DESTDIR and PREFIX
	rm -f $(addprefix $(DESTDIR),$(INSTALLED))

test: ## install what the tests need, build, run all tests
	@deploy/install-deps.sh build page python test
	@deploy/fetch-tools.sh
	@$(MAKE) $(JOBS) -k -O test-unit
	@$(MAKE) $(JOBS) -k -O test-fault
	@$(MAKE) $(JOBS) test-api
	@$(MAKE) test-contract
	@$(MAKE) test-browser
	$(if $(SANITIZE),,@$(MAKE) test-fuzz)
	@$(if $(FLAVOUR),,deploy/install-deps.sh deploy && $(MAKE) test-deploy test-image)

# Each test program's run is a target, so that they run beside each other.
RUNS := $(addsuffix .run,$(UNIT) $(WIDE) $(FAULT))
.PHONY: $(RUNS) test-killed
$(RUNS): %.run: % all
	@$(TEST_ENV) $(UNDER) $<

# The tests of a file share a daemon: they stay together.
PYTEST = $(TEST_ENV) $(UNDER) $(PYTHON) -m pytest -q -p no:cacheprovider
BESIDE = -n auto --dist loadfile

test-unit: $(addsuffix .run,$(UNIT) $(WIDE)) ## build and run the unit tests

test-fault: $(addsuffix .run,$(FAULT)) test-killed ## build and run the tests of failures

test-killed: all
	@$(PYTEST) tests/fault

EXCHANGES := $(BUILD)/exchanges.jsonl

test-api: all $(BUILD)/python/chooser.built ## build and run the API tests
	@rm -f $(EXCHANGES)
	@TTST_EXCHANGES=$(abspath $(EXCHANGES)) $(PYTEST) $(BESIDE) tests/api

test-deploy: all $(MAN) tests/deploy/node_modules/.package-lock.json ## run the tests of what is in deploy/ that need no container
	@$(PYTEST) tests/deploy

test-image: ## as root: build the container image, try it; for others it is left out
	@if deploy/try.sh --possible; then deploy/install-deps.sh image && deploy/try.sh; \
	else echo "deploy/try.sh: left out"; fi

test-contract: tests/contract/node_modules/.package-lock.json ## hold schema/openapi.yaml against what the API tests saw
	@said=$$(node --test --test-reporter=spec $(wildcard tests/contract/*.test.js) 2>&1) || \
	{ printf '%s\n' "$$said"; exit 1; }
	@test -e $(EXCHANGES) || { echo "make test-api has to come first" >&2; exit 1; }
	@node tests/contract/check.js schema/openapi.yaml server/api/api.c $(EXCHANGES)

BROWSER_PACKAGES := tests/browser/node_modules/.package-lock.json

test-browser: all $(BROWSER_PACKAGES) ## build and run the page's tests in Chromium
	@said=$$($(TEST_ENV) $(UNDER) node --test --test-reporter=spec $(wildcard tests/browser/*.test.js) 2>&1) || \
	{ printf '%s\n' "$$said"; exit 1; }; \
	printf '%s\n' "$$said" | sed -n 's/^. pass /tests\/browser: passed /p'

screenshots: ## install what it needs, build, take pictures of the page into build/screenshots
	@deploy/install-deps.sh build page test
	@$(MAKE) $(JOBS) all $(BROWSER_PACKAGES)
	@$(TEST_ENV) node tests/browser/screenshots.js $(BUILD)/screenshots

asan: ## all tests under the address and undefined behaviour sanitizers
	@$(MAKE) BUILD=$(BUILD)/asan test

tsan: ## all tests under the thread sanitizer
	@$(MAKE) BUILD=$(BUILD)/tsan test

# The fuzzers have instruments of their own, and clang's.
FUZZ_MAKE = $(MAKE) $(JOBS) BUILD=$(BUILD)/fuzz CC=clang CFLAGS=-O1 fuzz-programs
FUZZ_ENV  = TTST_FUZZ_BUILD=$(abspath $(BUILD)/fuzz) TTSTD=$(abspath $(BUILD)/fuzz/ttstd) \
            TTST_BUILD=$(abspath $(BUILD)/fuzz) PYTHONDONTWRITEBYTECODE=1
FUZZ_SECONDS  ?= 60
FUZZ_REQUESTS ?= 100000
SOAK_SECONDS  ?= 1800

test-fuzz: ## a short run of each fuzzer
	@$(FUZZ_MAKE)
	@$(FUZZ_ENV) $(PYTHON) tests/fuzz/run.py --seconds 2
	@$(FUZZ_ENV) $(PYTHON) tests/fuzz/broken_http.py --requests 2000

fuzz: ## fuzz each target for FUZZ_SECONDS=60: make fuzz FUZZ_TARGETS="request import"
	@deploy/install-deps.sh build test
	@$(FUZZ_MAKE)
	@$(FUZZ_ENV) $(PYTHON) tests/fuzz/run.py --seconds $(FUZZ_SECONDS) $(FUZZ_TARGETS)

fuzz-http: ## send FUZZ_REQUESTS=100000 broken requests to the daemon
	@deploy/install-deps.sh build test
	@$(FUZZ_MAKE)
	@$(FUZZ_ENV) $(PYTHON) tests/fuzz/broken_http.py --requests $(FUZZ_REQUESTS)

fuzz-minimise: ## make the corpora what the targets need of them and of what they found
	@$(FUZZ_MAKE)
	@$(FUZZ_ENV) $(PYTHON) tests/fuzz/run.py --minimise $(FUZZ_TARGETS)

soak: ## the tests of failures at greater length, then everything at once for SOAK_SECONDS=1800
	@deploy/install-deps.sh build page python test
	@TTST_SOAK=1 $(MAKE) $(JOBS) test-fault
	@$(MAKE) $(JOBS) BUILD=$(BUILD)/asan $(BUILD)/asan/ttstd
	@$(MAKE) BUILD=$(BUILD)/asan soak-load

soak-load:
	@$(TEST_ENV) $(PYTHON) tests/soak/load.py --seconds $(SOAK_SECONDS)

bench: ## build, measure everything beside its baselines, print the tables of tests/bench/README.md
	@deploy/install-deps.sh build python bench
	@$(MAKE) $(JOBS) all bench-programs $(BUILD)/python/chooser.built
	@$(TEST_ENV) $(PYTHON) tests/bench/bench.py

bench-http: ## build, measure how fast requests are answered beside bare libmicrohttpd and nginx
	@deploy/install-deps.sh build bench
	@$(MAKE) $(JOBS) all $(BENCH_HTTP)
	@$(TEST_ENV) $(PYTHON) tests/bench/bench_http.py

# The last commit that wrote a brain's whole table for each match.
BEFORE_LESSONS := 4595639be73b7476a3bd93edaee035ea441da332

bench-lessons: ## build, measure reported matches beside the daemon before lessons, and ten thousand brains
	@deploy/install-deps.sh build bench
	@$(MAKE) $(JOBS) all $(BENCH_HTTP)
	@rm -rf $(BUILD)/before-lessons && mkdir -p $(BUILD)/before-lessons
	@git archive $(BEFORE_LESSONS) | tar x -C $(BUILD)/before-lessons
	@$(MAKE) $(JOBS) -C $(BUILD)/before-lessons BUILD=build build/ttstd
	@BEFORE=$(abspath $(BUILD))/before-lessons/build/ttstd $(TEST_ENV) $(PYTHON) tests/bench/bench_lessons.py

profile: ## as root: where training time goes, in the daemon and in the Python reference
	@deploy/install-deps.sh build bench profile
	@$(MAKE) $(JOBS) all
	@$(TEST_ENV) $(PYTHON) tests/bench/hot_spots.py

bench-programs: $(BENCH)
	@:

fuzz-programs: $(FUZZ) $(BUILD)/ttstd
	@:

# -k: one run shows all there is to mend. -O: what one check prints stays together.
lint: ## install the lint tools, check format, code, include directions, refusals, shell scripts, types
	@deploy/install-deps.sh build lint
	@$(MAKE) $(JOBS) -k -O lint-format lint-tidy lint-includes lint-refusals lint-shell lint-python \
	  lint-page

C_FILES = $(shell find $(wildcard server tests clients) -name '*.[ch]')
SHELL_FILES = $(wildcard .ci/run) \
              $(shell find $(wildcard schema server clients tests deploy) -name '*.sh')

lint-format: ## is all C as .clang-format wants it?
	$(Q)clang-format --dry-run -Werror $(C_FILES)

lint-tidy: $(TIDY) ## clang-tidy over what changed since it last passed

lint-includes: ## do includes follow server/includes.rules?
	$(Q)tests/support/lint_includes.sh

lint-refusals: ## does each sentence of a refusal stand in a golden case?
	$(Q)$(PYTHON) -B tests/support/lint_refusals.py

lint-shell: ## shellcheck
	$(Q)shellcheck $(SHELL_FILES)

lint-python: ## are the types of the Python client right?
	$(Q)cd clients/python && mypy --cache-dir $(abspath $(BUILD))/mypy --no-error-summary

lint-page: $(BROWSER_PACKAGES) ## are the types of the page right?
	$(Q)tests/browser/node_modules/.bin/tsc -p clients/web

format: ## rewrite all C as .clang-format wants it
	@deploy/install-deps.sh lint
	$(Q)clang-format -i $(C_FILES)

DOCKER ?= docker
IMAGE  ?= ttstd

image: ## build the container image: make image DOCKER=podman
	$(DOCKER) build -f deploy/Dockerfile -t $(IMAGE) \
	  --build-arg VERSION=$(VERSION) --build-arg COMMIT=$(COMMIT) .

deb: ## install what it needs, build the Debian packages into build/deb, check them
	@deploy/install-deps.sh build page test deb
	@deploy/deb.sh $(VERSION) $(COMMIT)
	lintian --fail-on error,warning,info build/deb/*.changes

DIST := build/ttstd-$(VERSION).tar.gz

dist: ## pack what is committed into build/ttstd-VERSION.tar.gz, which builds and tests by itself
	@mkdir -p build
	git archive --prefix=ttstd-$(VERSION)/ --output=$(DIST) HEAD

try-dist: dist ## unpack that, build it and run all tests in it
	rm -rf build/try-dist
	mkdir -p build/try-dist
	tar -C build/try-dist -xzf $(DIST)
	$(MAKE) -C build/try-dist/ttstd-$(VERSION) BUILD=build test

try-deb: deb ## as root: install the packages in a Debian of their own, boot its systemd, try the service
	@deploy/try-deb.sh

test-aarch64: ## the engine's tests as programs for aarch64, under qemu-user
	@deploy/install-deps.sh cross
	@PKG_CONFIG_LIBDIR=/usr/lib/aarch64-linux-gnu/pkgconfig \
	  $(MAKE) $(JOBS) BUILD=$(BUILD)/aarch64 CC=aarch64-linux-gnu-gcc alone
	@set -e; for program in $(notdir $(ALONE)); do \
	  qemu-aarch64 $(BUILD)/aarch64/alone/$$program; done

try-upgrade: all ## upgrade a database from the last ttstd of the previous schema, and go back
	@deploy/try-upgrade.sh

try-deploy: ## as root: all of deploy/: container image, packages, systemd, upgrade, nginx, monitoring
	@deploy/install-deps.sh build page image deb deploy
	@deploy/fetch-tools.sh
	@deploy/try.sh
	@$(MAKE) try-deb
	@$(MAKE) try-upgrade test-deploy

clean: ## remove what was built, and what npm installed
	rm -rf build $(patsubst %,tests/%/node_modules,contract browser deploy)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

# ---- the daemon

$(BUILD)/ttstd: $(OBJ)
	$(call link,$(LIB_LIBS))

$(BUILD)/obj/%.o: %.c Makefile | $(BUILD)/gen/version.h
	$(call compile,$(PROGRAM_FLAGS))

$(BUILD)/gen/%.o: $(BUILD)/gen/%.c Makefile
	$(call compile,$(PROGRAM_FLAGS))

# The folder is named too, so that a removed migration is noticed.
$(BUILD)/gen/embedded.c: schema/embed.sh schema/openapi.yaml $(MIGRATIONS) schema/sql
	@mkdir -p $(@D)
	$(Q)schema/embed.sh schema/openapi.yaml $(MIGRATIONS) > $@

# Another esbuild makes other files, none leaves the page out.
$(BUILD)/gen/page-tools: FORCE
	@mkdir -p $(@D)
	@{ esbuild --version; ls /usr/share/javascript/chart.js/chart.mjs; } > $@.new 2>/dev/null || true; \
	if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(BUILD)/gen/page.c: $(PAGE_SRC) $(BUILD)/gen/page-tools
	@echo "  PAGE  $@"
	$(Q)clients/web/build.sh $(BUILD)/web
	$(Q)clients/web/embed.sh $(BUILD)/web > $@

# Asked for at every build, but written only when it would say something else.
$(BUILD)/gen/version.h: FORCE
	@mkdir -p $(@D)
	@printf '#define TTSTD_VERSION "%s"\n#define TTSTD_COMMIT "%s"\n' '$(VERSION)' '$(COMMIT)' > $@.new; \
	if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

# ---- man pages

$(BUILD)/man/%: deploy/man/%.in deploy/man/options.awk $(BUILD)/ttstd Makefile
	@mkdir -p $(@D)
	$(Q)$(BUILD)/ttstd --help | awk -f deploy/man/options.awk > $@.options
	$(Q)sed -e 's/@VERSION@/$(VERSION)/' -e '/@OPTIONS@/ { r $@.options' -e 'd }' $< > $@
	@rm $@.options

# ---- libttst: only what ttst.h exports can be seen from outside
#
# Never instrumented: a plain python could not load it, and the same sources are instrumented in
# the programs.

$(BUILD)/pic/%.o: %.c Makefile | $(BUILD)/gen/version.h
	$(call compile,-fPIC -fvisibility=hidden $(FORTIFY) $(NETTLE_CFLAGS) $(PYTHON_FLAGS))

# One object, so that hidden symbols can become local once they have been resolved.
$(BUILD)/libttst.o: $(LIB_OBJ)
	$(Q)$(LD) -r -o $@ $^
	$(Q)$(OBJCOPY) --localize-hidden $@

$(BUILD)/libttst.a: $(BUILD)/libttst.o
	@echo "  AR    $@"
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/libttst.so: $(LIB_OBJ)
	@echo "  LINK  $@"
	$(Q)$(CC) -shared -pthread $(HARDEN_LD) -Wl,-z,defs -Wl,-soname,$(SONAME) $(LDFLAGS) -o $@ $^ \
	  $(NETTLE_LIBS) -lm

# ---- the Python extension: on libttst alone, and like it never instrumented

$(PYTHON_OBJ): PYTHON_FLAGS = -Iserver/engine -isystem $(PYTHON_HEADERS)

# Its name says which Python it is for, which is not known before that is there.
$(BUILD)/python/chooser.built: $(PYTHON_OBJ) $(BUILD)/libttst.a clients/python/native/chooser.pyi
	@echo "  LINK  $(@D)/chooser$(PYTHON_SUFFIX)"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -shared -pthread $(HARDEN_LD) $(LDFLAGS) -o $(@D)/chooser$(PYTHON_SUFFIX) \
	  $(filter %.o %.a,$^) $(NETTLE_LIBS) -lm
	$(Q)cp $(filter %.pyi,$^) $(@D)
	@touch $@

# ---- tests and benchmarks

# Everything but main() is theirs, and of the support files what they use.
TESTED := $(filter-out %/main.o,$(OBJ)) $(BUILD)/tests/support.a

$(TEST_OBJ): PROGRAM_FLAGS += -Itests
$(patsubst %.c,$(BUILD)/obj/%.o,$(UNIT_SRC) $(FAULT_SRC) $(SUPPORT_SRC) \
  $(FUZZ_SRC) $(FUZZ_SHARED)): PROGRAM_FLAGS += $(CHECK_CFLAGS)

$(BUILD)/tests/support.a: $(SUPPORT_SRC:%.c=$(BUILD)/obj/%.o)
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(UNIT) $(FAULT): $(BUILD)/%: $(BUILD)/obj/%.o $(TESTED)
	$(call link,$(WRAPPED) $(CHECK_LIBS) $(LIB_LIBS))

# All that allocates in tests of missing memory does so by way of tests/support/scarce_memory.c.
$(filter %_memory,$(FAULT)): WRAPPED = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc

# A test that keeps the evaluator of a service waiting gets hold of its trainer.
$(filter %_curve_crashes,$(UNIT)): WRAPPED = -Wl,--wrap=trainer_create

WIDE_SUPPORT := unit boards brains plain_game plain_selfplay tables trial
WIDE_OBJ := $(patsubst %.c,$(BUILD)/wide/%.o,$(LIB_SRC) $(WIDE_SUPPORT:%=tests/support/%.c))

$(BUILD)/wide/%.o: %.c Makefile | $(BUILD)/gen/version.h
	$(call compile,$(PROGRAM_FLAGS) $(CHECK_CFLAGS) -Itests -DENGINE_ROW_CELLS=16)

$(WIDE): %: %.o $(WIDE_OBJ)
	$(call link,$(CHECK_LIBS) $(NETTLE_LIBS))

# The engine's tests without the daemon: for another processor they need check and nettle alone.
ALONE := $(patsubst %,$(BUILD)/alone/%,\
           test_ttst test_patterns test_patterns_brain test_selfplay test_evaluate)
ALONE_SUPPORT := unit boards brains plain_evaluate plain_game plain_network plain_selfplay \
                 plain_strategy tables trial
ALONE_OBJ := $(patsubst %.c,$(BUILD)/alone/%.o,$(LIB_SRC) $(ALONE_SUPPORT:%=tests/support/%.c))

$(BUILD)/alone/%.o: %.c Makefile | $(BUILD)/gen/version.h
	$(call compile,-fPIE $(FORTIFY) $(NETTLE_CFLAGS) $(CHECK_CFLAGS) -Itests)

$(ALONE): $(BUILD)/alone/%: $(BUILD)/alone/tests/unit/%.o $(ALONE_OBJ)
	$(call link,$(CHECK_LIBS) $(NETTLE_LIBS))

alone: $(ALONE)

# npm writes this file last.
%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	@echo "  NPM   $(<D)"
	$(Q)cd $(<D) && npm ci --loglevel=error
	@touch $@

# libFuzzer brings main(). What is wrapped: tests/fuzz/kept_boards.c, asked.c.
KEPT := states_create states_create_reduced states_destroy solution_create solution_destroy \
        MHD_resume_connection

$(FUZZ): $(BUILD)/%: $(BUILD)/obj/%.o $(FUZZ_SHARED:%.c=$(BUILD)/obj/%.o) $(TESTED)
	$(call link,-fsanitize=fuzzer $(KEPT:%=-Wl,--wrap=%) $(LIB_LIBS))

BENCH_PLAIN := $(BUILD)/obj/tests/bench/plain.o

$(BENCH): $(BUILD)/%: $(BUILD)/obj/%.o $(BENCH_PLAIN) $(TESTED)
	$(call link,$(LIB_LIBS))

$(BENCH_HTTP): $(BUILD)/%: $(BUILD)/obj/%.o
	$(call link,$(LIB_LIBS))

# ---- lint

# An object is as new as all that it includes, so what hangs on it is checked again when it must be.
$(TIDY): $(BUILD)/tidy/%.ok: $(BUILD)/obj/%.o .clang-tidy
	@echo "  TIDY  $*.c"
	@mkdir -p $(@D)
	$(Q)found=$$(clang-tidy --quiet $*.c -- $(call flags,$*.c) $(LIB_CFLAGS) $(CPPFLAGS) 2>&1) || \
	{ printf '%s\n' "$$found"; exit 1; }
	@touch $@

-include $(patsubst %.o,%.d,$(OBJ) $(LIB_OBJ) $(PYTHON_OBJ) $(TEST_OBJ) $(WIDE_OBJ) $(WIDE:%=%.o))
