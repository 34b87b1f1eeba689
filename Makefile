# Waypoint. The two commands that matter: `make run` and `make test`.

PYTHON ?= python3
PORT ?= 8000
HOST := 127.0.0.1
DATA ?= ../shared/data

VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r
LOCK := uv pip compile --quiet --python-version 3.11 --universal --generate-hashes \
	--no-header --no-emit-index-url --no-annotate

.DEFAULT_GOAL := help
.PHONY: help run test quick load bench format lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/base.stamp .env ## The site on 127.0.0.1:8000 (PORT=8001 elsewhere, DEBUG=1 for development)
	@$(MANAGE) migrate --no-input --verbosity 0
	@$(MANAGE) load_demo
ifeq ($(DEBUG),1)
	$(MANAGE) runserver $(HOST):$(PORT)
else
	@$(MANAGE) collectstatic --no-input --verbosity 0
	@echo "Waypoint is starting at http://$(HOST):$(PORT)/ - Ctrl-C stops it."
	@$(BIN)/gunicorn portal.wsgi --bind $(HOST):$(PORT) --threads 4 --no-control-socket --log-level warning
endif

test: $(VENV)/dev.stamp ## Lint and the whole suite (REQUIRE_ALL=1: fail if a leg is left out; ARGS=... for pytest)
	@$(BIN)/python -m tests.run_legs $(if $(REQUIRE_ALL),--require-all) -- $(ARGS)

load: $(VENV)/base.stamp .env ## The country's programs, from the published files in DATA=folder
	@$(MANAGE) migrate --no-input --verbosity 0
	$(MANAGE) import_data all "$(DATA)"

quick: $(VENV)/dev.stamp ## Lint and the tests of what changed since the last commit, on SQLite
	@$(BIN)/python -m tests.run_legs --quick -- $(ARGS)

bench: $(VENV)/dev.stamp ## Benchmarks on the national catalog, from DATA=folder
	$(BIN)/python -m tests.bench "$(DATA)"

format: $(VENV)/dev.stamp ## Sort imports, format, and repair what lint can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djangofmt check --quiet --fix templates
	$(BIN)/djangofmt --quiet templates

lock: ## New versions of every dependency, with hashes (needs uv)
	@command -v uv > /dev/null || { echo "make lock needs uv on the PATH."; exit 1; }
	$(LOCK) --upgrade -o requirements/base.txt pyproject.toml
	$(LOCK) --upgrade --extra dev -o requirements/dev.txt pyproject.toml

clean: ## Remove what was built (the data in var/ and .env stay)
	rm -rf $(VENV) var/static .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Waypoint needs Python 3.11 or later as $(PYTHON); name another one with PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) > /dev/null \
		|| { rm -rf $(VENV); echo "$(PYTHON) makes no virtual environments; on Debian: apt install python3-venv"; exit 1; }

# A stamp is as new as the locked requirements that it installed.
$(VENV)/%.stamp: requirements/%.txt | $(BIN)/python
	@echo "Installing requirements/$*.txt ..."
	@$(INSTALL) $<
	@touch $@

# Made once: demo mode, with a secret key of its own.
.env: | $(BIN)/python
	@umask 077; key=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		&& sed -e "s|^SECRET_KEY=.*|SECRET_KEY=$$key|" -e "s|^DEMO=.*|DEMO=1|" .env.example > .env.new && mv .env.new .env
