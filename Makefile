# Every target does its own set-up: it makes .venv, installs what is pinned in requirements*.txt, and does so
# again only when the pins change. Nothing is needed beforehand but make and Python 3.11 or later.

EXAMPLE ?= examples/halden
PERIOD  ?= 2026-03
# Every month that its evidence speaks of: what stands in the store is a history.
MONTHS  ?= $(if $(filter %/halden,$(EXAMPLE)),2026-01 2026-02 2026-03 2026-04 2026-05 2026-06,$(PERIOD))
TESTS   ?= tests
# The store that `make run` fills once and serves, and the port it serves on.
STORE   ?= .privity/$(notdir $(EXAMPLE))
PORT    ?= 8000
# The Python that .venv is made with. Empty: the first suitable one on PATH.
PYTHON  ?=
# `make pins UPGRADE=--upgrade` moves every pin to its newest version; without it only what must move moves.
UPGRADE ?=

# Tests and `make run` start the program many times: it is compiled once, whatever the surroundings say of bytecode.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
# Wheels only: a source distribution would run its own set-up program, and pyarrow's takes an hour.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PINNED := --require-hashes --only-binary=:all:
ITSELF := --no-deps --no-build-isolation --editable .

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check check-format check-lint check-types check-imports check-schema check-files \
        format schema bench pins clean

help: ## Say what can be made (this text)
	@echo "make TARGET, where TARGET is one of:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-8s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "Variables: EXAMPLE=$(EXAMPLE) PERIOD=$(PERIOD) STORE=$(STORE) PORT=$(PORT) TESTS=$(TESTS) PYTHON=$(or $(PYTHON),(the first on PATH from 3.11))"

run: .venv/run-ready $(STORE)/filled ## Put the bundled example into a store, settle it, print it and serve it
	@$(BIN)/privity run --store $(STORE) --period $(PERIOD) --if-missing
	@$(BIN)/privity serve --store $(STORE) --port $(PORT)

test: .venv/dev-ready ## Run all tests on every core, beside a PostgreSQL of their own where one is installed
	@.ci/with-postgresql $(BIN)/python -m pytest -n auto --dist worksteal $(TESTS)

check: check-format check-lint check-types check-imports check-schema check-files ## Check everything but the tests: format, lint, types, imports, schema, files

format: .venv/dev-ready ## Rewrite the code in the one format
	@$(BIN)/ruff check --quiet --select I --fix .
	@$(BIN)/ruff format .

schema: .venv/run-ready ## Write openapi/ anew: the schemas of documents, of GraphQL and of the HTTP service
	@mkdir -p openapi
	@$(BIN)/privity schema > .venv/documents.schema.json
	@$(BIN)/privity schema --of graphql > .venv/schema.graphql
	@$(BIN)/privity schema --of openapi > .venv/openapi.json
	@cd .venv && cp documents.schema.json schema.graphql openapi.json ../openapi/

bench: .venv/dev-ready .venv-bench/ready ## Run the benchmarks beside their peers
	@$(BIN)/python -m bench

pins: .venv-pins/bin/uv ## Resolve pyproject.toml anew into requirements.txt and requirements-dev.txt
	@.ci/pins .venv-pins/bin/uv $(UPGRADE)

clean: ## Remove the environment and everything else that was made
	rm -rf .venv .venv-pins .venv-bench .privity privity.egg-info build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------------------------- the parts of `check`
check-format: .venv/dev-ready
	@echo "format"; $(BIN)/ruff format --check --quiet . || { echo "Mend it with: make format"; exit 1; }

check-lint: .venv/dev-ready
	@echo "lint"; $(BIN)/ruff check --quiet .

check-types: .venv/dev-ready
	@echo "types"; $(BIN)/mypy --no-error-summary

check-imports: .venv/dev-ready
	@echo "imports"; $(BIN)/lint-imports

check-schema: .venv/dev-ready
	@echo "schema"; $(BIN)/privity schema > .venv/documents.schema.json
	@$(BIN)/privity schema --of graphql > .venv/schema.graphql
	@$(BIN)/privity schema --of openapi > .venv/openapi.json
	@for each in documents.schema.json schema.graphql openapi.json; do \
	    diff -u openapi/$$each .venv/$$each \
	        || { echo "The code and the committed openapi/$$each differ. Mend it with: make schema"; exit 1; }; \
	done

check-files: .venv/dev-ready
	@echo "files"; $(BIN)/python -m tests.architecture.tracked_files

# ------------------------------------------------------------------------------------- the store of `run`
# Each order may be repeated, so whatever broke off halfway is simply done again; the mark comes last.
$(STORE)/filled: | .venv/run-ready
	@$(BIN)/privity load $(EXAMPLE) --store $(STORE) --reason "make run"
	@$(BIN)/privity ingest $(EXAMPLE) --store $(STORE) --reason "make run"
	@for month in $(MONTHS); do $(BIN)/privity run --store $(STORE) --period $$month --reason "make run" >.venv/settled.log \
	  || exit; done
	@touch $@

# -------------------------------------------------------------------------------------------- set-up
.venv/bin/python:
	@python=$$(PYTHON='$(PYTHON)' .ci/find-python) && \
	    echo "Making .venv with $$("$$python" --version)" && \
	    "$$python" -m venv --clear .venv

.venv/run-ready: .venv/bin/python requirements.txt pyproject.toml
	@echo "Installing what Privity runs on (once; under a minute as a rule)"
	@$(PIP_INSTALL) $(PINNED) --requirement requirements.txt
	@$(PIP_INSTALL) $(ITSELF)
	@touch $@

# The development pins contain the others, so one installation serves both. Python compiles on first use what
# the tests import, which is a small part of what is installed and saves half of the time.
.venv/dev-ready: .venv/bin/python requirements-dev.txt requirements.txt pyproject.toml
	@echo "Installing what Privity runs on and is tested with (once; under a minute as a rule)"
	@$(PIP_INSTALL) $(PINNED) --no-compile --requirement requirements-dev.txt
	@$(PIP_INSTALL) $(ITSELF)
	@touch .venv/run-ready $@

# What only the peers of the benchmarks need stays out of the project's own environment.
.venv-bench/ready: bench/requirements.txt
	@python=$$(PYTHON='$(PYTHON)' .ci/find-python) && "$$python" -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check $(PINNED) --requirement $<
	@touch $@

# The resolver has an environment of its own: only whoever changes a dependency ever needs it.
.venv-pins/bin/uv:
	@python=$$(PYTHON='$(PYTHON)' .ci/find-python) && "$$python" -m venv --clear .venv-pins
	@.venv-pins/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
