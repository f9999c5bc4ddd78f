"""Prints goals and results side by side."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.bench.results import Result

_VERDICTS = {True: "met", False: "MISSED", None: ""}
_STYLES = {"met": "green", "MISSED": "bold red", "": ""}


def show(results: Sequence[Result], console: Console) -> None:
    """Print a table in a terminal and aligned lines elsewhere, then the number of met goals."""
    rows = [_cells(result) for result in results]
    if console.is_terminal:
        console.print(_table(rows))
    else:
        widths = [max(len(row[column]) for row in rows) for column in range(4)] if rows else []
        for row in rows:
            line = "  ".join([row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].ljust(widths[2])])
            console.print(f"{line}  {row[3].ljust(widths[3])}  {row[4]}".rstrip(), soft_wrap=True, highlight=False)
    goals = [result.met for result in results if result.goal]
    console.print(f"{sum(map(bool, goals))} of {len(goals)} goals met", highlight=False)


def number(value: float) -> str:
    """Return three significant digits, or whole numbers from 100 on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _cells(result: Result) -> tuple[str, str, str, str, str]:
    goal = str(result.goal) if result.goal else ""
    return result.name, number(result.value), result.unit, goal, _VERDICTS[result.met]


def _table(rows: Sequence[tuple[str, str, str, str, str]]) -> Table:
    table = Table()
    table.add_column("measured")
    table.add_column("result", justify="right")
    table.add_column("unit")
    table.add_column("goal", justify="right")
    table.add_column("")
    for *cells, verdict in rows:
        table.add_row(*cells, verdict, style=_STYLES[verdict] if verdict == "MISSED" else "")
    return table
