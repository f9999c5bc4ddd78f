"""Shapes of the tables that landing owns, as dlt column hints (docs/explanation/design.md, raw tables)."""

from __future__ import annotations

from typing import Final

from dlt.common.schema.typing import TColumnSchema

RAW_LOG_HINT: Final = "x-raw-log"
"""Table hint that sends a table's files through the landing job instead of dlt's own copy job."""

LEDGER: Final = "elt_landing"

EMPTY_LOG: Final = "0 "
"""The log's position before anything has landed."""


def raw_columns() -> list[TColumnSchema]:
    """Columns of a raw table, in table order. Timestamps are UTC without zone, microseconds."""
    return [
        {"name": "entity_id", "data_type": "bigint", "nullable": False},
        {"name": "mod_ts", "data_type": "timestamp", "timezone": False, "precision": 6, "nullable": True},
        {"name": "facility_id", "data_type": "bigint", "nullable": True},
        {"name": "company_id", "data_type": "bigint", "nullable": True},
        {"name": "content_hash", "data_type": "text", "precision": 32, "nullable": False},
        {"name": "doc", "data_type": "text", "nullable": False},
        {"name": "is_deleted", "data_type": "bigint", "nullable": False},
        {"name": "read_at", "data_type": "timestamp", "timezone": False, "precision": 6, "nullable": False},
        {"name": "read_order", "data_type": "bigint", "nullable": False},
        {"name": "dlt_load_id", "data_type": "text", "precision": 64, "nullable": True},
    ]
