"""Profiles tables: number of rows, nulls, distinct values, smallest and largest value, and some sample rows.

The cost is bounded: one query counts a table, one profiles at most `PROFILED_ROWS` of its rows, one reads the sample.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from loader.errors import TargetError
from loader.site.catalogue import Table
from loader.site.formatting import NOTHING
from loader.warehouse import Row, Warehouse, count

PROFILED_ROWS: Final = 1_000_000
"""Rows above which a table is profiled by a sample."""

MASKED: Final = "masked"
_LENGTH: Final = 60
# a DuckDB expression list has no limit; Oracle allows 1,000 columns in a query, and each needs four
_COLUMNS: Final = 200
_SAMPLED: Final = {"oracle": "{table} sample ({percent})", "duckdb": "{table} tablesample system ({percent} percent)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """Values of a column. Shares are 0 to 1; `low` and `high` are texts, or `MASKED` for personal data."""

    null_share: float | None
    distinct: int
    low: str
    high: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Profile of a table.

    Args:
        rows: number of rows in the table.
        profiled: number of rows that the columns were computed from.
        sample: rows with a text per column, in the order of `columns`.
    """

    rows: int
    profiled: int
    columns: Mapping[str, ColumnProfile]
    sample: tuple[tuple[str, ...], ...]

    @property
    def is_sampled(self) -> bool:
        """Whether the columns describe a part of the rows."""
        return self.profiled < self.rows


def profile_table(
    target: Warehouse, table: Table, masked: Collection[str], dialect: str, sample_rows: int = 10
) -> Profile | None:
    """Profiles a mart, snapshot, seed or staging table.

    Args:
        masked: columns whose values may not be shown.
        dialect: ``duckdb`` or ``oracle``.
        sample_rows: rows to show; 0 reads none.

    Returns:
        The profile; None if the table doesn't exist or the target refuses the query.
    """
    relation = target.model(table.relation.partition(".")[2])
    with suppress(TargetError):
        existing = target.columns(relation)
        names = [column.name for column in table.columns if column.name in existing]
        if not names:
            return None
        rows = count(target, f"select count(*) from {relation}")  # noqa: S608 - names from the manifest
        source = _bounded(relation, rows, table.materialized == "view", dialect)
        found = [_profiled(target, source, names[at : at + _COLUMNS], masked) for at in range(0, len(names), _COLUMNS)]
        return Profile(
            rows=rows,
            profiled=found[0][0],
            columns={name: profile for _, part in found for name, profile in part.items()},
            sample=tuple(_sample(target, relation, names, masked, sample_rows)) if sample_rows else (),
        )
    return None


def _bounded(relation: str, rows: int, is_view: bool, dialect: str) -> str:
    """Returns the FROM clause of the profile: the table or a random part of it; the first rows of a view."""
    if rows <= PROFILED_ROWS:
        return relation
    if is_view:
        return f"(select * from {relation} fetch first {PROFILED_ROWS} rows only)"  # noqa: S608
    return _SAMPLED[dialect].format(table=relation, percent=f"{100 * PROFILED_ROWS / rows:.6f}")


def _profiled(
    target: Warehouse, source: str, names: Sequence[str], masked: Collection[str]
) -> tuple[int, Mapping[str, ColumnProfile]]:
    measures = ", ".join(
        f"count({name}), approx_count_distinct({name})"
        + (", null, null" if name in masked else f", min({name}), max({name})")
        for name in names
    )
    [row] = target.fetch(f"select count(*), {measures} from {source}")  # noqa: S608
    total, values = int(str(row[0])), row[1:]
    return total, {
        name: _column(total, values[4 * place : 4 * place + 4], name in masked) for place, name in enumerate(names)
    }


def _column(total: int, values: Row, is_masked: bool) -> ColumnProfile:
    filled, distinct, low, high = values
    present = int(str(filled or 0))
    return ColumnProfile(
        null_share=1 - present / total if total else None,
        distinct=min(int(str(distinct or 0)), present),
        low=MASKED if is_masked and present else shown(low),
        high=MASKED if is_masked and present else shown(high),
    )


def _sample(
    target: Warehouse, relation: str, names: Sequence[str], masked: Collection[str], rows: int
) -> Iterator[tuple[str, ...]]:
    # personal data doesn't leave the database
    columns = ", ".join(f"case when {name} is not null then 1 end" if name in masked else name for name in names)
    for row in target.fetch(f"select {columns} from {relation} fetch first {rows} rows only"):  # noqa: S608
        yield tuple(
            MASKED if name in masked and value is not None else shown(value)
            for name, value in zip(names, row, strict=True)
        )


def shown(value: object) -> str:
    """Returns a value as short text; null is a dash."""
    match value:
        case None:
            return NOTHING
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(" 00:00:00")
        case Decimal():
            return f"{value.normalize():f}"
        case float():
            return f"{value:g}" if value != int(value) else f"{value:.0f}"
    text = " ".join(str(value).split())
    return text if len(text) <= _LENGTH else f"{text[:_LENGTH]}..."
