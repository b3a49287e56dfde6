# The tasks of this project. `make` alone lists them.

PYTHON ?= python3
BIN    := .venv/bin
JOBS   ?= 2
CLIENTS ?= 1000000

.DEFAULT_GOAL := help
.PHONY: help run test lint bench bench-growth proof docs screenshots words lock sbom audit audit-packages audit-assets

help:  ## List the tasks
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: .venv/run.stamp  ## Start the demo on 127.0.0.1:8000 (PORT, LEADHALL_DATA are obeyed); Ctrl-C stops all
	@exec $(BIN)/leadhall demo

test: .venv/dev.stamp  ## Lint, types and every test; installs what it needs
	@bash .ci/test $(JOBS)

lint: .venv/dev.stamp  ## Style, types, and which room may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev.stamp  ## Leads a second and processor time against references: one JSON object on stdout (7 minutes)
	@$(BIN)/python -m bench

bench-growth: .venv/dev.stamp  ## Leads and every page at 1 million clients (CLIENTS=3000000 for more): bars met or missed (15 minutes, 8 GB)
	@$(BIN)/python -m bench.growth --clients $(CLIENTS)

proof: .venv/dev.stamp  ## Break it on purpose and count: crashes, equivalence … (PROOFS=crash for one): a JSON line of counts each
	@bash .ci/debian strace
	@$(BIN)/python -m proof $(PROOFS)

docs: .venv/dev.stamp  ## Write the reference pages (docs/reference) from the program itself
	$(BIN)/leadhall reference docs/reference

screenshots: .venv/dev.stamp  ## Take the pictures of docs/images anew, of a demo, with Debian's Chromium
	@bash .ci/debian chromium
	@$(BIN)/python -m tests.screenshots

words: .venv/dev.stamp  ## Bring the console's catalogs up to date with its source; then translate what is empty
	@$(BIN)/python -m tests.web.console.extraction

lock:  ## Pin every package by hash, from pyproject.toml
	bash .ci/lock

sbom: .venv/audit.stamp  ## Write the bill of materials (CycloneDX) of what is pinned to build/sbom.cdx.json; needs no network
	@mkdir -p build && $(BIN)/python .ci/sbom.py > build/sbom.cdx.json && echo 'wrote build/sbom.cdx.json'

audit: audit-packages audit-assets  ## Ask about known holes in all that is pinned; needs services that know of them

audit-packages: .venv/audit.stamp  ## Its half of Python: PyPI's service (AUDIT="--vulnerability-service osv": osv.dev)
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off $(AUDIT) -r requirements/run.txt

audit-assets: .venv/audit.stamp  ## Its half of the pages: npm's service
	$(BIN)/python .ci/audit_assets.py

.venv/audit.stamp: .venv/run.stamp  # whose lock has what builds this project
.venv/%.stamp: requirements/%.txt pyproject.toml assets.toml hatch_build.py .ci/venv
	@PYTHON="$(PYTHON)" bash .ci/venv $*
	@touch $@
