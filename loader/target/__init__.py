"""The target database outside dlt: connecting, statements, run tables."""

from __future__ import annotations

from loader.target.connect import open_target
from loader.target.protocol import Params, Row, Target
from loader.target.tables import ENTITY_RUN, RUN, Column, TableSpec

__all__ = ["ENTITY_RUN", "RUN", "Column", "Params", "Row", "TableSpec", "Target", "open_target"]
