"""Direct path load: into a table without concurrent writers, with its own commit."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from tests.support.oracle_double.errors import DoubleGap, ora
from tests.support.oracle_double.frames import bound
from tests.support.oracle_double.session import Result, Session
from tests.support.oracle_double.transaction import BINDS, Work


def load(session: Session, schema: str, table: str, columns: list[str], data: Any) -> Result:
    """Load the rows. Raises ORA-00942 and ORA-00904 for unknown names. A failed load leaves no rows."""
    relation = session.server.catalogue.find(schema.upper(), table.upper())
    if relation.kind != "table":
        raise DoubleGap("direct path load into something other than a table")
    rows = bound(data, session.server.release)
    names = [column.upper() for column in columns]
    for name, kind in zip(names, rows.schema.types, strict=True):
        if name not in relation.columns:
            raise ora(904, f'"{name}": invalid identifier')
        if pa.types.is_boolean(kind):
            raise ora(932, "direct path load has no BOOLEAN for NUMBER")
    session.commit()
    quoted = ", ".join(f'"{name}"' for name in names)
    sql = f'insert into "{relation.owner}"."{relation.name}" ({quoted}) select {quoted} from {BINDS}'
    session.transaction.change(Work(sql, {}, rows.rename_columns(names)))
    session.commit()
    return Result()
