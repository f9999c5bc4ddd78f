"""The cursor of the sequenced mode: the format of Django REST framework's CursorPagination (wms-api 3)."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

OFFSET_CAP = 1000


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position between two rows.

    Args:
        position: value of the *first* ordering field; the page holds rows strictly beyond it. None = from the edge.
        offset: rows skipped after that, to step over ties. Capped at 1000 when decoded: with more ties a scan repeats.
        reverse: read towards the beginning.
    """

    position: str | None = None
    offset: int = 0
    reverse: bool = False

    def encode(self) -> str:
        """Return the opaque text: base64 of a query string, so that ``p=1400`` is ``cD0xNDAw``."""
        parts: dict[str, str | int] = {}
        if self.offset:
            parts["o"] = self.offset
        if self.reverse:
            parts["r"] = 1
        if self.position is not None:
            parts["p"] = self.position
        return b64encode(urlencode(parts).encode()).decode()

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """Decode a cursor; ``""`` is the beginning. Raises ValueError if it is malformed."""
        try:
            parts = parse_qs(b64decode(text.encode("ascii"), validate=True).decode("ascii"), keep_blank_values=True)
        except (binascii.Error, UnicodeError) as error:
            raise ValueError("invalid cursor") from error
        offset = parts.get("o", ["0"])[0]
        if not offset.isascii() or not offset.isdigit():
            raise ValueError("invalid cursor")
        return cls(
            parts.get("p", [None])[0], min(int(offset[:9]), OFFSET_CAP), parts.get("r", ["0"])[0] not in ("0", "")
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A row in a scan: its id, and its value of the first ordering field as text."""

    row_id: int
    position: str | None


@dataclass(frozen=True, slots=True)
class CursorPage:
    """One page of a scan and the cursors of its neighbours; None if there is no neighbour."""

    ids: tuple[int, ...]
    next: Cursor | None
    previous: Cursor | None


# (cursor, number of rows) -> the rows from there on, in the direction of reading
Fetch = Callable[[Cursor, int], Sequence[Row]]


def paginate(fetch: Fetch, cursor: Cursor, size: int) -> CursorPage:
    """Return the page at a cursor. Fetches one more row to find out whether another page follows."""
    found = fetch(cursor, size + 1)
    page, beyond = found[:size], found[size] if len(found) > size else None
    entered = cursor.position is not None or cursor.offset > 0
    ahead = _continue(page, beyond, cursor) if beyond else None
    behind = _turn_back(page, beyond, cursor) if entered else None
    ids = tuple(row.row_id for row in page)
    if cursor.reverse:
        return CursorPage(ids[::-1], next=behind, previous=ahead)
    return CursorPage(ids, next=ahead, previous=behind)


def _continue(page: Sequence[Row], beyond: Row, cursor: Cursor) -> Cursor:
    """Return the cursor after the page: at the last row that differs from the next one."""
    position, passed = _marker(reversed(page), beyond.position)
    if passed < len(page):
        return Cursor(position, passed, cursor.reverse)
    # all rows of the page tie with the next one: keep the position and skip more ties
    return Cursor(cursor.position, cursor.offset + len(page), cursor.reverse)


def _turn_back(page: Sequence[Row], beyond: Row | None, cursor: Cursor) -> Cursor:
    """Return the cursor for the previous page, in the opposite direction."""
    # with an offset, the old position is not next to the first row, so use the row itself
    edge = page[0].position if page and cursor.offset else cursor.position
    position, passed = _marker(page, edge)
    if not page:
        return Cursor(cursor.position, 0, not cursor.reverse)
    if passed < len(page):
        return Cursor(position, passed, not cursor.reverse)
    # all rows tie: reversing skips or repeats a few rows, a known artefact
    return Cursor(beyond.position, 0, not cursor.reverse) if beyond else Cursor(None, len(page), not cursor.reverse)


def _marker(rows: Iterable[Row], edge: str | None) -> tuple[str | None, int]:
    """Find the first row from an edge with another position; return it and the number of rows before it."""
    passed = 0
    for row in rows:
        if row.position != edge:
            return row.position, passed
        passed += 1
    return None, passed
