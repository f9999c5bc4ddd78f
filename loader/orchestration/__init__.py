"""Our runs for the engines that others operate: a Dagster code location and Airflow DAGs (docs/how-to/orchestrate.md).

Import `loader.orchestration.dagster_location` or `loader.orchestration.airflow_dags`; each needs its extra.
"""
