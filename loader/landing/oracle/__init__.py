"""dlt destination for Oracle 19c and later: raw documents, one transaction per file (oracle A.2, A.6)."""
