"""Cursor properties (wms-api 3): each row is read once, in both directions, while ties stay below the cap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.simulator.api.cursors import OFFSET_CAP, Cursor, CursorPage, Fetch, Row, paginate


def over(values: Sequence[int]) -> Fetch:
    """Return a reader of a table whose row n has the n-th of the sorted values."""
    rows = [Row(n, str(value)) for n, value in enumerate(sorted(values))]

    def fetch(cursor: Cursor, count: int) -> list[Row]:
        found = rows[::-1] if cursor.reverse else rows
        if cursor.position is not None:
            edge = int(cursor.position)
            found = [
                r for r in found if (int(r.position or 0) < edge if cursor.reverse else int(r.position or 0) > edge)
            ]
        return found[cursor.offset : cursor.offset + count]

    return fetch


def scan(fetch: Fetch, size: int, limit: int = 200) -> list[CursorPage]:
    pages = [paginate(fetch, Cursor(), size)]
    while pages[-1].next and len(pages) < limit:
        pages.append(paginate(fetch, Cursor.decode(pages[-1].next.encode()), size))
    return pages


values = st.lists(st.integers(0, 8), min_size=1, max_size=40)


@given(values, st.integers(1, 12))
def test_forward_scan_reads_each_row_once_despite_ties(table: list[int], size: int) -> None:
    pages = scan(over(table), size)
    assert [row_id for page in pages for row_id in page.ids] == list(range(len(table)))
    assert all(len(page.ids) == size for page in pages[:-1])
    assert pages[0].previous is None


@given(st.integers(1, 60), st.integers(1, 12))
def test_backward_scan_without_ties_reads_each_row_once(rows: int, size: int) -> None:
    fetch = over(range(rows))
    pages = scan(fetch, size)
    for before, after in pairwise(pages):
        assert after.previous is not None
        back = paginate(fetch, Cursor.decode(after.previous.encode()), size)
        assert back.ids == before.ids
        assert back.next is not None
        assert paginate(fetch, back.next, size).ids == after.ids


@given(values, st.integers(1, 12))
def test_backward_scan_with_ties_never_fails(table: list[int], size: int) -> None:
    fetch = over(table)
    page: CursorPage = scan(fetch, size)[-1]
    for _ in range(100):
        if page.previous is None:
            break
        page = paginate(fetch, Cursor.decode(page.previous.encode()), size)
    assert len(page.ids) <= size


def test_scan_with_more_ties_than_cap_never_ends() -> None:
    pages = scan(over([5] * (OFFSET_CAP + 500)), 400, limit=20)
    assert len(pages) == 20
    assert pages[-1].ids == pages[-2].ids


def test_scan_with_ties_at_cap_ends() -> None:
    pages = scan(over([5] * (OFFSET_CAP + 400)), 400)
    assert [row_id for page in pages for row_id in page.ids][:1200] == list(range(1200))


cursors = st.builds(
    Cursor, st.none() | st.text(st.characters(codec="utf-8"), max_size=30), st.integers(0, OFFSET_CAP), st.booleans()
)


@given(cursors)
def test_cursor_round_trips_through_text(cursor: Cursor) -> None:
    assert Cursor.decode(cursor.encode()) == cursor


def test_cursor_has_documented_text() -> None:
    assert Cursor("1400").encode() == "cD0xNDAw"
    assert Cursor.decode("cD0xNDAw") == Cursor("1400")
    assert Cursor.decode(Cursor("7", 4711).encode()).offset == OFFSET_CAP


@given(st.text(max_size=40))
def test_any_text_is_cursor_or_value_error(text: str) -> None:
    try:
        cursor = Cursor.decode(text)
    except ValueError:
        return
    assert 0 <= cursor.offset <= OFFSET_CAP


@pytest.mark.parametrize("size", [399, 400, 401])
def test_cursor_offset_counts_rows(size: int) -> None:
    pages = scan(over([1] * 800 + [2]), size)
    assert [row_id for page in pages for row_id in page.ids] == list(range(801))
