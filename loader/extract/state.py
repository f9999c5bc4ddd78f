"""State of an entity between runs. dlt stores it with the data that it covers (docs/explanation/design.md, state)."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict

from loader.extract.window import Window, from_text
from loader.wms.times import utc_text


class RangeState(TypedDict):
    """Unread part of an id range: ``after_id < id <= until_id``. None for no bound."""

    after_id: int | None
    until_id: int | None


class ScanState(TypedDict):
    """A scan in progress. Timestamps are text in UTC.

    Keys:
        lo, hi: window of mod_ts; `lo` is None for an initial load, which has no filter on mod_ts.
        rest: end of the original window, if the window was halved.
        span: lowest and highest id at the start of an initial load, to compute its progress.
        mark: where the watermark ends, for a window that reads beyond it.
    """

    lo: str | None
    hi: str
    ranges: list[RangeState]
    rest: NotRequired[str]
    span: NotRequired[list[int]]
    mark: NotRequired[str]


class HistoryState(TypedDict):
    """A window of inventory_history in progress.

    Keys:
        until: end of the window, UTC.
        done: partitions read completely.
        part, after_id: current partition, and the last id read from it.
        mark: where the watermark ends, if the window reads beyond it.
    """

    until: str
    mark: NotRequired[str]
    done: list[list[str | int]]
    part: NotRequired[list[str | int]]
    after_id: NotRequired[int]


class ScopeState(TypedDict):
    """Scope of an entity; None for no limit (see `loader.extract.scope`)."""

    company: str | None
    facilities: list[str] | None
    start: str | None


class RescopeState(TypedDict):
    """A scope change in progress.

    Keys:
        wanted: the configured scope.
        held: scopes whose rows the target may hold.
        adding, removing: filters of the remaining scans, in order.
        after_id: last id read by the first of them.
        added, removed: rows read and rows marked as out of scope so far.
    """

    wanted: ScopeState
    held: list[ScopeState]
    adding: list[list[list[str]]]
    removing: list[list[list[str]]]
    after_id: int | None
    added: int
    removed: int


class EntityState(TypedDict):
    """State of one entity. Timestamps are text in UTC.

    Keys:
        hw: watermark: every earlier mod_ts has been read.
        scan: scan in progress.
        passes: time of the last completed run of each catch-up pass.
        history: window of inventory_history in progress.
        partitions: partitions of inventory_history that were read up to the watermark.
        period: period of a backfill, which has a state of its own.
        scope: scope whose rows were read up to the watermark.
        rescope: scope change in progress.
        clock: server clock and this machine's clock when the end of the last scan was chosen.
    """

    hw: NotRequired[str]
    scan: NotRequired[ScanState]
    passes: NotRequired[dict[str, str]]
    history: NotRequired[HistoryState]
    partitions: NotRequired[list[list[str | int]]]
    period: NotRequired[list[str]]
    scope: NotRequired[ScopeState]
    rescope: NotRequired[RescopeState]
    clock: NotRequired[list[str]]


def watermark_of(state: EntityState) -> datetime | None:
    """Return the watermark, aware UTC; None before the initial load is complete."""
    return from_text(state["hw"]) if "hw" in state else None


def begin_scan(state: EntityState, window: Window | None, hi: datetime, ranges: list[RangeState] | None = None) -> None:
    """Store the start of a scan that ends at `hi`; `window` is None for an initial load."""
    whole: RangeState = {"after_id": None, "until_id": None}
    state["scan"] = {"lo": utc_text(window.lo) if window else None, "hi": utc_text(hi), "ranges": ranges or [whole]}


def finish_scan(state: EntityState) -> None:
    """Move the watermark to the end of the finished scan or its earlier `mark`, never back (wms-api 8.7).

    If the window was halved, start a scan of the rest.
    """
    scan = state["scan"]
    state["hw"] = max(min(scan["hi"], scan.get("mark", scan["hi"])), state.get("hw", ""))
    del state["scan"]
    rest = scan.get("rest", scan["hi"])
    if rest > scan["hi"]:
        window = Window(from_text(scan["hi"]), from_text(rest))
        begin_scan(state, window, window.hi)
        _keep_mark(scan, state["scan"])


def halve_scan(state: EntityState) -> bool:
    """Restart the scan in progress with the lower half of its window; return False if it can't be halved."""
    scan = state["scan"]
    window = scan_window(scan)
    half = window.lower_half if window else None
    if half:
        begin_scan(state, half, half.hi)
        state["scan"]["rest"] = scan.get("rest", scan["hi"])
        _keep_mark(scan, state["scan"])
    return half is not None


def _keep_mark(before: ScanState, after: ScanState) -> None:
    if "mark" in before:
        after["mark"] = before["mark"]


def scan_window(scan: ScanState) -> Window | None:
    """Return the window of a scan in progress; None for an initial load."""
    return Window(from_text(scan["lo"]), from_text(scan["hi"])) if scan["lo"] else None


def mark_pass(state: EntityState, name: str, at: datetime) -> None:
    """Store that a catch-up pass was completed by the run that started at `at`."""
    state.setdefault("passes", {})[name] = utc_text(at)


def pass_done_at(state: EntityState, name: str) -> datetime | None:
    """Return when the pass was last completed, aware UTC; None for never."""
    text = state.get("passes", {}).get(name)
    return from_text(text) if text else None
