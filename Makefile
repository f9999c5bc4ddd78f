# All commands of the project; `make help` lists them. Prerequisites: Python 3.11 to 3.13 and access to PyPI.

PYTHON ?= python3
UV_VERSION := 0.13.8
VENV := .venv
BIN := $(VENV)/bin
SYNCED := $(VENV)/.synced
SYNCED_DEV := $(VENV)/.synced-dev
ARGS ?=

# values reach commands through the environment, so that neither make nor a shell expands or executes them
override ARGS := $(subst $$$$,$$,$(value ARGS))
override ENTITY := $(subst $$$$,$$,$(value ENTITY))
override FROM := $(subst $$$$,$$,$(value FROM))
override TO := $(subst $$$$,$$,$(value TO))
override SECONDS := $(subst $$$$,$$,$(value SECONDS))
override REPAIR := $(value REPAIR)
override APPLY := $(value APPLY)
override NAMED := $(value NAMED)
override YES := $(value YES)
override ALL := $(value ALL)
export ARGS ENTITY FROM TO SECONDS

# runs a command with the words of ARGS, split like in a shell but without expansion
WITH_ARGS = $(BIN)/python -c 'import os, shlex, sys; os.execv(sys.argv[1], sys.argv[1:] + shlex.split(os.environ["ARGS"]))'

# uv must use this environment instead of finding or downloading another Python. Bytecode is compiled here, because
# importing dbt without it takes 4 s, which recurs every time if PYTHONDONTWRITEBYTECODE is set
UV_SYNC := UV_PROJECT_ENVIRONMENT=$(VENV) UV_PYTHON=$(BIN)/python UV_PYTHON_DOWNLOADS=never \
	$(BIN)/uv sync --locked --inexact --quiet --compile-bytecode

# what `make test-fast` runs: no dbt, few processes
FAST := tests/unit tests/integration/pipeline/test_loads.py tests/integration/pipeline/test_passes.py tests/system/cli/test_odd_arguments.py
# what `make coverage` runs: tracing costs 40 % more CPU, and the other tests run the same code
COVERING := tests/unit tests/integration tests/simulator tests/system/cli \
	$(foreach name,connections empty_schema history landed lock logons names parity prune set_aside target,tests/oracle/test_$(name).py)
# three processes, because many tests wait for sockets and other processes; by file, so that tests share what a module has built; longest files first (tests/conftest.py)
PYTEST := $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

# each of hundreds of processes would compile the loader and the tests again
test test-fast test-all coverage: export PYTHONDONTWRITEBYTECODE :=
COMPILE_LOADER = @$(BIN)/python -m compileall -q loader tests

# style and types use one processor for a minute, so the tests start at the same time; the result is printed last
WITH_CHECKS = @mkdir -p target; $(MAKE) --no-print-directory -s style >target/style.log 2>&1 & checks=$$!; \
	$(1); tests=$$?; wait $$checks; checks=$$?; cat target/style.log; exit $$((tests | checks))

SQLFLUFF := $(BIN)/sqlfluff lint --config dbt_project/.sqlfluff --processes 2
PREPARE_SQLFLUFF = @mkdir -p target/lint && cp profiles.yml.example target/lint/profiles.yml
lint lint-sql: export DBT_PROFILES_DIR := target/lint
lint lint-sql: export DBT_LOG_PATH := target/lint
lint lint-sql: export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help setup doctor sim load dbt elt full backfill reconcile test test-fast test-all test-oracle test-airflow status prune soak docs reference coverage style lint lint-sql audit wheel incidents bench clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(SYNCED_DEV) ## Create the locked environment in .venv, including test dependencies (other targets create it on demand)

doctor: $(SYNCED) ## Check the WMS, the target, dbt and this machine, with a hint for each problem
	@$(BIN)/wms-elt doctor

sim: $(SYNCED) ## Run only the WMS simulator and print its URL and credentials
	@$(WITH_ARGS) $(BIN)/wms-elt sim

load: $(SYNCED) ## Load changes from the WMS, without dbt
	@$(BIN)/wms-elt load

dbt: $(SYNCED) ## Check source freshness, then run dbt build; ARGS="--select orders+" builds some models without the check
	@$(WITH_ARGS) $(BIN)/wms-elt dbt

elt: $(SYNCED) ## Load changes, check source freshness, build with dbt what can change and print a report; ALL=1 builds everything
	@$(BIN)/wms-elt elt $(if $(ALL),--all)

full: $(SYNCED) ## Run elt, but read all documents of the WMS again
	@$(BIN)/wms-elt full

style: $(SYNCED_DEV) ## Check Python style, layers, security and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive loader --configfile pyproject.toml
	$(BIN)/mypy

test: $(SYNCED_DEV) ## Run the checks of CI: style, types, a sample of the test cases
	$(COMPILE_LOADER)
	$(call WITH_CHECKS,$(PYTEST))

test-fast: $(SYNCED_DEV) ## Tests without dbt, in about a minute on a quiet machine; run them while you work
	$(BIN)/pytest -q -n 2 --dist worksteal --hypothesis-profile fast $(FAST)

coverage: $(SYNCED_DEV) ## Fail if the tests without dbt models cover less than 90 % of the loader; a job of its own in CI
	$(COMPILE_LOADER)
	$(PYTEST) --cov --cov-report=term --cov-fail-under=90 $(COVERING)

test-all: $(SYNCED_DEV) ## Every test with every case, for a release; takes hours
	$(COMPILE_LOADER)
	$(call WITH_CHECKS,WMS_ELT_EXHAUSTIVE=1 $(PYTEST) --timeout 7200)

test-oracle: $(SYNCED_DEV) ## Test loads, models and doctor on the Oracle database in WMS_ELT_ORACLE_DSN, _USER and _PASSWORD
	@$(WITH_ARGS) $(BIN)/python -m tests.oracle.real_server

test-airflow: $(SYNCED_DEV) ## Test the Airflow DAGs in a separate environment, target/airflow
	UV_PROJECT_ENVIRONMENT=target/airflow UV_PYTHON=$(BIN)/python UV_PYTHON_DOWNLOADS=never \
		$(BIN)/uv sync --locked --no-dev --extra airflow --extra simulator --quiet
	WMS_ELT_AIRFLOW_PYTHON=target/airflow/bin/python $(BIN)/pytest -q tests/integration/orchestrators/test_airflow.py

backfill: $(SYNCED) ## Read a past period of one entity again: ENTITY=order_hdr FROM=2026-05-01 TO=2026-05-08 (YES=1 for more than a year)
	@$(BIN)/wms-elt backfill $(if $(YES),--yes) --from "$$FROM" --to "$$TO" -- "$$ENTITY"

reconcile: $(SYNCED) ## Compare counts and keys in the WMS, raw tables and staging; REPAIR=1 fixes differences
	@$(BIN)/wms-elt reconcile $(if $(REPAIR),--repair)

status: $(SYNCED) ## Show the current and recent runs, each entity's lag, the next passes and open alerts
	@$(BIN)/wms-elt status

prune: $(SYNCED) ## Count old superseded raw versions that are already staged; APPLY=1 deletes them
	@$(BIN)/wms-elt prune $(if $(APPLY),--apply)

soak: $(SYNCED_DEV) ## Run random scenarios of hazards, faults and kills for SECONDS=600; NAMED=1 runs the named ones, ARGS=--builds whole runs
	$(if $(NAMED),WMS_ELT_EXHAUSTIVE=1 $(WITH_ARGS) $(BIN)/pytest -n 2 tests/system/soak,$(WITH_ARGS) $(BIN)/python -m tests.system.soak --seconds "$${SECONDS:-60}")

docs: $(SYNCED) ## Write the docs site as local HTML files, target/site/index.html
	@$(BIN)/wms-elt docs

reference: $(SYNCED_DEV) ## Write the generated pages: configuration, .env.example, KPIs and business rules
	@$(BIN)/python -m tests.support.reference_pages

lint: $(SYNCED_DEV) ## Check Python style and types, that the SQL is valid on Oracle, then SQL style; takes minutes
	@$(MAKE) --no-print-directory style
	$(BIN)/pytest -q tests/dbt/test_oracle_rules.py tests/dbt/test_oracle_sql.py
	$(PREPARE_SQLFLUFF)
	$(SQLFLUFF) dbt_project/models dbt_project/tests

lint-sql: $(SYNCED_DEV) ## Check SQL style; ARGS="dbt_project/models/marts/kpi/kpi_daily.sql" checks one file
	$(PREPARE_SQLFLUFF)
	@$(WITH_ARGS) $(SQLFLUFF) $(if $(value ARGS),,dbt_project/models dbt_project/tests)

audit: $(SYNCED_DEV) ## Check the packages in uv.lock for known vulnerabilities (OSV, api.osv.dev)
	@$(BIN)/uv audit --frozen --preview-features audit

wheel: $(SYNCED) ## Build the wheel, and constraints.txt with the locked versions, in target/dist
	@mkdir -p target/dist && rm -f target/dist/*.whl
	@$(BIN)/uv build --quiet --wheel --out-dir target/dist
	@$(BIN)/uv export --quiet --locked --no-dev --all-extras --no-emit-project --no-hashes --no-annotate --no-header \
		--output-file target/dist/constraints.txt
	@ls target/dist/*.whl target/dist/constraints.txt

incidents: $(SYNCED_DEV) ## Simulate twelve incidents and show the commands to find, fix and verify each; ARGS=password runs one
	@$(WITH_ARGS) $(BIN)/python -m tests.system.incidents

bench: $(SYNCED) ## Measure performance against the goals; ARGS="--help" lists the options
	$(COMPILE_LOADER)
	@$(WITH_ARGS) $(BIN)/python -m tests.bench

clean: ## Delete the output of runs and tests: target/ with the DuckDB file, dbt artifacts, caches
	rm -rf target dbt_project/target dbt_project/logs logs htmlcov .coverage .coverage.*
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .sqlfluff_cache

$(SYNCED): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
		echo "wms-elt needs Python 3.11, 3.12 or 3.13; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | head -n 1)." >&2; \
		echo "Set another Python, for example: make setup PYTHON=python3.12" >&2; exit 10; }
	@test -x $(BIN)/uv || echo "Creating the locked environment in $(VENV) (once, about a minute)"
	@test -x $(BIN)/uv || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(UV_SYNC) --no-dev --extra simulator
	@touch $@

$(SYNCED_DEV): $(SYNCED)
	@$(UV_SYNC)
	@touch $@
