"""Statements for a schema of views on Oracle: marts and histories, with keys and relations that query tools can read.

Constraints of views are never checked (DISABLE NOVALIDATE), so records without a parent stay visible. They leave the
tables alone, which builds may drop and create again.
https://docs.oracle.com/en/database/oracle/oracle-database/19/sqlrf/ALTER-VIEW.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from loader.errors import ConfigError
from loader.marts.declared import Mart

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,127}")
_STATE: Final = "rely disable novalidate"


def statements(marts: Sequence[Mart], owner: str, schema: str, readers: Sequence[str] = ()) -> Iterator[str]:
    """Yield the statements in order, each with its terminator. They can be run again after a change of the marts.

    Args:
        owner: Oracle user that owns the marts.
        schema: user that gets the views.
        readers: users and roles that may read them.

    Raises:
        ConfigError: ``WMS_CONF_085``, a name isn't a plain Oracle name, or the schema is that of the marts.
    """
    for name in (schema, *readers):
        if not _NAME.fullmatch(name) or name.upper() == owner.upper():
            raise ConfigError(
                "WMS_CONF_085",
                f"Can't write views for {name[:60]}: it must be a plain Oracle name, and not the owner of the marts.",
                hint="Name a separate user with --schema, such as WMS_READ.",
            )
    yield _dropped(marts, schema)
    for mart in marts:
        yield f"grant select on {owner}.{mart.name} to {schema} with grant option;"
        yield f"create view {schema}.{mart.name} as select * from {owner}.{mart.name};"  # noqa: S608
        yield from _comments(mart, f"{schema}.{mart.name}")
        yield from (f"grant select on {schema}.{mart.name} to {reader};" for reader in readers)
    yield from _constraints(marts, schema)


def _dropped(marts: Iterable[Mart], schema: str) -> str:
    names = ", ".join(f"'{mart.name.upper()}'" for mart in marts)
    found = f"select view_name from all_views where owner = '{schema.upper()}' and view_name in ({names})"  # noqa: S608
    drop = f"execute immediate 'drop view {schema}.' || found.view_name || ' cascade constraints'"
    return f"begin\n    for found in ({found}) loop\n        {drop};\n    end loop;\nend;\n/"


def _comments(mart: Mart, view: str) -> Iterator[str]:
    if mart.description:
        yield f"comment on table {view} is {_text(mart.description)};"
    for column, description in mart.columns.items():
        if description:
            yield f"comment on column {view}.{column} is {_text(description)};"


def _constraints(marts: Sequence[Mart], schema: str) -> Iterator[str]:
    """All keys first, because relations refer to them."""
    for mart in marts:
        if mart.key:
            columns = ", ".join(mart.key)
            yield f"alter view {schema}.{mart.name} add constraint {mart.name}_pk primary key ({columns}) {_STATE};"
    for mart in marts:
        for relation in mart.relations:
            yield (
                f"alter view {schema}.{mart.name} add constraint {mart.name}_{relation.column}_fk foreign key "
                f"({relation.column}) references {schema}.{relation.mart} ({relation.key}) {_STATE};"
            )


def _text(value: str) -> str:
    """A literal of one line, because SQL*Plus ends a statement at an empty one."""
    escaped = " ".join(value.split()).replace("'", "''")
    return f"'{escaped}'"
