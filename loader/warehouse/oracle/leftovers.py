"""Tables that a build of dbt leaves in an Oracle schema when it breaks."""

from __future__ import annotations

import re
from typing import Final

BACKUP: Final = "__dbt_backup"
UNFINISHED: Final = "__dbt_tmp"
TEMPORARY: Final = re.compile(r"o\$pt_(.+)\d{12}")
"""dbt-oracle's temporary tables end with the time of day they were created at."""

TABLES: Final = "select lower(table_name) from user_tables"


def leftovers(tables: set[str], relations: frozenset[str]) -> list[tuple[str, str]]:
    """Names of tables in lower case that a build leaves when it breaks, each with its relation; backups first."""
    found = []
    for name in sorted(tables, key=lambda name: (not name.endswith(BACKUP), name)):
        temporary = TEMPORARY.fullmatch(name)
        relation = temporary[1] if temporary else name.removesuffix(BACKUP).removesuffix(UNFINISHED)
        if relation != name and relation in relations:
            found.append((name, relation))
    return found
