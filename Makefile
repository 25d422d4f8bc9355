# Thin names over scripts/ and tools/; `make help` lists them.
VENV ?= .venv
ARGS ?=
PROCESSES := -n 2 --dist loadfile
PYTHON_IN_VENV := $(VENV)/bin/python
export PYTHON TORCH_SPEC TORCH_INDEX_URL VENV

.DEFAULT_GOAL := help
.PHONY: help install demo test test-slow test-extras lint format doctor clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' Makefile
	@echo
	@echo 'Settings: PYTHON=python3.11  VENV=.venv  ARGS="more arguments of the command"'
	@echo '          TORCH_SPEC, TORCH_INDEX_URL: see scripts/install.sh'

install: ## Create .venv and install everything (once)
	@scripts/install.sh

demo: install ## Pre-train on drawn faces with a real teacher; pictures and a report
	@$(PYTHON_IN_VENV) tools/demo.py --resume $(ARGS)

test: install ## Run the tests; ARGS="-k name" chooses, "-n 0": one process
	@$(PYTHON_IN_VENV) -m pytest $(PROCESSES) $(ARGS)

test-slow: install ## Run the tests with the slow ones
	@$(PYTHON_IN_VENV) -m pytest --runslow $(PROCESSES) $(ARGS)

test-extras: ## Install optional packages into .venv-extras and run what needs them
	@scripts/test_extras.sh $(ARGS)

lint: install ## Check style and the layers of the package
	@$(PYTHON_IN_VENV) -m ruff check .
	@$(PYTHON_IN_VENV) -m ruff format --check .
	@$(VENV)/bin/lint-imports --no-cache

format: install ## Put style right
	@$(PYTHON_IN_VENV) -m ruff check --fix .
	@$(PYTHON_IN_VENV) -m ruff format .

doctor: install ## Print versions, accelerators, stand-ins and what is missing
	@$(PYTHON_IN_VENV) tools/doctor.py

clean: ## Remove build products and caches (not .venv*, not work_dirs)
	@rm -rf build dist *.egg-info .pytest_cache .ruff_cache
	@find mcf tests tools configs -name __pycache__ -type d -prune -exec rm -rf {} +
