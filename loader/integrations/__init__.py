"""Orchestrator integrations: a Dagster code location and Airflow DAGs (docs/how-to/orchestrate.md).

Import `loader.integrations.dagster.location` or `loader.integrations.airflow.dags`; each needs its extra.
"""
