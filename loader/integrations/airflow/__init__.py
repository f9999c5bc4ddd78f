"""Airflow DAGs; needs the extra `airflow`."""
