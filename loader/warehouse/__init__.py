"""Access to the target database outside dlt: connections, statements and run tables."""

from __future__ import annotations

from loader.warehouse.base import Params, Row, Warehouse
from loader.warehouse.connect import open_warehouse
from loader.warehouse.schema import (
    ALERT,
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
    "TableSpec",
    "Warehouse",
    "open_warehouse",
]
