"""Names that targets of release 0.1 have stored; kept for one release."""
