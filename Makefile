# Needs Python 3.11 (or 3.12, 3.13) and make; everything else goes into .venv from the hashed lock files.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup setup-run run check test test-postgres test-full bench messages lock clean

# PYTHON=… chooses the interpreter that makes .venv; WORKERS=… the number of parallel test processes;
# ARGS=… is handed on: make test ARGS='-k checkout'.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 \
	&& { command -v "$$p"; break; }; done)
WORKERS ?= 2
ARGS ?=

BIN := .venv/bin
PY := $(BIN)/python
# The checks read settings; they get a data folder of their own, never the library's.
SCRATCH := $(CURDIR)/.venv/scratch
CHECKING := DATABASE_URL= YANSHU_DATA="$(SCRATCH)" DJANGO_SETTINGS_MODULE=yanshu.config.settings
PYTEST := $(PY) -m pytest -n $(WORKERS) --dist loadgroup

help: ## show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: python
python:
	@test -n "$(PYTHON)" || { \
	  echo "Yanshu needs Python 3.11, 3.12 or 3.13, and found none of them on the PATH." >&2; \
	  echo "Debian 12, Ubuntu 24.04: apt install python3 python3-venv. Or name one: make PYTHON=/path/to/python3.11 …" >&2; \
	  exit 2; }

setup: python ## .venv with everything needed to develop; seconds when nothing has changed
	@"$(PYTHON)" scripts/bootstrap.py dev

setup-run: python ## .venv with what is needed to run, without the developers' tools
	@"$(PYTHON)" scripts/bootstrap.py run

run: setup-run ## set up, load the demonstration year if empty, start web, SIP2 and jobs
	@exec $(BIN)/yanshu up

check: setup ## lint, contracts, types, templates, migrations, translations, architecture tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=src $(BIN)/lint-imports
	$(CHECKING) $(BIN)/mypy
	$(BIN)/djlint --lint --quiet src
	$(CHECKING) $(PY) -m django makemigrations --check --dry-run
	$(PY) scripts/messages.py check
	$(PY) -m pytest -q tests/architecture

test: check ## the checks, then all tests but the full year, on SQLite; browser tests where a Chromium is there
	$(PYTEST) -m "not full and not postgres and not browser" --ignore tests/architecture $(ARGS)
	$(PYTEST) -m "browser" --ignore tests/architecture $(ARGS)

# One process: a feed is read below the oldest transaction of the whole server, and a second process's tests
# would hold it back.
test-postgres: setup ## the tests on PostgreSQL at TEST_DATABASE_URL, without browser and full year
	@test -n "$$TEST_DATABASE_URL" || { \
	  echo "TEST_DATABASE_URL is not set: nothing was tested on PostgreSQL." >&2; \
	  echo "Example: TEST_DATABASE_URL=postgresql:///yanshu make test-postgres (a role that may create databases)" >&2; \
	  exit 2; }
	$(PY) -m pytest --postgres -m "not full and not browser" --ignore tests/architecture $(ARGS)

test-full: setup ## the whole demonstration year at scale 1, every figure
	$(PY) -m pytest -m full $(ARGS)

bench: setup ## rates as ratios against the limit measured in the same run
	$(PY) -m bench $(ARGS)

messages: setup ## collect new messages into the catalogues, then compile them
	$(PY) scripts/messages.py merge
	$(PY) scripts/messages.py compile

LOCKING := $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

lock: setup ## renew the lock files (LOCK_ARGS=--upgrade: to the newest versions allowed)
	$(LOCKING) $(LOCK_ARGS) pyproject.toml --extra postgres --extra server -o requirements.lock
	$(LOCKING) $(LOCK_ARGS) pyproject.toml --extra postgres --extra server --group dev \
	  -c requirements.lock -o requirements-dev.lock
	echo uv | $(LOCKING) $(LOCK_ARGS) - -o requirements-uv.lock

clean: ## remove .venv and the tools' caches; the library's data (var/) stays
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests scripts bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
