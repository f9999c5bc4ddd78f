"""Converts instants to rows: the families of each entity and the computation of each field."""
