# Everything runs in .venv, which these commands make themselves. Needed: Python 3.11 or newer, make, a package index.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ONE_THREAD := OPENBLAS_NUM_THREADS=1

.DEFAULT_GOAL := help
.PHONY: help train test lint format coverage docs lab notebooks bench pictures mutate clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

train: $(VENV)/.user ## Train a classifier of handwritten digits: gradients verified, graph drawn (ARGS="--epochs 5")
	$(BIN)/chainrule train $(ARGS)

test: $(VENV)/.dev ## Run all tests and doctests (ARGS="-k softmax")
	$(ONE_THREAD) $(BIN)/python -m pytest --numprocesses auto $(ARGS)

lint: $(VENV)/.dev ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev ## Rewrite the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

coverage: $(VENV)/.dev ## Run all tests and report the branches they miss
	$(ONE_THREAD) $(BIN)/python -m pytest --numprocesses auto --cov --cov-report=term-missing:skip-covered $(ARGS)

docs: $(VENV)/.dev ## Write docs/coverage.md: of every NumPy function, whether it can be differentiated, or why not
	$(BIN)/python -m autograd.coverage > docs/coverage.md

lab: $(VENV)/.user ## Open the notebooks in JupyterLab
	$(BIN)/python -m pip install --quiet --editable '.[notebooks]'
	$(BIN)/jupyter lab notebooks

notebooks: $(VENV)/.dev ## Run the notebooks and write them as pages to build/notebooks
	$(BIN)/jupyter nbconvert --to html --execute --output-dir build/notebooks notebooks/*.ipynb

bench: $(VENV)/.dev ## Measure speed beside NumPy and other libraries, memory, scale; write benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks $(ARGS)

pictures: $(VENV)/.dev ## Draw the pictures of the documentation again
	cd docs && ../$(BIN)/python -W error ../tests/test_pages.py drawing.md
	cd docs/pictures && ../../$(BIN)/python -W error ../../tests/test_pages.py ../../README.md

mutate: $(VENV)/.dev ## Break every VJP in every usual way; gradcheck must find it and name the mistake (ARGS="--sample 100")
	PYTHONPATH=tests $(BIN)/python -m mutations $(ARGS)

clean: ## Remove the environment and what tools left behind
	rm -rf $(VENV) benchmarks/.peers build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "chainrule needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.user: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[all]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.user
