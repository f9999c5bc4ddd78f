from __future__ import annotations

import io

import pytest
from rich.console import Console

from loader.report.tables import Column, FittedTable, fitting

COLUMNS = (
    Column("run"),
    Column("command", rank=1),
    Column("started", rank=3),
    Column("new", is_right=True),
    Column("message", rank=2, wraps=True),
)
ROW = ("20261123T120000Z-1a2b", "elt", "2026-11-23 12:00", "116,086", "the WMS was slow " * 4)


def printed(width: int) -> list[str]:
    table = FittedTable(*COLUMNS)
    table.add_row(*ROW)
    console = Console(width=width, file=io.StringIO())
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_wide_table_shows_all_columns() -> None:
    assert printed(160)[0].split() == ["run", "command", "started", "new", "message"]


def test_narrow_table_leaves_out_the_highest_rank_first() -> None:
    assert [fitting(COLUMNS, [21, 7, 16, 7, 24], width) for width in (83, 82, 60, 39, 38)] == [
        [0, 1, 2, 3, 4],
        [0, 1, 3, 4],
        [0, 1, 3],
        [0, 1, 3],
        [0, 3],
    ]


@pytest.mark.parametrize("width", [20, 30, 40, 80])
def test_nothing_of_the_essential_columns_is_cut(width: int) -> None:
    lines = printed(width)
    assert max(map(len, lines)) <= width
    text = "".join(lines)
    for word in ("2026", "1a2b", "116"):
        assert word in text
    assert "…" not in text
