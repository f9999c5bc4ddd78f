"""Finds tables that an interrupted dbt build leaves in an Oracle schema."""

from __future__ import annotations

import re
from typing import Final

BACKUP: Final = "__dbt_backup"
UNFINISHED: Final = "__dbt_tmp"
TEMPORARY: Final = re.compile(r"o\$pt_(.+)\d{12}")
"""dbt-oracle's temporary tables; their names end with the time of creation."""

TABLES: Final = "select lower(table_name) from user_tables"


def leftovers(tables: set[str], relations: frozenset[str]) -> list[tuple[str, str]]:
    """Return the leftover tables, each with its relation, in lower case; backups first."""
    found = []
    for name in sorted(tables, key=lambda name: (not name.endswith(BACKUP), name)):
        temporary = TEMPORARY.fullmatch(name)
        relation = temporary[1] if temporary else name.removesuffix(BACKUP).removesuffix(UNFINISHED)
        if relation != name and relation in relations:
            found.append((name, relation))
    return found
