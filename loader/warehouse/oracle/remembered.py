"""Keeps results of queries for a whole load. dlt creates a new client for each step, and the clients share them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from dlt.common.destination.client import StorageSchemaInfo

from loader.warehouse.oracle.known_columns import KnownColumns


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the clients of an engine share.

    Args:
        known: columns and indexes in the data dictionary.
        schemas: dlt's stored schemas by hash.
    """

    known: KnownColumns
    schemas: dict[str, StorageSchemaInfo] = field(default_factory=dict)


_OF_ENGINE: Final[WeakKeyDictionary[sa.Engine, Remembered]] = WeakKeyDictionary()


def remember(engine: sa.Engine, known: KnownColumns) -> None:
    """Start with what other steps of the run have read. Each load has its own engine."""
    _OF_ENGINE[engine] = Remembered(known)


def remembered(engine: sa.Engine) -> Remembered:
    """Return what the clients of the engine share."""
    return _OF_ENGINE[engine]
