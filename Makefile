# `make` alone lists what can be done. Needs make and Python 3.11 or newer; everything else is set up in .venv.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(shell command -v $(name))))
PORT ?= 8000
WORKERS ?= auto
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
TEMPLATES = $(shell find templates phases -name '*.html')
COMPILE := $(BIN)/pip-compile --quiet --strip-extras --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links
RANDOM_KEY := $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))'

# The demo: its own database and key, plain http, this machine only; .demo/env tells commands the same.
DEMO_SETTINGS := DEMO=1 DEBUG=0 INSECURE_HTTP=1 LOG_LEVEL=WARNING LOG_FORMAT=text \
	SECRET_KEY_FILE=.demo/secret-key DATABASE_URL=sqlite:///.demo/demo.sqlite3
DEMO := ENV_FILE=/dev/null ALLOWED_HOSTS= ADMIN_USERNAME= SECRET_KEY= $(DEMO_SETTINGS)
# What `manage.py check --deploy` looks at: an installation behind an https proxy.
DEPLOYED := ENV_FILE=/dev/null DEBUG=0 TRUST_PROXY=1 HSTS_SECONDS=31536000 ALLOWED_HOSTS=tracker.example.org

.DEFAULT_GOAL := help
.PHONY: help demo serve test lint format schema bench screenshots lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUNTIME) .demo/env ## Set everything up, import the demo packets, serve on http://127.0.0.1:8000 (PORT=...)
	@test -s .demo/secret-key || $(RANDOM_KEY) > .demo/secret-key
	@$(DEMO) $(BIN)/python manage.py migrate --no-input --verbosity 0
	@$(DEMO) $(BIN)/python manage.py collectstatic --no-input --verbosity 0
	@$(DEMO) $(BIN)/python manage.py demo --port $(PORT)
	@echo "For manage.py on the demo, in a second shell: export ENV_FILE=.demo/env"
	@$(DEMO) $(BIN)/gunicorn --bind 127.0.0.1:$(PORT) --log-level warning tracker.wsgi

.demo/env: Makefile
	@mkdir -p .demo && chmod 700 .demo
	@printf '%s\n' $(DEMO_SETTINGS) > $@

serve: $(RUNTIME) ## Serve your own database with the development server (PORT=...)
	DEBUG=1 $(BIN)/python manage.py migrate --no-input
	DEBUG=1 $(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

test: $(DEVELOPMENT) ## Run all tests: on PostgreSQL what uses the database (where installed), on SQLite everything
	@status=0; \
	echo "PostgreSQL: the tests that use the database"; \
	$(BIN)/python -m tests.postgres -- $(BIN)/python -m pytest -n $(WORKERS) --only-database || status=1; \
	echo "SQLite: all tests"; \
	$(BIN)/python -m pytest -n $(WORKERS) || status=1; \
	exit $$status

lint: $(DEVELOPMENT) ## Check style, types, templates, migrations and deployment settings; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(if $(TEMPLATES),$(BIN)/djade --check --target-version 5.2 $(TEMPLATES))
	ENV_FILE=/dev/null DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run
	$(DEPLOYED) SECRET_KEY="$$($(RANDOM_KEY))" $(BIN)/python manage.py check --deploy --fail-level WARNING

format: $(DEVELOPMENT) ## Bring code and templates into shape
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	-$(if $(TEMPLATES),$(BIN)/djade --target-version 5.2 $(TEMPLATES))

schema: $(RUNTIME) ## Write the JSON Schema of packets
	$(BIN)/python -m phases.packets.schema

bench: $(DEVELOPMENT) ## Measure the budgets, as ratios on this machine
	$(BIN)/python -m tests.bench

screenshots: $(DEVELOPMENT) ## Picture every page of the demo in both themes into screenshots/, and those of README
	$(BIN)/python -m tests.screenshots

lock: $(DEVELOPMENT) ## Pin the ranges of pyproject.toml anew into requirements.txt and requirements-dev.txt
	$(COMPILE) --upgrade --output-file requirements.txt pyproject.toml
	$(COMPILE) --upgrade --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

clean: ## Remove the environment, the demo and what tools left behind (never your database)
	rm -rf .venv .demo .bundles staticfiles screenshots .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(if $(PYTHON),,echo "Python 3.11 or newer is needed and none was found: install it, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is older than Python 3.11: install a newer one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "$(PYTHON) could not make an environment: on Debian and Ubuntu install the package python3-venv" >&2; exit 1; }

$(RUNTIME): requirements.txt | .venv/bin/python
	@echo "Installing what requirements.txt names into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@echo "Installing what requirements-dev.txt names into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@
