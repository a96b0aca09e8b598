# The verbs of this repository; `make help` lists them. Whatever a verb needs and does not find, it makes first.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup build wheel serve test test-products check bench install clean

PREFIX ?= /usr/local
PYTHON ?= python3

venv := .venv
requirements := $(wildcard Tests/integration/requirements.txt Examples/requirements.txt)
bridge := python/plait/_bridge.abi3.so
# What `make wheel` packs and `make install` copies: without symbols.
program := .build/stripped/plait
# Swift's runtime is linked in, nothing is looked for beside the executable: it runs on machines without a toolchain.
swift_build := swift build -c release --static-swift-stdlib --disable-local-rpath

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(venv)/.debian $(venv)/.python ## install Debian packages and the virtual environment in .venv

$(venv)/.debian: scripts/debian-packages.txt
	@scripts/setup debian $<
	@mkdir -p $(@D) && touch $@

$(venv)/.python: $(requirements) | $(venv)/.debian
	@PYTHON='$(PYTHON)' scripts/setup python $(venv) $(requirements)
	@touch $@

build: $(venv)/.debian ## release build: .build/release/plait and the workers' extension module
	$(swift_build)
	@mkdir -p $(dir $(bridge) $(program))
	@strip --strip-unneeded -o $(bridge).new .build/release/libPythonBridge.so && mv -f $(bridge).new $(bridge)
	@strip --strip-all -o $(program).new .build/release/plait && mv -f $(program).new $(program)

wheel: build ## dist/plait-….whl, which pip installs on CPython 3.10 and later
	@rm -f dist/plait-*.whl
	@'$(PYTHON)' scripts/wheel $(program) dist

serve: setup build ## serve the Flask example on http://localhost:8080
	.build/release/plait serve Examples/flask/hello.py --python $(venv)/bin/python

test: setup wheel ## every test there is; the last line is the sum
	@scripts/test

test-products: wheel ## tests with products from PyPI, in .products; minutes, and not part of test (PRODUCTS='agents')
	@PYTHON='$(PYTHON)' scripts/test-products $(PRODUCTS)

check: build ## what a reviewer should not have to look for: format, imports, sizes, links …
	@scripts/check/all

bench: build ## measure beside the neighbours; writes docs/performance.md (BENCH='--only hello64 --rounds 5')
	@$(PYTHON) Benchmarks/run.py $(BENCH)

install: build ## put bin/plait, lib/plait/python, manual and completions under PREFIX (/usr/local), DESTDIR
	install -D -m 755 $(program) '$(DESTDIR)$(PREFIX)/bin/plait'
	cd python && find plait -type f ! -name '*.pyc' -exec \
	    install -D -m 644 {} '$(DESTDIR)$(PREFIX)/lib/plait/python/{}' \;
	install -D -m 644 -t '$(DESTDIR)$(PREFIX)/share/man/man1' docs/reference/*.1
	@scripts/install-completions .build/release/plait '$(DESTDIR)$(PREFIX)/share'

clean: ## remove everything that make made, environments included
	rm -rf .build .build-* .venv .bench .products .pytest_cache dist $(bridge)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
