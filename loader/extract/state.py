"""What is remembered of an entity between runs; stored with the data it covers (docs/explanation/design.md)."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict

from loader.extract.window import Window, from_text
from loader.wms.times import utc_text


class RangeState(TypedDict):
    """What is left of an id range: ``after_id < id <= until_id``, None where it is open."""

    after_id: int | None
    until_id: int | None


class ScanState(TypedDict):
    """A scan under way. `lo` is None when mod_ts is not filtered; `rest` is the end of a window that was halved.

    `span` is the lowest and highest id when an initial load began, to tell how far it is. `mark` is where the watermark
    ends, of a window that reads beyond it.
    """

    lo: str | None
    hi: str
    ranges: list[RangeState]
    rest: NotRequired[str]
    span: NotRequired[list[int]]
    mark: NotRequired[str]


class HistoryState(TypedDict):
    """A window of inventory_history under way: its end, the partitions that are done, the one that is being read, and
    the last id read of it. `mark` is where the watermark ends, when the window reads beyond it.
    """

    until: str
    mark: NotRequired[str]
    done: list[list[str | int]]
    part: NotRequired[list[str | int]]
    after_id: NotRequired[int]


class ScopeState(TypedDict):
    """Which rows of an entity are in scope; None where it is not limited (`loader.extract.scope`)."""

    company: str | None
    facilities: list[str] | None
    start: str | None


class RescopeState(TypedDict):
    """A change of scope under way.

    `held` are the scopes whose rows the target may hold; `adding` and `removing` the filters of the scans that are
    left, in order; `after_id` the last id read by the first of them.
    """

    wanted: ScopeState
    held: list[ScopeState]
    adding: list[list[list[str]]]
    removing: list[list[list[str]]]
    after_id: int | None
    added: int
    removed: int


class EntityState(TypedDict):
    """State of one entity.

    `hw` is the high-water mark: everything with an earlier mod_ts has been read. `passes` holds when each catch-up pass
    last came to its end. `period` is that of a backfill, which has a state of its own. `scope` is what all of it speaks
    of: every row in it has been read up to the mark; while it changes, `rescope` says how far that is. `partitions` are
    those of inventory_history that have been read up to the mark. `clock` is what the server's clock and this machine's
    showed when the end of the last scan was chosen.
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


def high_water(state: EntityState) -> datetime | None:
    """The high-water mark, aware UTC; None before the initial load has ended."""
    return from_text(state["hw"]) if "hw" in state else None


def begin_scan(state: EntityState, window: Window | None, hi: datetime, ranges: list[RangeState] | None = None) -> None:
    """Remembers that a scan up to `hi` has begun; `window` is None for an initial load."""
    whole: RangeState = {"after_id": None, "until_id": None}
    state["scan"] = {"lo": utc_text(window.lo) if window else None, "hi": utc_text(hi), "ranges": ranges or [whole]}


def finish_scan(state: EntityState) -> None:
    """Moves the high-water mark to the end of the finished scan, or to its own mark when that is earlier, never back
    (wms-api 8.7); then begins what a halved window left.
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
    """Begins the scan under way anew with the lower half of its window; False when it cannot be narrower."""
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
    """The window of a scan under way; None for an initial load."""
    return Window(from_text(scan["lo"]), from_text(scan["hi"])) if scan["lo"] else None


def mark_pass(state: EntityState, name: str, at: datetime) -> None:
    """Remembers that a catch-up pass came to its end in the run that began at `at`."""
    state.setdefault("passes", {})[name] = utc_text(at)


def pass_done_at(state: EntityState, name: str) -> datetime | None:
    """When the pass last came to its end; None for never."""
    text = state.get("passes", {}).get(name)
    return from_text(text) if text else None
