# Set up, play, test. Needs Python 3.11 or newer with pip, and make; `make bundle` also needs Node.js.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BROWSER ?=
NBVAL := --nbval --nbval-current-env --nbval-cell-timeout=120 --nbval-sanitize-with=tests/support/nbval.ini

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help drill setup test lint types unit notebooks browser wheel lock bench bundle format clean

help: ## Show this help
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

drill: setup ## Set everything up and open the drills in JupyterLab (BROWSER=none prints the address instead)
	$(BIN)/sevdrill lab $(if $(filter none,$(BROWSER)),--no-browser)

setup: $(VENV)/.installed ## Only set up .venv: exactly the lock's packages, and this checkout

test: lint types unit notebooks browser wheel ## Run every check there is

lint: setup ## Check style and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: setup ## Check types
	$(BIN)/mypy

unit: setup ## Run the tests that need no browser
	$(BIN)/python -m pytest -m "not browser" --numprocesses=logical --dist=loadscope

notebooks: setup ## Re-run every notebook and compare with its stored outputs
	scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && export SEVDRILL_STORE="$$scratch/drills.db" && \
	$(BIN)/python tests/support/notebooks.py notebooks/*.ipynb && \
	$(BIN)/python -m pytest $(NBVAL) notebooks/*.ipynb

browser: setup ## Click through the control room in Chromium, installing it where possible
	chromium=$$($(BIN)/python tests/support/chromium.py) && \
	CHROMIUM="$$chromium" $(BIN)/python -m pytest -m browser

wheel: setup ## Build the wheel and test it away from the checkout
	$(BIN)/python tests/support/wheel.py

lock: ## Pin every dependency again (LOCK=--upgrade also moves to newer versions)
	scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	$(PYTHON) -m pip install -qq --target "$$scratch" uv && \
	"$$scratch/bin/uv" pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
		--extra test --generate-hashes --no-annotate --custom-compile-command 'make lock' $(LOCK) \
		--output-file requirements.lock pyproject.toml

bench: setup ## Measure speed
	$(BIN)/python benchmarks/run.py

bundle: ## Rebuild the control room's JavaScript
	cd simulator/room/js && npm ci && npm run build

format: setup ## Format the code and fix what ruff can
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

clean: ## Remove everything made here, .venv too
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache simulator/room/js/node_modules
	find . -type d \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

# Two stamps, so that a change of pyproject.toml does not install the lock again.
$(VENV)/.installed: pyproject.toml $(VENV)/.locked
	$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'sevdrill needs Python 3.11 or newer: install it, then: make PYTHON=/path/to/python3' >&2; exit 1; }
	@rm -rf $(VENV)
	@$(make-venv)
	$(BIN)/python -m pip install -qq --require-hashes --requirement requirements.lock
	@touch $@

# Debian and Ubuntu ship Python without ensurepip. Then the pip of the system fills the environment, or root
# installs the missing package.
define make-venv
$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || \
{ $(PYTHON) -m venv --clear --without-pip $(VENV) && \
  $(PYTHON) -m pip --python $(BIN)/python install -qq pip; } >/dev/null 2>&1 || \
{ [ "$$(id -u)" = 0 ] && apt-get update && \
  DEBIAN_FRONTEND=noninteractive apt-get install --yes python3-venv && \
  $(PYTHON) -m venv --clear $(VENV); } >/dev/null 2>&1 || \
{ echo 'sevdrill cannot make a virtual environment: install python3-venv and python3-pip, then run make again.' >&2; \
  exit 1; }
endef
