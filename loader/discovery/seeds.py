"""Reads seeds of the dbt project."""

from __future__ import annotations

import csv
from pathlib import Path


def read_seed(path: Path) -> list[dict[str, str]]:
    """Return the rows of a seed as mappings from column to text, null as empty text; empty if the file is missing."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: value or "" for name, value in row.items() if name} for row in csv.DictReader(file)]
