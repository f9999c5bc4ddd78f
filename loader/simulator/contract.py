"""Interface between `world`, which computes the rows at an instant, and `api`, which serves them.

Times are timezone-aware UTC. Rows are sparse: an omitted field has its schema's default.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Kind = Literal["integer", "decimal", "string", "boolean", "date", "datetime", "relation", "set", "inline"]
Value = int | str | bool | Decimal | date | datetime | tuple[object, ...] | None
Row = Mapping[str, Value]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity (wms-api 5 and 6).

    Args:
        name: field name in the document.
        kind: a status is an ``integer``; ``relation`` values are the target's id; ``set`` values are the child count.
        target: entity that a relation or a set points to. Its URL is ``""`` if it is None or not in `World.entities`;
            `World.key` also knows the labels of entities that are not exposed, such as ``time_zone``.
        default: value if a row omits the field.
        since: release that added the field, such as ``25C``; None = all releases.
        stated: default that ``describe`` shows; rows may have another, such as null for a relation without a target.
    """

    name: str
    kind: Kind
    target: str | None = None
    required: bool = False
    max_length: int | None = None
    default: Value = None
    since: str | None = None
    stated: Value = None


@dataclass(frozen=True, slots=True)
class EntitySchema:
    """Fields of an entity in document order, and its relations to a facility and a company.

    Args:
        facility_path: relation fields leading to the facility, ``("order_id", "facility_id")`` for order_dtl;
            empty when rows belong to no facility.
        company_path: the same for the company.
    """

    name: str
    fields: tuple[Field, ...]
    facility_path: tuple[str, ...] = ()
    company_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """Bounds that the world applies efficiently; None = unbounded. Lower bounds are inclusive, upper bounds exclusive.

    A row without mod_ts is outside every mod_ts window.
    """

    id_from: int | None = None
    id_to: int | None = None
    mod_from: datetime | None = None
    mod_to: datetime | None = None
    create_from: datetime | None = None
    create_to: datetime | None = None


class World(Protocol):
    """A warehouse as a pure function of its specification and an instant."""

    @property
    def entities(self) -> Mapping[str, EntitySchema]:
        """Return all entities by name."""
        ...

    def ids(self, entity: str, at: datetime, window: Window | None = None, limit: int | None = None) -> Ids:
        """Return ids of rows that exist at the instant, ascending, at most `limit`."""
        ...

    def heap(self, entity: str, at: datetime) -> Ids:
        """Return the same ids in heap order: a changed row moves to the end (wms-api 9.5)."""
        ...

    def row(self, entity: str, row_id: int, at: datetime) -> Row:
        """Return the committed version of a row at the instant. Raises KeyError if there is none."""
        ...

    def rows(
        self, entity: str, ids: Ids | Sequence[int], at: datetime, fields: Collection[str] | None = None
    ) -> list[Row]:
        """Return `row` for many ids in their order; `fields` limits the computation to these fields."""
        ...

    def version(self, entity: str, row_id: int, at: datetime) -> int:
        """Return a number that changes whenever the row does, for cache keys."""
        ...

    def versions(self, entity: str, ids: Ids | Sequence[int], at: datetime) -> Ids:
        """Return `version` for many ids in their order."""
        ...

    def key(self, entity: str, row_id: int) -> str:
        """Return the natural key shown in a relation, such as ``ORD-1,3``. Raises KeyError for an unknown row."""
        ...
