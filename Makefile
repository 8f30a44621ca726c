# The commands of the service. `make help` lists them. LOCAL_DIR holds all of an instance (default .local).
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo up stop clean test test-full api client lint bench format

PYTHON ?= python3
LOCAL_DIR ?= .local
export LOCAL_DIR

CLIENTS ?= 20000
DAYS ?= 485
SEED ?= 1
PORT ?= 8000

BIN := .venv/bin
RUN := $(BIN)/.stamp-run
DEV := $(BIN)/.stamp-dev
TEXTS := locale/zh_Hans/LC_MESSAGES/django.mo
PACKAGES := accounts api backoffice benchmarks clients config core demo embedded portal screens smart_products tasks tests manage.py
# Two processors wait a third of the time for servers and browsers: three workers keep them busy, in bounded memory.
WORKERS ?= 3

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  variables: LOCAL_DIR=$(LOCAL_DIR) PORT=$(PORT) CLIENTS=$(CLIENTS) DAYS=$(DAYS) SEED=$(SEED) PYTHON=$(PYTHON)"

demo: $(TEXTS) ## a generated broker, from nothing to the page; Ctrl-C stops all it started
	@exec $(BIN)/python -m embedded demo --clients $(CLIENTS) --days $(DAYS) --seed $(SEED) --port $(PORT)

up: $(TEXTS) ## PostgreSQL and Valkey in the background, migrated
	@$(BIN)/python -m embedded up && $(BIN)/python manage.py migrate --verbosity 0 && echo "up, in $(LOCAL_DIR)"

stop: ## stop what `make up` or `make demo` started
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m embedded down; fi

clean: ## stop, and delete the instance in LOCAL_DIR (.venv stays)
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m embedded clean; fi

test: lint $(TEXTS) ## lint, then all tests but the slowest, browser included
	@$(BIN)/python -m tests.browser.chromium > /dev/null
	@$(BIN)/python -m tests.signing.seals.softhsm > /dev/null
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow"

test-full: lint $(TEXTS) ## lint, then every test
	@$(BIN)/python -m tests.browser.chromium > /dev/null
	@$(BIN)/python -m tests.signing.seals.softhsm > /dev/null
	@HYPOTHESIS_PROFILE=$${HYPOTHESIS_PROFILE:-more} $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

api: $(DEV) ## the API's document, made from the code
	@$(BIN)/python manage.py spectacular --file api/openapi.yaml --validate --fail-on-warn

client: $(DEV) ## the typed part of the Python client, made from the API's document
	@$(BIN)/python clients/python/generate.py

lint: $(DEV) ## style, types, floors, templates, security
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint --quiet --check --lint templates
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive accounts api backoffice clients config core demo embedded \
		portal screens smart_products tasks
	@$(BIN)/mypy $(PACKAGES)

format: $(DEV) ## let ruff and djlint write the style
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format . ; $(BIN)/djlint --quiet --reformat templates

bench: $(DEV) $(TEXTS) ## every figure beside its limit; writes LOCAL_DIR/bench.json
	@exec $(BIN)/python -m benchmarks

$(RUN): requirements.txt requirements-embedded.txt embedded/venv.sh
	@embedded/venv.sh "$(PYTHON)" requirements.txt requirements-embedded.txt
	@touch $@

$(TEXTS): locale/zh_Hans/LC_MESSAGES/django.po $(RUN)
	@$(BIN)/pybabel --quiet compile --domain django --directory locale

$(DEV): requirements.txt requirements-embedded.txt requirements-dev.txt embedded/venv.sh
	@embedded/venv.sh "$(PYTHON)" requirements.txt requirements-embedded.txt requirements-dev.txt
	@touch $(RUN) $@
