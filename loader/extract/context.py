"""What the readers of one load package share, and what they report."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from loader.errors import WmsEltError
from loader.extract.window import Window, whole_second
from loader.settings import Settings
from loader.wms.client import WmsClient
from loader.wms.page import Page, UnusableDocument
from loader.wms.times import local_now, utc_text

_SHOWN = 5

Mode = Literal["initial", "incremental", "snapshot", "full", "backfill", "reconcile"]


class RawStore(Protocol):
    """What the target already holds; implemented by the raw stores of loader.warehouse."""

    def set_aside(self, entity: str, documents: Sequence[UnusableDocument]) -> int:
        """Keeps documents that cannot be landed, at once and each once; returns how many were not known."""
        ...

    def release(self, entity: str, ids: Sequence[str]) -> None:
        """Notes that the documents of these ids can be landed again."""
        ...

    def release_unseen(self, entity: str, since: datetime) -> None:
        """Releases what a reading of all documents, begun then (aware), has not shown."""
        ...

    def ids_set_aside(self, entity: str) -> Set[str]:
        """Ids, as written, of documents that are set aside now."""
        ...

    def last_read_order(self, entity: str) -> int:
        """The highest `read_order` landed for the entity, 0 when none."""
        ...

    def log_position(self, besides: str | None) -> str:
        """How far the log of all entities has come, for comparing; files of the load package `besides` do not count."""
        ...

    def live_ids(self, entity: str) -> npt.NDArray[np.int64]:
        """Ids whose current version is not a tombstone, ascending."""
        ...

    def live_versions(self, entity: str, after_id: int | None, until_id: int | None) -> pa.Table:
        """`entity_id`, `mod_ts` and `facility_id` of the live rows with ``after_id < id <= until_id``, ascending."""
        ...

    def current_versions(self, entity: str, ids: npt.NDArray[np.int64]) -> pa.Table:
        """The current version of each id, in the raw table's columns."""
        ...

    def facility_counts(self, entity: str, ids: npt.NDArray[np.int64] | None) -> Mapping[int, int]:
        """Live rows by facility id, of the ids or of all; rows without a facility are left out."""
        ...


@dataclass(frozen=True, slots=True)
class Rescoped:
    """A change of scope that an entity has followed; `added` and `removed` are rows."""

    before: str
    after: str
    added: int
    removed: int

    def __str__(self) -> str:
        counts = f"{self.added:,} rows read, {self.removed:,} rows now out of scope"
        return f"the scope changed from {self.before} to {self.after}: {counts}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one entity's extraction came to in one run. Counts are rows and requests; instants are aware UTC.

    `set_aside` counts documents that could not be landed and were not known before, `undated_rows` those landed without
    their mod_ts because it cannot be read; both with the first few of them.
    `read_until` is the end of the last scan: every earlier mod_ts has been read. `share_read` tells how far an initial
    load is, 0 to 1; None when that is not known. `notes` are news that need no attention.
    `rescoped` is a change of scope that this run has followed to its end. `is_empty` is an initial load without a row.
    """

    entity: str
    mode: Mode = "incremental"
    status: Literal["ok", "failed", "skipped", "running"] = "running"
    window: Window | None = None
    read_until: datetime | None = None
    share_read: float | None = None
    rows_read: int = 0
    pages: int = 0
    deleted_rows: int = 0
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished_at: datetime | None = None
    error: WmsEltError | None = None
    warnings: tuple[str, ...] = ()
    collapsed: bool = False
    set_aside: int = 0
    set_aside_names: tuple[str, ...] = ()
    undated_rows: int = 0
    undated_ids: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    rescoped: Rescoped | None = None
    is_empty: bool = False


class Observer(Protocol):
    """Is told of progress, from several threads."""

    def entity_changed(self, outcome: Outcome) -> None:
        """An entity began, got a page, or ended."""
        ...


class Budget:
    """Rows one load package may still take; shared by all entities (docs/explanation/design.md, state)."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._lock = threading.Lock()

    def spend(self, rows: int) -> bool:
        """Takes the rows; True while more may be read."""
        with self._lock:
            self._rows -= rows
            return self._rows > 0


class OrderCounter:
    """Hands out `read_order` numbers of one entity."""

    def __init__(self, last: int) -> None:
        self._next = last + 1
        self._lock = threading.Lock()

    def take(self, rows: int) -> int:
        """Reserves `rows` numbers and returns the first."""
        with self._lock:
            first = self._next
            self._next += rows
            return first


class RunContext:
    """Shared by all readers of one run; thread-safe.

    Args:
        stop: set when the run shall end after the page in hand.
        observer: told of every page.
        forced_passes: catch-up passes to run whether due or not.

    Attributes:
        started_at: this machine's clock at the start of the run.
        server_now: the server's clock at the start of the run; the end of every window is computed from it.
        local_now: this machine's clock at the same moment.
        initially_loaded: entities whose initial load ended in this run.
        reach_back: by entity, how far the server's clock went back since the last run, when its marks stand.
    """

    def __init__(
        self,
        settings: Settings,
        client: WmsClient,
        landed: RawStore,
        *,
        stop: threading.Event,
        observer: Observer,
        forced_passes: frozenset[str] = frozenset(),
    ) -> None:
        self.settings = settings
        self.client = client
        self.landed = landed
        self.stop = stop
        self.forced_passes = forced_passes
        self.server_now = client.server_now()
        self.local_now = local_now()
        self.initially_loaded: set[str] = set()
        self.reach_back: dict[str, timedelta] = {}
        self.budget = Budget(settings.pipeline.chunk_rows)
        self._observer = observer
        self._outcomes: dict[str, Outcome] = {}
        self._counters: dict[str, OrderCounter] = {}
        self._called: set[str] = set()
        self._clock_warned = False
        self._lock = threading.Lock()
        self._waiting: dict[str, Set[str]] = {}
        self.started_at = datetime.now(UTC)
        client.on_page = self.take_note

    @property
    def outcomes(self) -> Mapping[str, Outcome]:
        """By entity, in the order of starting."""
        return dict(self._outcomes)

    def new_package(self) -> None:
        """Refills the budget for the next load package."""
        self.budget = Budget(self.settings.pipeline.chunk_rows)

    def counter(self, entity: str) -> OrderCounter:
        """The entity's `read_order` numbers, continuing from the target's ledger."""
        with self._lock:
            if entity not in self._counters:
                self._counters[entity] = OrderCounter(self.landed.last_read_order(entity))
            return self._counters[entity]

    def is_first_call(self, entity: str) -> bool:
        """True at the first call for the entity in this run, which may come back to it once a package."""
        with self._lock:
            first = entity not in self._called
            self._called.add(entity)
            return first

    def outcome(self, entity: str) -> Outcome | None:
        """None while the entity has not begun."""
        return self._outcomes.get(entity)

    def update(self, entity: str, **changes: object) -> Outcome:
        """Replaces fields of the entity's outcome and tells the observer."""
        with self._lock:
            before = self._outcomes.get(entity) or Outcome(entity)
            outcome = replace(before, **changes)  # type: ignore[arg-type]
            self._outcomes[entity] = outcome
        self._observer.entity_changed(outcome)
        return outcome

    def note(self, entity: str, text: str) -> None:
        """Adds a note to the entity's outcome."""
        before = self.update(entity)
        self.update(entity, notes=(*before.notes, text))

    def warn(self, entity: str, warning: str) -> None:
        """Adds a warning to the entity's outcome, once."""
        before = self.update(entity)
        if warning not in before.warnings:
            self.update(entity, warnings=(*before.warnings, warning))

    def warn_of_clock(self, entity: str) -> None:
        """Warns once a run, at the entity that comes first, when the WMS's clock was too far ahead to be trusted."""
        skew = self.client.distrusted_skew()
        with self._lock:
            is_news = skew is not None and not self._clock_warned
            self._clock_warned = self._clock_warned or is_news
        if skew is not None and is_news:
            self.warn(entity, _too_far_ahead(skew, local_now()))

    def take_note(self, page: Page) -> None:
        """Sets aside what cannot be landed of a page, before anything moves on, and releases what can be again."""
        if page.unusable:
            self._set_aside(page)
        with self._lock:
            if page.entity not in self._waiting:
                self._waiting[page.entity] = self.landed.ids_set_aside(page.entity)
            waiting = self._waiting[page.entity]
            if not waiting:
                return
            unusable = {document.entity_id for document in page.unusable}
            again = sorted({str(key.id) for key in page.keys} & waiting - unusable)
            self._waiting[page.entity] = waiting - set(again)
        if again:
            self.landed.release(page.entity, again)

    def is_set_aside(self, entity: str, row_id: int) -> bool:
        """Whether the source shows a document of this id that cannot be landed: it is neither missing nor gone."""
        with self._lock:
            if entity not in self._waiting:
                self._waiting[entity] = self.landed.ids_set_aside(entity)
            return str(row_id) in self._waiting[entity]

    def note_undated(self, entity: str, ids: Sequence[int]) -> None:
        """Counts documents whose mod_ts cannot be read."""
        before = self.outcome(entity) or Outcome(entity)
        shown = (*before.undated_ids, *ids)[:_SHOWN]
        self.update(entity, undated_rows=before.undated_rows + len(ids), undated_ids=shown)

    def _set_aside(self, page: Page) -> None:
        new = self.landed.set_aside(page.entity, page.unusable)
        names = [str(document) for document in page.unusable]
        before = self.outcome(page.entity) or Outcome(page.entity)
        shown = tuple(dict.fromkeys((*before.set_aside_names, *names)))[:_SHOWN]
        self.update(page.entity, set_aside=before.set_aside + new, set_aside_names=shown)
        with self._lock:
            self._waiting.pop(page.entity, None)

    def add_page(self, entity: str, rows: int, deleted: int = 0) -> bool:
        """Counts a page; True while the package may take more rows and nobody asked to stop."""
        before = self.update(entity)
        self.update(
            entity,
            rows_read=before.rows_read + rows,
            pages=before.pages + 1,
            deleted_rows=before.deleted_rows + deleted,
        )
        return self.budget.spend(rows) and not self.stop.is_set()


def _too_far_ahead(skew: timedelta, here: datetime) -> str:
    minutes = skew.total_seconds() / 60
    return (
        f"the WMS's clock ({utc_text(whole_second(here + skew))}) is {minutes:,.0f} minutes ahead of this machine's "
        f"({utc_text(here)}): this machine's is used, and nothing is marked as deleted in this run"
    )
