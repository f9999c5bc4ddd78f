"""Marks that were set by a wrong clock: recognised by two clocks, and moved back (wms-api 7.7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from loader.extract.context import RunContext
from loader.extract.state import EntityState, high_water
from loader.extract.window import Window, from_text, whole_second
from loader.wms.times import CLOCK_TOLERANCE, utc_text

LONGEST_REACH_BACK = timedelta(hours=48)
"""How far a window reaches back below the mark while the server's clock is behind it."""


def remember_clocks(context: RunContext, state: EntityState) -> None:
    """Stores what both clocks showed when the end of a scan was chosen."""
    state["clock"] = [utc_text(context.server_now), utc_text(context.local_now)]


def repair_marks(context: RunContext, entity: str, state: EntityState) -> None:
    """Moves marks back that were set while the server's clock was ahead, and warns.

    When the server's clock has gone back compared with this machine's, one of the two readings was wrong. If the
    server agreed with this machine then and does not now, the reading of today may be wrong: the marks stand, and the
    next window reaches back as far as the clock did.
    """
    context.warn_of_clock(entity)
    now, here = context.server_now, context.local_now
    if "clock" not in state:
        _forget_future_marks(context, entity, state)
        return
    then, there = map(from_text, state["clock"])
    back = (then - there) - (now - here)
    if back <= CLOCK_TOLERANCE:
        return
    if abs(then - there) <= CLOCK_TOLERANCE and here - now > CLOCK_TOLERANCE:
        context.warn(entity, _differ(context) + ": marks stay where they are, and the last hours are read again")
        context.reach_back[entity] = back
        return
    context.warn(entity, _differ(context, back) + ": what was changed since then is read again")
    _move_back(context, state, then - back)
    state["clock"] = [utc_text(then - back), state["clock"][1]]


def reach_back(context: RunContext, entity: str, state: EntityState, end: datetime) -> timedelta:
    """How far below the mark to read again, because the server may stamp rows with earlier times than the mark."""
    high = high_water(state)
    if high is None:
        return timedelta(0)
    asked = from_text(state["clock"][0]) if "clock" in state else context.server_now
    last_end = asked - timedelta(seconds=context.settings.pipeline.settle_seconds)
    behind = high - min(end, last_end)
    return min(max(behind, context.reach_back.get(entity, timedelta(0))), LONGEST_REACH_BACK)


def window_end(context: RunContext, now: datetime) -> datetime:
    """Where windows end by a clock: the settle time before it."""
    return whole_second(now - timedelta(seconds=context.settings.pipeline.settle_seconds))


def up_to_later_clock(context: RunContext, entity: str, window: Window | None, high: datetime) -> Window | None:
    """The last window of a run, up to the later of two clocks that differ; any other window as it is.

    One of the clocks is wrong, and rows may be stamped by either. What lies beyond the earlier clock is read in every
    run, because the watermark does not move there.
    """
    end, latest = (window_end(context, now) for now in (context.server_now, context.latest_now))
    is_last = window is None or window.hi >= end
    if not (context.are_clocks_apart and is_last) or entity in context.read_beyond | context.initially_loaded:
        return window
    context.read_beyond.add(entity)
    lo, hi = (window.lo, max(window.hi, latest)) if window else (high, latest)
    return Window(lo, hi) if lo < hi else window


def read_to(context: RunContext, hi: datetime, mark: datetime | None) -> datetime:
    """The end of a finished scan by this machine's clock, by which freshness is judged: not before the watermark."""
    here = min(hi, window_end(context, context.local_now))
    return max(here, mark) if mark else here


def _move_back(context: RunContext, state: EntityState, then: datetime) -> None:
    """`then` is what the server's clock should have shown when the marks were set."""
    end = utc_text(then - timedelta(seconds=context.settings.pipeline.settle_seconds))
    if "hw" in state:
        state["hw"] = min(state["hw"], end)
    if "scan" in state and state["scan"]["hi"] > end:
        if state["scan"]["lo"] is None:
            state["scan"]["hi"] = end
        else:
            del state["scan"]
    if "history" in state and state["history"]["until"] > end:
        del state["history"]
    for name, done in state.get("passes", {}).items():
        state["passes"][name] = min(done, utc_text(then))


def _forget_future_marks(context: RunContext, entity: str, state: EntityState) -> None:
    """Marks of a release that did not store clocks: those that both clocks call the future cannot be repaired."""
    latest = utc_text(max(context.server_now, context.local_now) + CLOCK_TOLERANCE)
    passes = state.get("passes", {})
    for name in [name for name, done in passes.items() if done > latest]:
        del passes[name]
    high = high_water(state)
    ends = [state.get("hw", ""), state["scan"]["hi"] if "scan" in state else ""]
    if max(ends) > latest:
        for key in ("hw", "scan", "history"):
            state.pop(key, None)  # type: ignore[misc]
        context.warn(entity, f"{_differ(context)}, and it has been read until {high}: everything is read again")


def _differ(context: RunContext, back: timedelta | None = None) -> str:
    now, here = context.server_now, context.local_now
    went = f"the WMS's clock went back by {back.total_seconds() / 60:,.0f} minutes: it" if back else "the WMS's clock"
    skew = (now - here).total_seconds() / 60
    return f"{went} shows {utc_text(now)}, this machine's {utc_text(here)} ({skew:+,.0f} minutes)"
