"""The warehouse: raw tables, run tables, connections, locks and dlt destinations, for DuckDB and Oracle."""

from __future__ import annotations

from loader.warehouse.base import Params, Row, Warehouse, count
from loader.warehouse.connect import Sessions, open_warehouse, without_wait
from loader.warehouse.schema import (
    ALERT,
    BUILD_STATE,
    DESCRIBED_FIELD,
    ENTITY_RUN,
    LOCK,
    NODE_RESULT,
    QUARANTINE,
    RECONCILIATION,
    RUN,
    SCHEMA_CHANGE,
    SCOPE,
    SOURCE,
    TEST_RESULT,
    Column,
    TableSpec,
)

__all__ = [
    "ALERT",
    "BUILD_STATE",
    "DESCRIBED_FIELD",
    "ENTITY_RUN",
    "LOCK",
    "NODE_RESULT",
    "QUARANTINE",
    "RECONCILIATION",
    "RUN",
    "SCHEMA_CHANGE",
    "SCOPE",
    "SOURCE",
    "TEST_RESULT",
    "Column",
    "Params",
    "Row",
    "Sessions",
    "TableSpec",
    "Warehouse",
    "count",
    "open_warehouse",
    "without_wait",
]
