"""The target database outside dlt: connecting, statements, run tables."""

from __future__ import annotations

from loader.target.connect import open_target
from loader.target.protocol import Params, Row, Target
from loader.target.tables import (
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
    "Target",
    "open_target",
]
