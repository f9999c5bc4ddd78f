from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from loader.extract.state import EntityState, begin_scan, finish_scan, halve_scan, scan_window
from loader.extract.window import Window

START = datetime(2026, 3, 1, tzinfo=UTC)


@given(st.integers(2, 10**6), st.lists(st.booleans(), max_size=30), st.integers(0, 10**6))
def test_halve_scan_at_any_time_covers_window(width: int, slow: list[bool], mark: int) -> None:
    window = Window(START, START + timedelta(seconds=width))
    state: EntityState = {"hw": (START + timedelta(seconds=mark)).strftime("%Y-%m-%dT%H:%M:%SZ")}
    begin_scan(state, window, window.hi)
    covered: list[Window] = []
    while "scan" in state:
        if slow and slow.pop() and halve_scan(state):
            continue
        read = scan_window(state["scan"])
        assert read is not None
        covered.append(read)
        finish_scan(state)
    assert covered[0].lo == window.lo
    assert covered[-1].hi == window.hi
    assert all(one.hi == other.lo for one, other in pairwise(covered))
    assert state["hw"] >= window.hi.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_halve_scan_initial_load_is_not_halved() -> None:
    state: EntityState = {}
    begin_scan(state, None, START)
    assert not halve_scan(state)
