"""Renders the comparison of WMS, raw tables and staging for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from loader.errors import WmsEltError
from loader.extract.reconcile import Comparison
from loader.report.tables import Column, FittedTable


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One line of the reconciliation.

    Args:
        staging_behind: records whose current raw version is not in staging; None if staging isn't built.
        error: why the entity can't be compared.
    """

    comparison: Comparison
    staging_behind: int | None = None
    error: WmsEltError | None = None

    @property
    def count_problem(self) -> str:
        """How the source's own count disagrees with the rows it showed; empty when it does not."""
        found = self.comparison
        if self.error or found.count_agrees or found.counted_rows is None:
            return ""
        return f"the WMS counts {found.counted_rows:,} rows and shows {found.shown_rows:,}"

    @property
    def agrees(self) -> bool:
        """Whether WMS, raw table and staging agree."""
        return self.error is None and self.comparison.agrees and not self.staging_behind


def render(lines: Sequence[Reconciliation]) -> RenderableType:
    """Renders a line per entity and facility, with differences in colour, and the next step."""
    table = FittedTable(
        Column("entity"),
        Column("facility"),
        Column("source", is_right=True),
        Column("counted", rank=5, is_right=True),
        Column("raw", is_right=True),
        Column("pending", rank=4, is_right=True),
        Column("missing", is_right=True),
        Column("stale", is_right=True),
        Column("vanished", is_right=True),
        Column("staging behind", rank=2, is_right=True),
        Column("example ids", rank=3, wraps=True),
    )
    for line in lines:
        if line.error is None:
            table.add_row(*_cells(line))
    errors = [
        Text(f"{line.comparison.entity}: {line.error.code}: {line.error.message}", style="red")
        for line in lines
        if line.error
    ]
    return Group(table, *errors, Text(), _verdict(lines))


def as_rows(lines: Sequence[Reconciliation]) -> list[dict[str, object]]:
    """Returns a mapping per entity and facility, for JSON."""
    return [
        {
            **asdict(line.comparison),
            "staging_behind": line.staging_behind,
            "agrees": line.agrees,
            "error": {"code": line.error.code, "message": line.error.message} if line.error else None,
        }
        for line in lines
    ]


def _cells(line: Reconciliation) -> tuple[str | Text, ...]:
    found = line.comparison
    facility = "" if found.facility_id is None else str(found.facility_id)
    return (
        found.entity,
        facility,
        f"{found.source_rows:,}",
        _counted(found),
        f"{found.raw_rows:,}",
        Text(f"{found.pending:,}", style="dim"),
        *(_count(number) for number in (found.missing, found.stale, found.vanished, line.staging_behind)),
        ", ".join(map(str, found.examples)),
    )


def _counted(found: Comparison) -> Text:
    """Row count that the WMS reports for the entity; it must equal the rows that it returned for all facilities."""
    if found.counted_rows is None:
        return Text("not counted", style="dim")
    if found.count_agrees:
        return Text("as shown", style="dim")
    return Text(f"{found.counted_rows:,} of {found.shown_rows:,} shown", style="red")


def _count(number: int | None) -> Text:
    if number is None:
        return Text("not built", style="dim")
    return Text(f"{number:,}", style="yellow" if number else "dim")


def _verdict(lines: Sequence[Reconciliation]) -> Text:
    differing = [line for line in lines if not line.agrees]
    if not differing:
        return Text("Source, raw and staging agree. The next run reads pending rows.", style="green")
    if any(not line.comparison.count_agrees for line in lines):
        return Text(
            "The WMS reports a different row count than it returns, so the comparison of that entity is inconclusive. "
            "Run it again. If the error persists, report it to Oracle support.",
            style="red",
        )
    return Text(
        "Source, raw and staging differ by more than the next run reads. Run `make reconcile REPAIR=1` to read missing "
        "rows and mark deleted ones.",
        style="yellow",
    )
