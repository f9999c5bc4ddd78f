"""A target in memory: the raw log and its queries, for property tests with thousands of loads."""

from __future__ import annotations

import copy
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from loader.extract.context import Outcome, RunContext
from loader.extract.passes import read_passes
from loader.extract.reader import read_entity
from loader.extract.state import EntityState
from loader.report import Silent
from loader.settings import Settings
from loader.warehouse.schema import raw_schema
from loader.wms.page import UnusableDocument
from tests.support.fake_wms import FakeWms

Version = dict[str, Any]


class MemoryTarget:
    """Versions by entity in read order (protocol `RawStore`)."""

    def __init__(self) -> None:
        self.log: dict[str, list[Version]] = {}
        self.read_orders: Counter[str] = Counter()

    def land(self, entity: str, table: pa.Table) -> None:
        """Land versions as the landing job does: only if they differ from the previous one."""
        log = self.log.setdefault(entity, [])
        for row in table.to_pylist():
            self.read_orders[entity] = max(self.read_orders[entity], row["read_order"])
            before = self.current(entity).get(row["entity_id"])
            if before is None or (before["content_hash"], before["is_deleted"]) != (
                row["content_hash"],
                row["is_deleted"],
            ):
                log.append(row)

    def current(self, entity: str) -> dict[int, Version]:
        """Return the last version of each id."""
        ordered = sorted(self.log.get(entity, []), key=lambda row: row["read_order"])
        return {row["entity_id"]: row for row in ordered}

    def marked(self, entity: str, mark: int) -> set[int]:
        """Return the ids whose current version has this `is_deleted`."""
        return {row_id for row_id, row in self.current(entity).items() if row["is_deleted"] == mark}

    def set_aside(self, entity: str, documents: Sequence[UnusableDocument]) -> int:
        return len(documents)

    def release(self, entity: str, ids: Sequence[str]) -> None:
        """Quarantine nothing."""

    def release_unseen(self, entity: str, since: datetime, keep: Set[str | None] = frozenset()) -> None:
        """Quarantine nothing."""

    def ids_set_aside(self, entity: str) -> Set[str]:
        return frozenset()

    def last_read_order(self, entity: str) -> int:
        return self.read_orders[entity]

    def log_position(self, besides: str | None) -> str:
        return ""

    def live_ids(self, entity: str) -> npt.NDArray[np.int64]:
        return np.asarray(sorted(self.marked(entity, 0)), dtype=np.int64)

    def live_versions(self, entity: str, after_id: int | None, until_id: int | None) -> pa.Table:
        low = -(2**63) if after_id is None else after_id
        rows = [
            row
            for row_id, row in sorted(self.current(entity).items())
            if row["is_deleted"] == 0 and low < row_id and (until_id is None or row_id <= until_id)
        ]
        table: pa.Table = pa.Table.from_pylist(rows, schema=raw_schema())
        return table.select(["entity_id", "mod_ts", "facility_id"])

    def current_versions(self, entity: str, ids: npt.NDArray[np.int64]) -> pa.Table:
        current = self.current(entity)
        rows = [current[row_id] for row_id in sorted(ids.tolist()) if row_id in current]
        table: pa.Table = pa.Table.from_pylist(rows, schema=raw_schema())
        return table

    def facility_counts(self, entity: str, ids: npt.NDArray[np.int64] | None) -> Mapping[int, int]:
        wanted = self.marked(entity, 0) if ids is None else set(ids.tolist())
        rows = (self.current(entity)[row_id] for row_id in wanted)
        return Counter(row["facility_id"] for row in rows if row["facility_id"] is not None)


class MemoryLoads:
    """Loads of a fake WMS, one package at a time. Rows and state of a package land together or not at all."""

    def __init__(self, wms: FakeWms) -> None:
        self.wms = wms
        self.target = MemoryTarget()
        self.states: dict[str, EntityState] = {}

    def run(
        self, settings: Settings, entity: str, *, passes: frozenset[str] = frozenset(), packages: int = 99
    ) -> Outcome:
        """Load until the entity ends, or stop after this number of packages as if the run was stopped."""
        context = self._context(settings, passes)
        for _ in range(packages):
            context.new_package()
            self._package(context, entity, read_entity)
            if context.outcome(entity).status != "running":  # type: ignore[union-attr]
                break
        outcome = context.outcome(entity)
        assert outcome is not None
        if outcome.status == "ok":
            context.new_package()
            self._package(context, entity, read_passes)
        final = context.outcome(entity)
        assert final is not None
        if final.error:
            raise final.error
        return final

    def _package(self, context: RunContext, entity: str, read: Callable[..., Any]) -> None:
        state = copy.deepcopy(self.states.get(entity, {}))
        tables = list(read(context, entity, state))
        for table in tables:
            self.target.land(entity, table)
        self.states[entity] = state  # type: ignore[assignment]

    def _context(self, settings: Settings, passes: frozenset[str]) -> RunContext:
        return RunContext(
            settings,
            self.wms,  # type: ignore[arg-type]
            self.target,
            stop=threading.Event(),
            observer=Silent(),
            forced_passes=passes,
        )
