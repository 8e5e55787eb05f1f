# `make demo` and `make test` are all a newcomer needs: whatever is missing is set up in .venv first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := -m pip --disable-pip-version-check install -qq

.PHONY: help setup demo test campaigns fuzz fuzz-long check bench vsix pins clean

help:
	@echo "make demo    deals run through a pipeline; leaves a store to look at"
	@echo "make test    the whole test suite"
	@echo "make campaigns  the long tests of trust: kills, failing disks, bad peers, reloads under load, a year twice"
	@echo "make fuzz    100,000 inputs for everything that reads what people write; fuzz-long: half an hour of CPU"
	@echo "make check   style, types, floors, and files that are made from others"
	@echo "make bench   the numbers of bench/"
	@echo "make vsix    the extension for VS Code (needs node and npm): editors/vscode/voronka.vsix"
	@echo "make setup   .venv with everything pinned in constraints.txt (the others do it by themselves)"
	@echo "make pins    constraints.txt anew, from the newest versions that pyproject.toml allows"
	@echo "make clean   remove .venv, caches and built archives"

setup: $(READY)

# hatchling goes in first, at its pinned version: the package itself is then built without fetching another one.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "voronka needs Python 3.11 or newer as '$(PYTHON)'; name another one: make setup PYTHON=python3.11" >&2; exit 1; }
	@echo "Setting up $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python $(PIP) -c constraints.txt hatchling
	@$(BIN)/python $(PIP) -c constraints.txt --no-build-isolation -e '.[dev]'
	@touch $@

demo: $(READY)
	@$(BIN)/voronka demo

test: $(READY)
	@$(BIN)/pytest -n 2 --dist loadgroup

# Longer still: KILLS=10000, RELOADS=1000, MACHINE=10000, each by itself: `make campaigns KILLS=10000`.
KILLS := 150
RELOADS := 200
YEAR := 1000
MACHINE := 300

campaigns: $(READY)
	@VORONKA_KILLS=$(KILLS) VORONKA_RELOADS=$(RELOADS) VORONKA_YEAR=$(YEAR) VORONKA_MACHINE=$(MACHINE) \
	  VORONKA_EVERY=1 VORONKA_CAMPAIGN_DEALS=100 \
	  $(BIN)/pytest -n 2 --dist load --durations=8 -rP tests/campaigns tests/engine_decide/test_machine.py

# `fuzz` draws the same inputs every time; `fuzz-long` draws others and keeps in .fuzz/ what reached something new.
RUNS := 100000
MINUTES := 30
FUZZ := $(VENV)/.fuzz

$(FUZZ): $(READY)
	@$(BIN)/python $(PIP) -c constraints.txt --no-build-isolation -e '.[fuzz]'
	@touch $@

fuzz: $(FUZZ)
	@$(BIN)/python tests/fuzz/run.py --runs $(RUNS)

fuzz-long: $(FUZZ)
	@$(BIN)/python tests/fuzz/run.py --minutes $(MINUTES)

check: $(READY)
	@echo "-- ruff check";   $(BIN)/ruff check --output-format concise
	@echo "-- ruff format";  $(BIN)/ruff format --check
	@echo "-- mypy";         $(BIN)/mypy
	@echo "-- lint-imports"; $(BIN)/lint-imports --no-logo
	@echo "-- drift";        $(BIN)/pytest -q -m drift

bench: $(READY)
	@$(BIN)/python bench/run.py

# The grammar and the snippets come first: they are made from the language's own tables.
vsix: $(READY)
	@$(BIN)/python docs/tools/editors.py
	@cd editors/vscode && npm ci && npm run --silent package

pins:
	@set -e; fresh=$$(mktemp -d); trap 'rm -rf "$$fresh"' EXIT; \
	$(PYTHON) -m venv "$$fresh"; \
	"$$fresh/bin/python" $(PIP) '.[dev]'; \
	{ echo '# What `make setup` installs, version by version; made anew by `make pins`.'; \
	  "$$fresh/bin/python" -m pip freeze --exclude voronka 2>/dev/null; } > constraints.txt.new; \
	mv constraints.txt.new constraints.txt

clean:
	@rm -rf $(VENV) build dist .fuzz .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
