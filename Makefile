# Every command of the project. `make help` lists them; the only prerequisites are Python 3.11 to 3.13 and PyPI.

PYTHON ?= python3
UV_VERSION := 0.13.8
VENV := .venv
BIN := $(VENV)/bin
SYNCED := $(VENV)/.synced
SYNCED_DEV := $(VENV)/.synced-dev
ARGS ?=

# values reach commands through the environment and as they are typed: what they hold is never run by make or a shell
override ARGS := $(subst $$$$,$$,$(value ARGS))
override ENTITY := $(subst $$$$,$$,$(value ENTITY))
override FROM := $(subst $$$$,$$,$(value FROM))
override TO := $(subst $$$$,$$,$(value TO))
override SECONDS := $(subst $$$$,$$,$(value SECONDS))
override REPAIR := $(value REPAIR)
override APPLY := $(value APPLY)
override NAMED := $(value NAMED)
override YES := $(value YES)
export ARGS ENTITY FROM TO SECONDS

# the command with the words of ARGS, split as a shell splits them and not expanded
WITH_ARGS = $(BIN)/python -c 'import os, shlex, sys; os.execv(sys.argv[1], sys.argv[1:] + shlex.split(os.environ["ARGS"]))'

# uv must use the environment made here, not look for or download a Python of its own; compiled at once, on all cores:
# dbt takes 4 s to import without bytecode, and where PYTHONDONTWRITEBYTECODE is set it would do so every time
UV_SYNC := UV_PROJECT_ENVIRONMENT=$(VENV) UV_PYTHON=$(BIN)/python UV_PYTHON_DOWNLOADS=never \
	$(BIN)/uv sync --locked --inexact --quiet --compile-bytecode

# what `make test-fast` runs: no dbt, few processes
FAST := tests/unit tests/integration/pipeline/test_loads.py tests/integration/pipeline/test_passes.py tests/system/cli/test_odd_arguments.py
# by file, so that tests share what a module has built; longest files first (tests/conftest.py)
PYTEST := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

# where PYTHONDONTWRITEBYTECODE is set, each of hundreds of processes would compile the loader again
COMPILE_LOADER = @$(BIN)/python -m compileall -q loader

define CHECK_PYTHON
$(BIN)/ruff check .
$(BIN)/ruff format --check .
$(BIN)/mypy
$(BIN)/lint-imports
$(BIN)/bandit --quiet --recursive loader --configfile pyproject.toml
endef

.DEFAULT_GOAL := help
.PHONY: help setup doctor sim load dbt elt full backfill reconcile test test-fast test-all test-oracle test-airflow status prune soak docs lint audit incidents bench clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(SYNCED_DEV) ## Create the locked environment in .venv, with what tests need (other targets make what they need)

doctor: $(SYNCED) ## Check the WMS, the target, dbt and this machine
	@$(BIN)/wms-elt doctor

sim: $(SYNCED) ## Run the WMS simulator alone and print its address and credentials
	@$(WITH_ARGS) $(BIN)/wms-elt sim

load: $(SYNCED) ## Load what changed in the WMS, without dbt
	@$(BIN)/wms-elt load

dbt: $(SYNCED) ## Check freshness, then dbt build; ARGS="--select orders+" passes arguments on
	@$(WITH_ARGS) $(BIN)/wms-elt dbt

elt: $(SYNCED) ## Load, check freshness, build and test, report
	@$(BIN)/wms-elt elt

full: $(SYNCED) ## As elt, but read every document of the WMS again
	@$(BIN)/wms-elt full

test: $(SYNCED_DEV) ## What CI runs for a change: style, types, tests with a sample of the cases, coverage of at least 90 %
	$(CHECK_PYTHON)
	$(COMPILE_LOADER)
	$(PYTEST) --cov --cov-report=term --cov-fail-under=90

test-fast: $(SYNCED_DEV) ## Tests without dbt, in about a minute; run them while you work
	$(BIN)/pytest -q -n 2 --dist worksteal --hypothesis-profile fast $(FAST)

test-all: $(SYNCED_DEV) ## Every test with every case, for a release; takes hours
	$(CHECK_PYTHON)
	$(COMPILE_LOADER)
	WMS_ELT_EXHAUSTIVE=1 $(PYTEST) --timeout 7200

test-oracle: $(SYNCED_DEV) ## Run loads, models and doctor on the server that WMS_ELT_ORACLE_DSN, _USER and _PASSWORD name
	@$(WITH_ARGS) $(BIN)/python -m tests.oracle.real_server

test-airflow: $(SYNCED_DEV) ## Test the Airflow DAGs, in an environment of their own, target/airflow
	UV_PROJECT_ENVIRONMENT=target/airflow UV_PYTHON=$(BIN)/python UV_PYTHON_DOWNLOADS=never \
		$(BIN)/uv sync --locked --no-dev --extra airflow --quiet
	WMS_ELT_AIRFLOW_PYTHON=target/airflow/bin/python $(BIN)/pytest -q tests/integration/orchestrators/test_airflow.py

backfill: $(SYNCED) ## Read a past period of one entity again: ENTITY=order_hdr FROM=2026-05-01 TO=2026-05-08 (YES=1 for more than a year)
	@$(BIN)/wms-elt backfill $(if $(YES),--yes) --from "$$FROM" --to "$$TO" -- "$$ENTITY"

reconcile: $(SYNCED) ## Compare source, raw and staging by counts and keys; REPAIR=1 mends
	@$(BIN)/wms-elt reconcile $(if $(REPAIR),--repair)

status: $(SYNCED) ## Show the last runs, the lag of each entity, the passes due next and the open alerts
	@$(BIN)/wms-elt status

prune: $(SYNCED) ## Count raw versions replaced long ago and staged; APPLY=1 removes them
	@$(BIN)/wms-elt prune $(if $(APPLY),--apply)

soak: $(SYNCED_DEV) ## Random scenarios of hazards, faults and kills for SECONDS=600, and their tally; NAMED=1 plays the named ones
	$(if $(NAMED),WMS_ELT_EXHAUSTIVE=1 $(WITH_ARGS) $(BIN)/pytest -n 2 tests/system/soak,$(WITH_ARGS) $(BIN)/python -m tests.system.soak --seconds "$${SECONDS:-60}")

docs: $(SYNCED) ## Write the docs site: a folder that opens from disk, target/site/index.html
	@$(BIN)/wms-elt docs

lint: $(SYNCED_DEV) ## Check style and types of the Python, style of the SQL, and that Oracle would take it
	$(CHECK_PYTHON)
	mkdir -p target/lint && cp profiles.yml.example target/lint/profiles.yml
	DBT_PROFILES_DIR=target/lint DBT_LOG_PATH=target/lint DO_NOT_TRACK=1 \
		$(BIN)/sqlfluff lint --config dbt_project/.sqlfluff --processes 2 dbt_project/models dbt_project/tests
	$(BIN)/pytest -q tests/dbt/test_oracle_rules.py tests/dbt/test_oracle_sql.py

audit: $(SYNCED_DEV) ## Ask OSV (api.osv.dev) for known vulnerabilities of what uv.lock pins
	@$(BIN)/uv audit --frozen --preview-features audit

incidents: $(SYNCED_DEV) ## Stage twelve incidents and show what an operator types to find, mend and verify each; ARGS=password plays one
	@$(WITH_ARGS) $(BIN)/python -m tests.system.incidents

bench: $(SYNCED) ## Measure against the goals; ARGS="--help" lists the options
	$(COMPILE_LOADER)
	@$(WITH_ARGS) $(BIN)/python -m tests.bench

clean: ## Remove what runs and tests left: target/ with the DuckDB file, dbt's artifacts, caches
	rm -rf target dbt_project/target dbt_project/logs logs htmlcov .coverage .coverage.*
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .sqlfluff_cache

$(SYNCED): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
		echo "wms-elt needs Python 3.11, 3.12 or 3.13; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | head -n 1)." >&2; \
		echo "Name another one, for example: make setup PYTHON=python3.12" >&2; exit 10; }
	@test -x $(BIN)/uv || echo "Creating the locked environment in $(VENV) (once, about a minute)"
	@test -x $(BIN)/uv || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(UV_SYNC) --no-dev
	@touch $@

$(SYNCED_DEV): $(SYNCED)
	@$(UV_SYNC)
	@touch $@
