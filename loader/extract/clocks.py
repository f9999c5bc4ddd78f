"""Repairs watermarks that a wrong server clock set, by comparing two clocks (wms-api 7.7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from loader.extract.context import RunContext
from loader.extract.state import EntityState, watermark_of
from loader.extract.window import Window, from_text, whole_second
from loader.wms.times import CLOCK_TOLERANCE, utc_text

LONGEST_REACH_BACK = timedelta(hours=48)
"""Maximum extra lookback while the server's clock is behind the watermark."""


def remember_clocks(context: RunContext, state: EntityState) -> None:
    """Store the readings of both clocks at the time when the end of a scan was chosen."""
    state["clock"] = [utc_text(context.server_now), utc_text(context.local_now)]


def repair_marks(context: RunContext, entity: str, state: EntityState) -> None:
    """Move watermarks back that were set while the server's clock was ahead, and warn.

    If the server's clock went back relative to this machine's clock, one of its readings was wrong. If the clocks
    agreed earlier but not now, the current reading may be the wrong one. The watermarks then stay, and the lookback of
    the next window is extended by the same amount.
    """
    context.warn_of_clock(entity)
    now, here = context.server_now, context.local_now
    if "clock" not in state:
        _discard_future_marks(context, entity, state)
        return
    then, there = map(from_text, state["clock"])
    back = (then - there) - (now - here)
    if back <= CLOCK_TOLERANCE:
        return
    if abs(then - there) <= CLOCK_TOLERANCE and here - now > CLOCK_TOLERANCE:
        context.warn(
            entity, "clock", _clock_difference(context) + "; watermarks are kept, and recent changes are read again."
        )
        context.reach_back[entity] = back
        return
    context.warn(entity, "clock", _clock_difference(context, back) + "; changes since then are read again.")
    _move_back(context, state, then - back)
    state["clock"] = [utc_text(then - back), state["clock"][1]]


def reach_back(context: RunContext, entity: str, state: EntityState, end: datetime) -> timedelta:
    """Return the extra lookback below the watermark: the server may assign rows earlier times than the mark."""
    high = watermark_of(state)
    if high is None:
        return timedelta(0)
    asked = from_text(state["clock"][0]) if "clock" in state else context.server_now
    last_end = asked - timedelta(seconds=context.settings.pipeline.settle_seconds)
    behind = high - min(end, last_end)
    return min(max(behind, context.reach_back.get(entity, timedelta(0))), LONGEST_REACH_BACK)


def window_end(context: RunContext, now: datetime) -> datetime:
    """Return the end of a window for this clock reading: the settle time before it."""
    return whole_second(now - timedelta(seconds=context.settings.pipeline.settle_seconds))


def up_to_later_clock(context: RunContext, entity: str, window: Window | None, high: datetime) -> Window | None:
    """Extend the last window of a run to the later clock if the two clocks differ; return other windows unchanged.

    One clock is wrong, and rows may have times from either. Rows after the earlier clock are read again in every run,
    because the watermark does not move past it.
    """
    end, latest = (window_end(context, now) for now in (context.server_now, context.latest_now))
    is_last = window is None or window.hi >= end
    if not (context.are_clocks_apart and is_last) or entity in context.read_beyond | context.initially_loaded:
        return window
    context.read_beyond.add(entity)
    lo, hi = (window.lo, max(window.hi, latest)) if window else (high, latest)
    return Window(lo, hi) if lo < hi else window


def read_to(context: RunContext, hi: datetime, mark: datetime | None) -> datetime:
    """Return the end of a finished scan by this machine's clock, for freshness. It is never before the watermark."""
    here = min(hi, window_end(context, context.local_now))
    return max(here, mark) if mark else here


def _move_back(context: RunContext, state: EntityState, then: datetime) -> None:
    """Move watermarks back to `then`, the correct server time at the moment when they were set."""
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


def _discard_future_marks(context: RunContext, entity: str, state: EntityState) -> None:
    """Discard watermarks in the future of both clocks. Releases that stored no clock readings may have set them."""
    latest = utc_text(max(context.server_now, context.local_now) + CLOCK_TOLERANCE)
    passes = state.get("passes", {})
    for name in [name for name, done in passes.items() if done > latest]:
        del passes[name]
    high = watermark_of(state)
    ends = [state.get("hw", ""), state["scan"]["hi"] if "scan" in state else ""]
    if max(ends) > latest:
        for key in ("hw", "scan", "history"):
            state.pop(key, None)  # type: ignore[misc]
        context.warn(
            entity, "clock", f"{_clock_difference(context)}, but the watermark is {high}; all rows are read again."
        )


def _clock_difference(context: RunContext, back: timedelta | None = None) -> str:
    now, here = context.server_now, context.local_now
    went = f"The WMS clock went back by {back.total_seconds() / 60:,.0f} minutes: it" if back else "The WMS clock"
    skew = (now - here).total_seconds() / 60
    return f"{went} shows {utc_text(now)}, this machine's clock {utc_text(here)} ({skew:+,.0f} minutes)"
