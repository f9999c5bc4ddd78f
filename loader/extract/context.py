"""State and services that the readers of a run share, and the outcome of each entity."""

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
from loader.warehouse.schema import LoadMode
from loader.wms.client import WmsClient
from loader.wms.page import Page, UnusableDocument
from loader.wms.split import as_id
from loader.wms.times import CLOCK_TOLERANCE, local_now, utc_text

_SHOWN = 5


class RawStore(Protocol):
    """Read access to the raw tables, and the quarantine. Implemented for DuckDB and Oracle in `loader.warehouse`."""

    def set_aside(self, entity: str, documents: Sequence[UnusableDocument]) -> int:
        """Store documents that can't be loaded in the quarantine, each once, and commit.

        Returns:
            The number of documents that were not in the quarantine.
        """
        ...

    def release(self, entity: str, ids: Sequence[str]) -> None:
        """Release the documents of these ids from the quarantine."""
        ...

    def release_unseen(self, entity: str, since: datetime, keep: Set[str | None] = frozenset()) -> None:
        """Release documents that a full read, started at `since` (aware UTC), did not return, but for `keep`."""
        ...

    def ids_set_aside(self, entity: str) -> Set[str]:
        """Return the ids, as written, of documents in the quarantine."""
        ...

    def last_read_order(self, entity: str) -> int:
        """Return the highest `read_order` loaded for the entity; 0 if there is none."""
        ...

    def log_position(self, besides: str | None) -> str:
        """Return a text that identifies the current end of the log, without files of the load package `besides`."""
        ...

    def live_ids(self, entity: str) -> npt.NDArray[np.int64]:
        """Return the ids of live rows (current version with ``is_deleted`` 0), ascending."""
        ...

    def live_versions(self, entity: str, after_id: int | None, until_id: int | None) -> pa.Table:
        """Return `entity_id`, `mod_ts` and `facility_id` of live rows with ``after_id < id <= until_id``, by id."""
        ...

    def current_versions(self, entity: str, ids: npt.NDArray[np.int64]) -> pa.Table:
        """Return the current version of each id, in the columns of the raw table."""
        ...

    def facility_counts(self, entity: str, ids: npt.NDArray[np.int64] | None) -> Mapping[int, int]:
        """Count live rows by facility id, among the given ids or all. Rows without a facility are not counted."""
        ...


@dataclass(frozen=True, slots=True)
class Rescoped:
    """A completed scope change of an entity; `added` and `removed` count rows."""

    before: str
    after: str
    added: int
    removed: int

    def __str__(self) -> str:
        counts = f"{self.added:,} rows read, {self.removed:,} rows now out of scope"
        return f"The scope changed from {self.before} to {self.after}: {counts}."


WarningCode = Literal["clock", "eligibility_collapse", "deletion_unproved", "miscount", "codes_unlisted", "empty_scope"]


@dataclass(frozen=True, slots=True)
class OutcomeWarning:
    """A warning about an entity. Code acts on `code`; users read `text`."""

    code: WarningCode
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of the extraction of one entity in one run. Timestamps are aware UTC.

    Attributes:
        window: the period that the windows of this run cover.
        read_until: watermark: every earlier mod_ts has been read.
        read_to: end of the last scan by this machine's clock; later than `read_until` while the two clocks differ.
        share_read: progress of an initial load, 0 to 1; None if unknown.
        pages: pages read or compared.
        warnings: problems that need attention; `notes` need none.
        collapsed: whether so many rows are missing that the user has probably lost eligibility.
        set_aside: documents newly added to the quarantine; `set_aside_names` names the first few.
        undated_rows: rows loaded without mod_ts because it is invalid; `undated_ids` has the first few.
        is_empty: whether an initial load returned no row.
        rescoped: scope change that this run completed.
    """

    entity: str
    mode: LoadMode = "incremental"
    status: Literal["ok", "failed", "skipped", "running"] = "running"
    window: Window | None = None
    read_until: datetime | None = None
    read_to: datetime | None = None
    share_read: float | None = None
    rows_read: int = 0
    pages: int = 0
    deleted_rows: int = 0
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished_at: datetime | None = None
    error: WmsEltError | None = None
    warnings: tuple[OutcomeWarning, ...] = ()
    set_aside: int = 0
    set_aside_names: tuple[str, ...] = ()
    undated_rows: int = 0
    undated_ids: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    rescoped: Rescoped | None = None
    is_empty: bool = False

    @property
    def collapsed(self) -> bool:
        """Whether so many rows vanished at once that none was marked as deleted."""
        return any(warning.code == "eligibility_collapse" for warning in self.warnings)


class Observer(Protocol):
    """Receives progress from several threads."""

    def entity_changed(self, outcome: Outcome) -> None:
        """Handle a new outcome: the entity started, read a page or ended."""
        ...


class Budget:
    """Rows that the current load package can still take, shared by all entities (docs/explanation/design.md, state)."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._lock = threading.Lock()

    def spend(self, rows: int) -> bool:
        """Subtract the rows; return whether the package can take more."""
        with self._lock:
            self._rows -= rows
            return self._rows > 0


class OrderCounter:
    """Assigns the `read_order` numbers of one entity."""

    def __init__(self, last: int) -> None:
        self._next = last + 1
        self._lock = threading.Lock()

    def take(self, rows: int) -> int:
        """Reserve `rows` numbers and return the first."""
        with self._lock:
            first = self._next
            self._next += rows
            return first


class RunContext:
    """Context that all readers of one run share; thread-safe.

    Args:
        stop: ends the run after the current page.
        observer: receives the outcome of an entity after every page.
        forced_passes: catch-up passes to run even if they are not due.

    Attributes:
        started_at: this machine's clock at the start of the run.
        server_now: the server's clock at the start of the run, or this machine's clock if that is much earlier.
            Watermarks never move beyond it.
        local_now: this machine's clock at the same moment.
        latest_now: the later of the two clocks at that moment; `server_now` when they agree.
        read_beyond: entities that this run has read up to `latest_now`.
        initially_loaded: entities whose initial load ended in this run.
        reach_back: by entity, how far the server's clock went back since the last run, if its watermarks are kept.
    """

    def __init__(
        self,
        settings: Settings,
        client: WmsClient,
        raw_store: RawStore,
        *,
        stop: threading.Event,
        observer: Observer,
        forced_passes: frozenset[str] = frozenset(),
    ) -> None:
        self.settings = settings
        self.client = client
        self.raw_store = raw_store
        self.stop = stop
        self.forced_passes = forced_passes
        self.server_now = client.server_now()
        self.local_now = local_now()
        self.latest_now = self.later_clock()
        self.read_beyond: set[str] = set()
        self.initially_loaded: set[str] = set()
        self.reach_back: dict[str, timedelta] = {}
        self.budget = Budget(settings.pipeline.chunk_rows)
        self._observer = observer
        self._outcomes: dict[str, Outcome] = {}
        self._counters: dict[str, OrderCounter] = {}
        self._called: set[str] = set()
        self._clock_warned = False
        self._lock = threading.Lock()
        self._waiting: dict[str, Mapping[str, int | None]] = {}
        self.started_at = datetime.now(UTC)
        client.on_page = self.take_note

    @property
    def outcomes(self) -> Mapping[str, Outcome]:
        """Outcomes by entity, in start order."""
        return dict(self._outcomes)

    def new_package(self) -> None:
        """Reset the budget for the next load package."""
        self.budget = Budget(self.settings.pipeline.chunk_rows)

    def counter(self, entity: str) -> OrderCounter:
        """Return the entity's `read_order` counter, which continues from the target's ledger."""
        with self._lock:
            if entity not in self._counters:
                self._counters[entity] = OrderCounter(self.raw_store.last_read_order(entity))
            return self._counters[entity]

    def is_first_call(self, entity: str) -> bool:
        """Whether this is the first call for the entity in this run. A run reads an entity once per load package."""
        with self._lock:
            first = entity not in self._called
            self._called.add(entity)
            return first

    def outcome(self, entity: str) -> Outcome | None:
        """Return the entity's outcome; None before it has started."""
        return self._outcomes.get(entity)

    def update(self, entity: str, **changes: object) -> Outcome:
        """Replace fields of the entity's outcome and notify the observer."""
        with self._lock:
            before = self._outcomes.get(entity) or Outcome(entity)
            outcome = replace(before, **changes)  # type: ignore[arg-type]
            self._outcomes[entity] = outcome
        self._observer.entity_changed(outcome)
        return outcome

    def note(self, entity: str, text: str) -> None:
        """Add a note to the entity's outcome."""
        before = self.update(entity)
        self.update(entity, notes=(*before.notes, text))

    def warn(self, entity: str, code: WarningCode, text: str) -> None:
        """Add a warning to the entity's outcome, unless it has the same one."""
        before, warning = self.update(entity), OutcomeWarning(code, text)
        if warning not in before.warnings:
            self.update(entity, warnings=(*before.warnings, warning))

    @property
    def are_clocks_apart(self) -> bool:
        """Whether the WMS's clock and this machine's differed by more than the tolerance when the run began."""
        return self.latest_now - self.server_now > CLOCK_TOLERANCE

    def later_clock(self) -> datetime:
        """The later of the WMS's clock and this machine's, now; the WMS's when they agree."""
        now, here, skew = self.client.server_now(), local_now(), self.client.clock_skew()
        there = now if skew is None else whole_second(here + skew)
        return max(now, here, there) if abs(there - here) > CLOCK_TOLERANCE else now

    def warn_of_clock(self, entity: str) -> None:
        """Warn if the WMS clock and this machine's clock differ: once per run, for the first entity."""
        ahead = self.client.distrusted_skew()
        with self._lock:
            is_news = (ahead is not None or self.are_clocks_apart) and not self._clock_warned
            self._clock_warned = self._clock_warned or is_news
        if is_news and ahead is not None:
            self.warn(entity, "clock", _too_far_ahead(ahead, local_now()))
        elif is_news:
            self.warn(entity, "clock", _apart(self.server_now, self.local_now))

    def take_note(self, page: Page) -> None:
        """Quarantine the page's unusable documents before the state advances, and release those that are usable."""
        if page.unusable:
            self._set_aside(page)
        with self._lock:
            waiting = self._set_aside_ids(page.entity)
            if not waiting:
                return
            unusable = {document.entity_id for document in page.unusable}
            usable = {key.id for key in page.keys}
            again = sorted(text for text, row_id in waiting.items() if row_id in usable and text not in unusable)
            self._waiting[page.entity] = {text: row_id for text, row_id in waiting.items() if text not in again}
        if again:
            self.raw_store.release(page.entity, again)

    def is_set_aside(self, entity: str, row_id: int) -> bool:
        """Whether a document of this id is in the quarantine: then it is neither missing nor deleted."""
        return row_id in self.numbers_set_aside(entity)

    def numbers_set_aside(self, entity: str) -> Set[int]:
        """Return the numeric ids of the documents in the quarantine, such as 50 for ``50.0``."""
        with self._lock:
            return {row_id for row_id in self._set_aside_ids(entity).values() if row_id is not None}

    def _set_aside_ids(self, entity: str) -> Mapping[str, int | None]:
        if entity not in self._waiting:
            self._waiting[entity] = {text: as_id(text) for text in self.raw_store.ids_set_aside(entity)}
        return self._waiting[entity]

    def note_undated(self, entity: str, ids: Sequence[int]) -> None:
        """Count documents with an invalid mod_ts."""
        before = self.outcome(entity) or Outcome(entity)
        shown = (*before.undated_ids, *ids)[:_SHOWN]
        self.update(entity, undated_rows=before.undated_rows + len(ids), undated_ids=shown)

    def _set_aside(self, page: Page) -> None:
        new = self.raw_store.set_aside(page.entity, page.unusable)
        names = [str(document) for document in page.unusable]
        before = self.outcome(page.entity) or Outcome(page.entity)
        shown = tuple(dict.fromkeys((*before.set_aside_names, *names)))[:_SHOWN]
        self.update(page.entity, set_aside=before.set_aside + new, set_aside_names=shown)
        with self._lock:
            self._waiting.pop(page.entity, None)

    def add_page(self, entity: str, rows: int, deleted: int = 0) -> bool:
        """Count a page; return whether the package can take more rows and the run was not stopped."""
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
        f"The WMS clock ({utc_text(whole_second(here + skew))}) is {minutes:,.0f} minutes ahead of this machine's "
        f"clock ({utc_text(here)}). Each run reads up to the later clock, and the watermark follows the earlier "
        "one. This run marks no rows as deleted."
    )


def _apart(there: datetime, here: datetime) -> str:
    minutes = (there - here).total_seconds() / 60
    return (
        f"The WMS clock ({utc_text(there)}) is {abs(minutes):,.0f} minutes {'ahead of' if minutes > 0 else 'behind'} "
        f"this machine's clock ({utc_text(here)}). Each run reads up to the later clock, and the watermark "
        "follows the earlier one."
    )
