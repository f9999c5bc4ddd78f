"""What the simulator's two halves agree on: `world` says what is true at an instant, `api` says how it is answered.

Times are timezone-aware UTC. A row is sparse: a field it leaves out has its schema's default.
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
        name: as in the document.
        kind: a status is an ``integer``; ``relation`` values are the target's id; ``set`` values are the child count.
        target: what a relation or a set points to. Not exposed (its url is ``""``) when it is None or absent from
            `World.entities`; `World.key` knows the labels of absent ones too, such as ``time_zone``.
        default: the value when a row leaves the field out.
        since: release that added it, such as ``25C``; None when it was always there.
    """

    name: str
    kind: Kind
    target: str | None = None
    required: bool = False
    max_length: int | None = None
    default: Value = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class EntitySchema:
    """The fields of an entity in document order, and how it hangs on a facility and a company.

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
    """Bounds the world can apply quickly; None = unbounded. Every lower bound is inclusive, every upper exclusive.

    A row whose mod_ts is null lies in no mod window.
    """

    id_from: int | None = None
    id_to: int | None = None
    mod_from: datetime | None = None
    mod_to: datetime | None = None
    create_from: datetime | None = None
    create_to: datetime | None = None


class World(Protocol):
    """A warehouse as a pure function of its specification and an instant: the same question has the same answer."""

    @property
    def entities(self) -> Mapping[str, EntitySchema]:
        """All entities by name."""
        ...

    def ids(self, entity: str, at: datetime, window: Window | None = None, limit: int | None = None) -> Ids:
        """Ids of the rows committed and not deleted at the instant, ascending; at most `limit` of them."""
        ...

    def heap(self, entity: str, at: datetime) -> Ids:
        """The same ids in heap order: a changed row moves to the end (wms-api 9.5)."""
        ...

    def row(self, entity: str, row_id: int, at: datetime) -> Row:
        """The committed version of a row at the instant. Raises KeyError when there is none."""
        ...

    def rows(
        self, entity: str, ids: Ids | Sequence[int], at: datetime, fields: Collection[str] | None = None
    ) -> list[Row]:
        """`row` for many ids in their order, computed together; `fields` limits the work to these fields."""
        ...

    def version(self, entity: str, row_id: int, at: datetime) -> int:
        """A number that changes whenever the row does: the cheap half of a rendering cache's key."""
        ...

    def versions(self, entity: str, ids: Ids | Sequence[int], at: datetime) -> Ids:
        """`version` for many ids in their order."""
        ...

    def key(self, entity: str, row_id: int) -> str:
        """The natural key shown in a relation, such as ``ORD-1,3``. Raises KeyError when there is no such row."""
        ...
