# Everything from a fresh clone. Needs Python >= 3.11, make and a package index; nothing else by hand.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Byte code makes the second start of everything twice as fast; some hosts switch it off.
unexport PYTHONDONTWRITEBYTECODE

help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

$(READY): constraints.txt pyproject.toml tools/install.sh
	@PYTHON="$(PYTHON)" sh tools/install.sh "$(VENV)"
	@touch $@

setup: $(READY)  ## the pinned environment in .venv

lab: $(READY)  ## JupyterLab on lab 00 (prints a URL where there is no display)
	@$(BIN)/lambada lab .

app: $(READY)  ## the cost calculator in the browser
	@$(BIN)/lambada app

test: $(READY)  ## all tests: units, local cloud, notebooks, browser
	@sh tools/find_browser.sh
	@$(BIN)/python -m pytest -n $${LAMBADA_TEST_PROCESSES:-2} --dist loadfile -q tests

check: $(READY)  ## lint, format, types, layers, generated files
	@$(BIN)/python tools/check.py

fix: $(READY)  ## what the linter and the builders can mend by themselves
	@$(BIN)/ruff check -q --fix . ; $(BIN)/ruff format -q .
	@$(BIN)/python tools/build_notebooks.py
	@$(BIN)/python tools/build_fidelity.py

bench: $(READY)  ## the stated ratios, measured against named peers
	@$(BIN)/python bench/run.py

soak: $(READY)  ## 40 functions, 2,000 invocations, 8 at once: nothing lost, nothing left
	@$(BIN)/python bench/soak.py

constraints: $(READY)  ## resolve constraints.txt anew from pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --extra node --group dev pyproject.toml -o constraints.txt

clean:  ## remove the environment and what tools leave behind
	@rm -rf $(VENV) .bench dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help setup lab app test check fix bench soak constraints clean
