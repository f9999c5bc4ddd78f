"""Airflow DAGs; require the extra `airflow`."""
