"""Lists all tables and views in the schemas of a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from loader.settings import Settings
from loader.warehouse.base import Warehouse

_DUCKDB: Final = """
select lower(table_schema), lower(table_name), case table_type when 'VIEW' then 'view' else 'table' end
from information_schema.tables
where table_catalog = current_database() and lower(table_schema) in (?, ?)
order by 1, 2
"""
_ORACLE: Final = """
select lower(owner), lower(table_name), 'table' from all_tables where owner = ?
union all
select lower(owner), lower(view_name), 'view' from all_views where owner = ?
order by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view; names in lower case."""

    schema: str
    name: str
    kind: Literal["table", "view"]


def relations(target: Warehouse, settings: Settings) -> list[Relation]:
    """Return all tables and views in the schemas of the raw tables and the models.

    Raises:
        TargetError: the target can't be queried.
    """
    if settings.target.kind == "oracle":
        owner = str(settings.target.oracle_user).upper()
        rows = target.fetch(_ORACLE, (owner, owner))
    else:
        rows = target.fetch(_DUCKDB, (settings.target.raw_schema.lower(), settings.target.schema_name.lower()))
    return [Relation(str(schema), str(name), "view" if kind == "view" else "table") for schema, name, kind in rows]
