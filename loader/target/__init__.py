"""The target database outside dlt: connecting, statements, run tables."""

from __future__ import annotations

from loader.target.connect import open_target
from loader.target.protocol import Params, Row, Target
from loader.target.tables import DESCRIBED_FIELD, ENTITY_RUN, RUN, SCHEMA_CHANGE, Column, TableSpec

__all__ = [
    "DESCRIBED_FIELD",
    "ENTITY_RUN",
    "RUN",
    "SCHEMA_CHANGE",
    "Column",
    "Params",
    "Row",
    "TableSpec",
    "Target",
    "open_target",
]
