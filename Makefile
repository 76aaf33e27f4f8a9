# Every command of the project. "make help" lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi
PORT ?= 5000
# Optional: address of PyTorch's CPU wheel index (see pytorch.org). Without it, pip installs what its
# own index serves, which on Linux is the 2.8 GB build with CUDA.
TORCH_INDEX ?=

.DEFAULT_GOAL := help
RECIPE ?= cpu
.PHONY: help setup dev demo serve test lint types imports i18n unit bench train clean

help: ## List the commands
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/runtime: requirements.txt
	$(PYTHON) -m venv $(VENV)
	@if [ -n "$(TORCH_INDEX)" ]; then \
		$(BIN)/pip install --quiet --retries 0 --timeout 5 --index-url "$(TORCH_INDEX)" torch==2.13.0 \
		|| echo "PyTorch's CPU index did not answer: installing the default build"; fi
	$(BIN)/pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/development: $(VENV)/runtime requirements-dev.txt
	$(BIN)/pip install --quiet -r requirements-dev.txt
	@touch $@

setup: $(VENV)/runtime ## Create .venv and install what the service needs

dev: $(VENV)/development ## Install what tests and benchmarks need as well

demo: setup ## Demonstration territory on http://127.0.0.1:5000 (SERVE=0 stops before serving)
	@$(FLASK) demo prepare
	@if [ "$(SERVE)" != "0" ]; then $(MAKE) --no-print-directory serve; fi

serve: setup ## Serve the site with gunicorn (PORT=5000), and run its jobs beside it
	@echo "Passerelle: http://127.0.0.1:$(PORT)"
	@$(FLASK) jobs run & jobs=$$!; trap "kill $$jobs 2>/dev/null" EXIT INT TERM; \
	$(BIN)/gunicorn --bind 127.0.0.1:$(PORT) --workers 1 --threads 8 wsgi:app

test: dev lint types imports i18n unit ## Everything that CI runs

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: dev
	$(BIN)/mypy

imports: dev
	$(BIN)/lint-imports

i18n: dev
	$(FLASK) i18n check

unit: dev
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: dev ## Run every benchmark and write benchmarks/results/
	$(BIN)/python -m benchmarks

train: dev ## Train the encoder again (RECIPE=small, cpu or gpu; START=folder of a student to go on from)
	$(BIN)/python -m embeddings.training --recipe $(RECIPE) $(if $(START),--start $(START))

clean: ## Remove caches (var/ and .venv stay)
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
	rm -rf .mypy_cache .ruff_cache .hypothesis
