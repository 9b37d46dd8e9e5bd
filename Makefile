# Everything lives in .venv; nothing else on the machine is changed. `make help` lists the targets.

SHELL := /bin/sh
BIN := .venv/bin
# Any package index will do: pip reads it from its own configuration, the hashes in requirements/ decide what is accepted.
PIP := $(BIN)/python -m pip -qq --no-input --disable-pip-version-check
# The lock is made against uv's default index, whatever this machine's user has configured.
UV := env -u UV_INDEX -u UV_INDEX_URL -u UV_DEFAULT_INDEX -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS $(BIN)/uv --no-config --quiet

ifeq ($(CI),true)
PYTEST_FLAGS ?= -n auto -ra --color=no
else
PYTEST_FLAGS ?= -n auto
endif

.PHONY: help install serve test browser pictures lint format bench bench-cohort bench-peers spark lock sbom clean
.DEFAULT_GOAL := help
.NOTPARALLEL:

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 17

install: .venv/.project  ## install everything into .venv

serve: install  ## start the service on 127.0.0.1:8000
	@$(BIN)/tnbc-cds serve

test: lint  ## lint, types, import layers, then every test; those in a browser where Chromium is
	$(BIN)/pytest $(PYTEST_FLAGS) $(ARGS)
	@$(if $(ARGS),,$(MAKE) --no-print-directory .browser-if-there)

AXE := axe-core-4.14.1

browser: install .venv/axe.min.js  ## walk the pages in Chromium, check them with axe
	@command -v "$${CHROMIUM:-chromium}" >/dev/null || { echo "Chromium is missing; on Debian: apt-get install chromium" >&2; exit 1; }
	$(BIN)/pytest $(PYTEST_FLAGS) tests/browser $(ARGS)

pictures: install  ## take the pictures of the page in docs/images anew, in Chromium
	@$(BIN)/python -m tests.browser.pictures

# In a process of its own: Playwright keeps an event loop running in the thread of the tests, where other tests start theirs.
.PHONY: .browser-if-there
.browser-if-there:
	@if ! command -v "$${CHROMIUM:-chromium}" >/dev/null; then \
	    echo "Skipped: the tests in a browser. Chromium is missing; on Debian: apt-get install chromium npm, then: make browser"; \
	else \
	    $(MAKE) --no-print-directory .venv/axe.min.js || echo "axe is not there: the tests of accessibility are skipped"; \
	    $(BIN)/pytest $(PYTEST_FLAGS) tests/browser; \
	fi

.venv/axe.min.js: .venv/.packages
	@command -v npm >/dev/null || { echo "npm is missing, it fetches axe; on Debian: apt-get install npm" >&2; exit 1; }
	@cd .venv && npm pack --silent $(subst -core-,-core@,$(AXE)) >/dev/null && tar -xzmf $(AXE).tgz package/axe.min.js \
	    && mv package/axe.min.js . && rm -r package $(AXE).tgz

lint: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	@$(MAKE) --no-print-directory .check-lock

format: install  ## put the code into the common format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: install  ## measure speed and memory, print a table
	$(BIN)/python -m tests.benchmarks

bench-cohort: .venv/.spark  ## decide on the same patients here, on Spark and in DuckDB, compare all they say
	$(BIN)/python -m tests.benchmarks.agreement $(ARGS)

bench-peers: .venv/.peers  ## measure the engine beside others on the same rules, print tables
	$(BIN)/python -m tests.benchmarks.peers $(ARGS)

spark: .venv/.spark  ## the tests that need Spark (450 MB) and Java 17
	$(BIN)/pytest -n 0 -m spark $(ARGS)

# Larger than the rest and seldom needed, so installed by the targets that want them.
.venv/.peers .venv/.spark: .venv/.%: requirements/%.txt .venv/.project
	@$(PIP) install --require-hashes --no-build-isolation -r $<
	@touch $@

# uv.lock is the lock; requirements/ is the same lock in pip's words, which names no index.
EXPORT := export --frozen --offline --no-header --no-annotate --no-emit-project

lock: install  ## resolve again after a change of pyproject.toml (UPGRADE=1: to the newest versions)
	$(UV) lock $(if $(UPGRADE),--upgrade)
	$(UV) $(EXPORT) --only-group build --output-file requirements/build.txt >/dev/null
	$(UV) $(EXPORT) --output-file requirements/dev.txt >/dev/null
	$(UV) $(EXPORT) --no-dev $(SERVICE) --output-file requirements/service.txt >/dev/null
	$(UV) $(EXPORT) --only-group spark --output-file requirements/spark.txt >/dev/null
	$(UV) $(EXPORT) --only-group peers --output-file requirements/peers.txt >/dev/null

# What is put on a hospital's machine: the service with its extras, without anything to develop with.
SERVICE := --extra postgresql --extra tracing

sbom: install  ## the bill of materials of the service, as CycloneDX
	@mkdir -p build
	@$(UV) export --frozen --offline --preview --format cyclonedx1.5 --no-dev $(SERVICE) --output-file build/sbom.cdx.json >/dev/null
	@echo "build/sbom.cdx.json: $$($(BIN)/python -c 'import json; print(len(json.load(open("build/sbom.cdx.json"))["components"]))') components"

clean:  ## remove .venv, caches and builds
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: .check-lock
.check-lock:
	@$(UV) lock --check --offline || { echo "uv.lock is behind pyproject.toml: run 'make lock'" >&2; exit 1; }
	@for group in "build --only-group build" dev "service --no-dev $(SERVICE)" "spark --only-group spark" "peers --only-group peers"; do \
	    set -- $$group; name=$$1; shift; \
	    $(UV) $(EXPORT) "$$@" 2>/dev/null | cmp -s - requirements/$$name.txt \
	        || { echo "requirements/$$name.txt is behind uv.lock: run 'make lock'" >&2; exit 1; }; \
	done

# Rebuilt from nothing when the lock changes, so that .venv holds what is locked and no more.
.venv/.packages: requirements/build.txt requirements/dev.txt scripts/check-machine
	$(eval FOUND := $(shell PYTHON="$(PYTHON)" scripts/check-machine 2>&1))
	$(if $(filter-out 0,$(.SHELLSTATUS)),$(error $(FOUND)))
	@echo "Installing into .venv with $$($(FOUND) --version); this takes a minute, once"
	@rm -rf .venv && $(FOUND) -m venv .venv
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/build.txt
	@$(PIP) install --require-hashes --no-build-isolation -r requirements/dev.txt
	@$(BIN)/python -c 'import durable_rules_engine'
	@touch $@

.venv/.project: .venv/.packages pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
