"""Generates the page of the KPI dictionary from the seed; ``make reference`` writes it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from textwrap import fill

from tests.support.harness import REPOSITORY

SEED = REPOSITORY / "dbt_project" / "seeds" / "kpi_definitions.csv"
PAGE = REPOSITORY / "docs" / "reference" / "kpis.md"
BLOCK = REPOSITORY / "dbt_project" / "models" / "docs" / "kpis.md"
LINE_LENGTH = 120
INTRODUCTION = """# KPIs

Definitions of all KPIs, generated from `dbt_project/seeds/kpi_definitions.csv`. The values are in `kpi_daily` (by
facility, day and KPI) and `kpi_current` (latest day, last 7 and 30 days, target).

- Days follow the calendar of the facility, including daylight saving time.
- Records with an error count in neither numerator nor denominator. The same applies to lines with an allocation that
  is hidden or has an error. `coverage` is the share of records that count. Open orders with an error are in the
  backlog.
- Every value is a numerator divided by a denominator. For several days or facilities, divide the sums. Don't average
  values.
- A plain count has the denominator 1: over several days, it becomes the mean per day.
- A day without anything to measure has no row.
"""


def definitions() -> list[dict[str, str]]:
    """Returns the rows of the seed in its order."""
    with SEED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page(rows: Iterable[Mapping[str, str]]) -> str:
    """Returns the Markdown page."""
    return "\n".join([INTRODUCTION, *(_section(row) for row in rows)])


def block(rows: Iterable[Mapping[str, str]]) -> str:
    """Returns a doc block with a table, for the description of `kpi_definitions` in dbt docs."""
    lines = [f"| {row['title']} | `{row['kpi']}` | {row['formula']} | {row['unit']} |" for row in rows]
    head = ["| KPI | Name | Formula | Unit |", "|---|---|---|---|"]
    return "\n".join(["{% docs kpi_dictionary %}", *head, *lines, "{% enddocs %}", ""])


def _section(row: Mapping[str, str]) -> str:
    target = (
        f"{row['target']} ({row['better_is']} is better)" if row["target"] else f"none ({row['better_is']} is better)"
    )
    return "\n".join(
        [
            f"## {row['title']}",
            "",
            f"Name: `{row['kpi']}`. Unit: {row['unit']}.",
            "",
            *_items("Formula", row["formula"]),
            *_items("Date", row["dated_by"]),
            *_items("Grain", row["grain"]),
            *_items("Exclusions", row["exclusions"]),
            *_items("Target", target),
            *_items("Source", row["source"]),
            *_items("Owner", row["owner"]),
            "",
        ]
    )


def _items(label: str, text: str) -> Iterator[str]:
    """A list item; parts separated by semicolons become items below it."""
    first, *more = (part.strip() for part in text.split(";"))
    if not more:
        yield fill(f"- **{label}:** {first}.", LINE_LENGTH, subsequent_indent="  ")
        return
    yield f"- **{label}:**"
    for part in (first, *more):
        yield fill(f"  - {part[:1].upper()}{part[1:]}.", LINE_LENGTH, subsequent_indent="    ")
