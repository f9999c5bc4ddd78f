"""Copies raw tables of a DuckDB file into the double."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from loader.warehouse.schema import LEDGER_TABLE, RAW_COLUMNS, RUN_TABLES, column_definitions, create_statement
from tests.support.oracle_double import execute
from tests.support.oracle_double.server import Server


def create_raw_tables(server: Server, warehouse: Path) -> None:
    """Create the run tables and the raw tables that the file has, empty."""
    session = server.logon(server.user, server.password)
    for spec in (LEDGER_TABLE, *RUN_TABLES):
        execute.run(session, create_statement(spec.name, spec, "oracle"))
    for entity in _entities(server, warehouse):
        execute.run(session, f"create table {entity} ({column_definitions(RAW_COLUMNS, 'oracle')})")
    session.commit()
    session.end()


def copy_versions(server: Server, warehouse: Path, read_at: datetime) -> None:
    """Copy the versions that the file has of an instant, naive UTC."""
    names = [column.name for column in RAW_COLUMNS]
    texts = ", ".join("encode(doc)" if name == "doc" else name for name in names)
    cursor = server.duck.cursor()
    for entity in _entities(server, warehouse):
        cursor.execute(
            f"insert into {server.user}.{entity.upper()} ({', '.join(names)}) "
            f"select {texts} from source.wms_raw.{entity} where read_at = ? order by read_order",
            [read_at],
        )


def highest_read_orders(server: Server, warehouse: Path) -> dict[str, int]:
    """Return the highest `read_order` by entity in the double, for the entities of the file."""
    found = {
        entity: server.rows(f"select max(read_order) from {server.user}.{entity.upper()}")[0][0]
        for entity in _entities(server, warehouse)
    }
    return {entity: int(highest) for entity, highest in found.items() if highest is not None}


def _entities(server: Server, warehouse: Path) -> list[str]:
    """Attach the file as `source`, and return its raw tables of entities."""
    cursor = server.duck.cursor()
    cursor.execute(f"attach if not exists '{warehouse}' as source (read_only)")
    own = {spec.name for spec in (LEDGER_TABLE, *RUN_TABLES)} | {"dlt_loads"}
    sql = "select table_name from duckdb_tables() where database_name = 'source' and schema_name = 'wms_raw'"
    return [name for (name,) in cursor.execute(sql).fetchall() if name not in own]
