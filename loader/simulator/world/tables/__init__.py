"""From instants to rows: which family of rows each entity has, and how each field is computed."""
