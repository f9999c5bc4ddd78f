"""The `World` of the simulator: rows of a seeded warehouse at any instant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from loader.simulator.contract import EntitySchema, Ids, Row, Window
from loader.simulator.world.family import Family
from loader.simulator.world.history import History
from loader.simulator.world.spec import HOUR, Ints, WorldSpec, from_us, to_us
from loader.simulator.world.tables import inbound, masters, orders, static, stock, work
from loader.simulator.world.tables.declared import declarations, declared_families
from loader.simulator.world.violations import Violation, planted

MARGIN = 6 * HOUR  # the history extends slightly beyond the requested instant, and doubles if it is too short


class WarehouseWorld:
    """A warehouse as a pure function of its specification and an instant (`loader.simulator.contract.World`).

    Parts are computed on first use and cached; the default scale takes well under a second.
    """

    def __init__(self, spec: WorldSpec) -> None:
        self.spec = spec
        self._built = _Built(History(spec, spec.origin_us + MARGIN))

    @cached_property
    def entities(self) -> Mapping[str, EntitySchema]:
        """All entities by name, with the fields of all releases."""
        return static.schemas()

    @property
    def quiet_at(self) -> datetime | None:
        """Instant of the last change, including late commits; None if changes never end."""
        hazards = self.spec.hazards
        delay = hazards.late_max_seconds if hazards.late_commits else 0
        return self.spec.stop_at and self.spec.stop_at + timedelta(seconds=delay)

    def ids(self, entity: str, at: datetime, window: Window | None = None, limit: int | None = None) -> Ids:
        """Return ids of rows that exist at the instant, in the window, ascending, at most `limit`."""
        built, instant = self._at(at)
        found = [family.find(instant, window or Window(), limit) for family in built.families(entity)]
        return found[0] if len(found) == 1 else np.sort(_joined(found))[:limit]

    def heap(self, entity: str, at: datetime) -> Ids:
        """Return the same ids, the most recently changed last."""
        built, instant = self._at(at)
        parts = [family.written(instant) for family in built.families(entity)]
        ids, written = _joined([part[0] for part in parts]), _joined([part[1] for part in parts])
        return np.asarray(ids[np.lexsort((ids, written))])

    def row(self, entity: str, row_id: int, at: datetime) -> Row:
        """Return one row. Raises KeyError if it doesn't exist at the instant."""
        return self.rows(entity, (row_id,), at)[0]

    def rows(
        self, entity: str, ids: Ids | Sequence[int], at: datetime, fields: Collection[str] | None = None
    ) -> list[Row]:
        """Return rows in the order of the ids. Raises KeyError if one doesn't exist at the instant."""
        built, instant = self._at(at)
        wanted = np.asarray(ids, dtype=np.int64)
        rows: list[Row] = [{}] * len(wanted)
        for family, places in built.split(entity, wanted):
            for place, row in zip(places.tolist(), family.rows(wanted[places], instant, fields), strict=True):
                rows[place] = row
        return rows

    def version(self, entity: str, row_id: int, at: datetime) -> int:
        """Return how often the row was written. Raises KeyError if it doesn't exist at the instant."""
        return int(self.versions(entity, (row_id,), at)[0])

    def versions(self, entity: str, ids: Ids | Sequence[int], at: datetime) -> Ids:
        """Return `version` for many ids in their order."""
        built, instant = self._at(at)
        wanted = np.asarray(ids, dtype=np.int64)
        versions = np.zeros(len(wanted), dtype=np.int64)
        for family, places in built.split(entity, wanted):
            versions[places] = family.versions(wanted[places], instant)
        return versions

    def key(self, entity: str, row_id: int) -> str:
        """Return the natural key in a relation, also for entities that aren't exposed. Raises KeyError."""
        codes = self._built.history.codes
        if entity in codes.entities:
            return codes.text(entity, row_id)
        if entity in static.static_tables():
            return static.labels(entity)[row_id]
        for family in self._built.families(entity):
            label = family.label(row_id)
            if label is not None:
                return label
        raise KeyError(row_id)

    def violations(self, at: datetime) -> tuple[Violation, ...]:
        """Return the planted violations visible at the instant."""
        built, instant = self._at(at)
        return planted(built.history, lambda entity: built.families(entity)[0], instant)

    def visible_versions(self, entity: str, row_id: int, until: datetime) -> list[tuple[datetime, Row | None]]:
        """Return the versions of a row, each with the instant it becomes visible, up to `until`; None = deletion.

        Raises:
            KeyError: no such row.
        """
        built, instant = self._at(until)
        ids = np.array([row_id], dtype=np.int64)
        family = next(family for family, places in built.split(entity, ids) if len(places))
        seen, gone = family.life(row_id)
        versions: list[tuple[datetime, Row | None]] = [
            (from_us(at), family.rows(ids, at)[0]) for at in seen if at <= instant
        ]
        return [*versions, (from_us(gone), None)] if versions and gone <= instant else versions

    def _at(self, at: datetime) -> tuple[_Built, int]:
        instant = to_us(at)
        # nothing changes after `stop_at`
        needed = instant if self.spec.stop_at is None else min(instant, to_us(self.spec.stop_at))
        built = self._built
        if needed > built.history.until:
            further = 2 * (needed - self.spec.origin_us)
            self._built = built = _Built(History(self.spec, self.spec.origin_us + further + MARGIN))
        return built, instant


class _Built:
    """A history with the families built so far."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._families: dict[str, tuple[Family, ...]] = {}

    def families(self, entity: str) -> tuple[Family, ...]:
        """Return the families of an entity. Raises KeyError for an unknown entity."""
        if entity not in self._families:
            self._families[entity] = tuple(family for family in self._build(entity) if len(family.ids))
        return self._families[entity]

    def split(self, entity: str, ids: Ints) -> Iterator[tuple[Family, Ints]]:
        """Yield each family with the positions of its ids. Raises KeyError for an unknown id."""
        families = self.families(entity)
        if not families:
            if len(ids):
                raise KeyError(int(ids[0]))
            return
        open_ = np.ones(len(ids), dtype=np.bool_)
        for family in families[:-1]:
            own = family.holds(ids)
            open_ &= ~own
            yield family, np.flatnonzero(own)
        yield families[-1], np.flatnonzero(open_)

    def _build(self, entity: str) -> tuple[Family, ...]:
        if entity in _COMPOSED:
            return tuple(family for part in _COMPOSED[entity] for family in self.families(part))
        h, schema = self.history, static.schemas().get(entity)
        if entity in _SIMPLE:
            return (_SIMPLE[entity](h),)
        if schema is None:
            raise KeyError(entity)
        if entity in declarations():
            return declared_families(h, schema)
        if entity in h.codes.entities:
            return (static.code_table(h.codes, entity, schema),)
        if entity in static.static_tables():
            return (static.static_family(h, schema),)
        return ()


def _joined(parts: Sequence[Ids]) -> Ids:
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])


_SIMPLE: Mapping[str, Callable[[History], Family]] = {
    "item": masters.item,
    "location": masters.location,
    "order_hdr": orders.order_hdr,
    "order_dtl": orders.order_dtl,
    "allocation:picking": work.allocation,
    "allocation:replenishment": work.replenishment,
    "ib_shipment": inbound.ib_shipment,
    "ib_shipment_dtl": inbound.ib_shipment_dtl,
    "iblpn": stock.iblpn,
    "oblpn": stock.oblpn,
    "inventory:stock": stock.stock,
    "inventory:goods": stock.goods,
    "inventory:moved": stock.moved,
}

# the same rows under another name, or several families in one entity
_COMPOSED: Mapping[str, tuple[str, ...]] = {
    "container": ("iblpn", "oblpn"),
    "inventory": ("inventory:stock", "inventory:goods", "inventory:moved"),
    "allocation": ("allocation:picking", "allocation:replenishment"),
}
