"""Tables that fit the terminal: optional columns are left out until the rest fits, and nothing is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        rank: 0 = always shown; of the others, the highest rank is left out first.
        is_right: aligned to the right, as numbers are.
        wraps: its text may take several lines; it needs 24 characters.
    """

    name: str
    rank: int = 0
    is_right: bool = False
    wraps: bool = False


_WRAPPED_WIDTH = 24


class FittedTable:
    """A table without borders. If even the columns of rank 0 don't fit, their cells take several lines."""

    def __init__(self, *columns: Column) -> None:
        self._columns = columns
        self._rows: list[tuple[Text, ...]] = []

    def add_row(self, *cells: str | Text) -> None:
        """Adds a row with a cell for each column."""
        self._rows.append(tuple(Text(cell) if isinstance(cell, str) else cell for cell in cells))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yields the table for the width of the console."""
        yield self._table(fitting(self._columns, self._widths(), options.max_width))

    def _widths(self) -> list[int]:
        """Width of each column, in characters."""
        return [
            min(
                max(Text(column.name).cell_len, *(row[nth].cell_len for row in self._rows), 0),
                _WRAPPED_WIDTH if column.wraps else 10_000,
            )
            for nth, column in enumerate(self._columns)
        ]

    def _table(self, shown: Sequence[int]) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
        for nth in shown:
            column = self._columns[nth]
            table.add_column(column.name, justify="right" if column.is_right else "left", overflow="fold")
        for row in self._rows:
            table.add_row(*(row[nth] for nth in shown))
        return table


def fitting(columns: Sequence[Column], widths: Sequence[int], available: int) -> list[int]:
    """Returns the positions of the columns that fit, in order; those of rank 0 always."""
    shown = list(range(len(columns)))
    while sum(widths[nth] + _GAP for nth in shown) - _GAP > available:
        last = max(shown, key=lambda nth: columns[nth].rank)
        if not columns[last].rank:
            break
        shown.remove(last)
    return shown
