"""Builds the KPI dictionary page from the seed. ``python -m tests.dbt.marts.kpi_page`` writes the page."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping

from tests.support.harness import REPOSITORY

SEED = REPOSITORY / "dbt_project" / "seeds" / "kpi_definitions.csv"
PAGE = REPOSITORY / "docs" / "reference" / "kpis.md"
BLOCK = REPOSITORY / "dbt_project" / "models" / "docs" / "kpis.md"
INTRODUCTION = """# KPIs

Definition of each KPI, generated from `dbt_project/seeds/kpi_definitions.csv`. The values are in `kpi_daily`
(facility, day, KPI) and `kpi_current` (latest day, 7 and 30 days, target).

- Days are local days of the facility, including daylight saving time.
- A record with an error counts in neither numerator nor denominator. The same is true of a line if one of its
  allocations has an error or is hidden. `coverage` is the share of records without such errors. An open order with an
  error still counts in the backlog.
- Every value is a numerator divided by a denominator. For several days or facilities, add up both and divide again.
  Never average the values. A plain count has the denominator 1, so over several days it becomes the mean per day.
- A day without anything to measure has no row.
"""


def definitions() -> list[dict[str, str]]:
    """Return the rows of the seed, in its order."""
    with SEED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page(rows: Iterable[Mapping[str, str]]) -> str:
    """Return the page for readers of the repository."""
    return "\n".join([INTRODUCTION, *(_section(row) for row in rows)])


def block(rows: Iterable[Mapping[str, str]]) -> str:
    """Return the page as a table, for the description of `kpi_definitions` on the docs site."""
    lines = [f"| {row['title']} | `{row['kpi']}` | {row['formula']} | {row['unit']} |" for row in rows]
    head = ["| KPI | Name | Formula | Unit |", "|---|---|---|---|"]
    return "\n".join(["{% docs kpi_dictionary %}", *head, *lines, "{% enddocs %}", ""])


def _section(row: Mapping[str, str]) -> str:
    target = (
        f"{row['target']} ({row['better_is']} is better)" if row["target"] else f"none; {row['better_is']} is better"
    )
    return "\n".join(
        [
            f"## {row['title']}",
            "",
            f"`{row['kpi']}`; unit: {row['unit']}.",
            "",
            f"- **Formula:** {row['formula']}.",
            f"- **Dated by:** {row['dated_by']}.",
            f"- **Grain:** {row['grain']}.",
            f"- **Left out:** {row['exclusions']}.",
            f"- **Target:** {target}.",
            f"- **Owner:** {row['owner']}.",
            "",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page(definitions()), encoding="utf-8")
    BLOCK.write_text(block(definitions()), encoding="utf-8")
