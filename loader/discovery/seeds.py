"""Reads seeds of the dbt projects."""

from __future__ import annotations

import csv
from pathlib import Path


def read_seed(name: str, *directories: Path) -> list[dict[str, str]]:
    """Return the rows of a seed as mappings from column to text, null as empty text; empty if there is no such seed.

    Args:
        name: of the seed.
        directories: of seeds. As in dbt, the seed of an overlay, the last one, replaces that of the package.
    """
    path = next((path for place in reversed(directories) if (path := place / f"{name}.csv").is_file()), None)
    if path is None:
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: value or "" for name, value in row.items() if name} for row in csv.DictReader(file)]
