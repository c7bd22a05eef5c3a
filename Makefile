# The commands of this project; `make` alone explains them. Needs make, a shell and Python 3.11 to 3.13.
# What a target needs installed goes into .venv by itself, pinned by requirements.lock with hashes.

.DEFAULT_GOAL := help
.PHONY: help setup up live status down fresh test check format bench conformance contracts lock
SHELL := /bin/sh

VENV := .venv
RUN := $(VENV)/bin/python
COMMONWEAL := $(RUN) -m gateway.cli
STAMP := $(VENV)/.installed

# A checkout that was moved takes its environment along, but the paths in there are the old ones.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif

help:
	@echo "Commonweal: plan, do, review and improve together, with a history anybody can audit."
	@echo
	@echo "  make up         start everything here and play one whole cycle (Ctrl-C ends it)"
	@echo "  make live       start everything here with an empty house for data of your own"
	@echo "  make status     what runs where"
	@echo "  make down       end it; the data stay in .commonweal"
	@echo "  make fresh      remove the data, after asking"
	@echo
	@echo "  make test       every test, on real servers that it starts itself"
	@echo "  make check      format, lint, types, import rules and the quick tests (about a minute)"
	@echo "  make format     put the code into its form"
	@echo "  make contracts  write contracts, openapi.json and docs' tables anew from the code; review the difference"
	@echo "  make answers    play the demonstration and keep its history and what the gateway says of it; review the difference"
	@echo "  make bench      all benchmarks; ONLY=append for one"
	@echo "  make conformance  other people's code reads what the house gives out (needs Go, Node and the registries);"
	@echo "                  ONLY=pysdmx for one, HOUSE=http://… for a running house's logs and feeds too"
	@echo "  make lock       resolve the dependencies anew (needs uv)"
	@echo
	@echo "Set-up happens by itself ('make setup' does just that). Another Python: PYTHON=python3.12."

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@set -e; \
	for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
	  if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
	    found=$$python; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then \
	  echo "Commonweal needs Python 3.11, 3.12 or 3.13, and none was found: install one, or name it: make PYTHON=/path/to/python" >&2; exit 1; fi; \
	echo "setting up $(VENV) with $$("$$found" --version) (a minute or two the first time)"; \
	if [ "$$(cat $(STAMP) 2>/dev/null)" != "$(CURDIR)" ] || ! $(RUN) -m pip --version >/dev/null 2>&1; then \
	  "$$found" -m venv --clear $(VENV) || { echo "'$$found -m venv' failed: on Debian and Ubuntu, apt-get install python3-venv" >&2; exit 1; }; fi; \
	$(RUN) -m pip --disable-pip-version-check --no-input install --quiet --no-deps --require-hashes --requirement requirements.lock; \
	$(RUN) -m pip --disable-pip-version-check --no-input install --quiet --no-deps --no-build-isolation --editable .; \
	printf '%s\n' "$(CURDIR)" >$(STAMP)

up: $(STAMP)
	@exec $(COMMONWEAL) up --demo

live: $(STAMP)
	@exec $(COMMONWEAL) up

status: $(STAMP)
	@$(COMMONWEAL) status

down: $(STAMP)
	@$(COMMONWEAL) down

fresh: $(STAMP)
	@$(COMMONWEAL) fresh

test: $(STAMP)
	$(RUN) -m pytest

check: $(STAMP)
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports
	$(RUN) -m pytest -q tests/spec tests/contract tests/component tests/architecture

format: $(STAMP)
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

contracts: $(STAMP)
	$(RUN) -m pytest -q --publish-contracts tests/contract/test_contracts.py tests/contract/test_openapi.py tests/contract/test_pages.py

answers: $(STAMP)
	$(COMMONWEAL) up --demo --once --lines .answers.jsonl
	$(RUN) -c "import lzma; open('tests/data/history/scenario.jsonl.xz', 'wb').write(lzma.compress(open('.answers.jsonl', 'rb').read(), preset=9))"
	rm .answers.jsonl
	$(RUN) -m pytest -q --renew-answers tests/integration/test_gateway_kept.py

bench: $(STAMP)
	$(RUN) -m bench $(ONLY)

conformance: $(STAMP)
	@$(RUN) -m tests.conformance $(ONLY) $(if $(HOUSE),--house $(HOUSE))

lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --all-extras --group dev --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --constraint requirements.lock --python-version 3.11 pyproject.toml -o requirements-runtime.lock
