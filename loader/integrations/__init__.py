"""Orchestrator integrations: a Dagster code location and Airflow DAGs (docs/how-to/orchestrate.md).

Import `wms_elt.integrations.dagster.location` or `wms_elt.integrations.airflow.dags`; each needs its extra.
"""
