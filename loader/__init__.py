"""ELT for Oracle WMS Cloud: loads raw documents and runs dbt."""
