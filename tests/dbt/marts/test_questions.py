"""The queries of the page "Answer questions with SQL" run on the marts, and on Oracle by its rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dbt.marts.full_world import FullWorld
from tests.dbt.oracle_rules import check
from tests.support.harness import REPOSITORY

PAGE = REPOSITORY / "docs" / "how-to" / "answer-questions.md"
MARTS = {path.stem for path in (REPOSITORY / "dbt_project" / "models" / "marts").rglob("*.sql")}
SECTION = re.compile(
    r"^## (?P<number>\d+)\. (?P<question>[^\n]+\?)\n(?P<body>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE
)
BLOCK = re.compile(r"^```sql\n(.*?)^```", re.DOTALL | re.MULTILINE)
TABLE = re.compile(r"\b(from|join) (\w+)")
ORDER, PAST_DAY = "PV600100", "2026-11-15"
"""Values of the page that a reader replaces."""
MAY_BE_EMPTY = {7, 9}
"""Questions about trouble that a good warehouse doesn't have: A items that run out, waves that are behind."""


@dataclass(frozen=True)
class Query:
    """A query of the page, and the number of its question."""

    number: int
    sql: str

    @property
    def tables(self) -> list[str]:
        """Return the tables outside of subqueries for a day."""
        return [table for _, table in TABLE.findall(re.sub(r"\(select [^)]*\([^)]*\)[^)]*\)", "", self.sql))]


def queries(page: Path = PAGE) -> list[Query]:
    """Return all queries of the page."""
    sections = SECTION.finditer(page.read_text(encoding="utf-8"))
    return [Query(int(found["number"]), sql) for found in sections for sql in BLOCK.findall(found["body"])]


def test_page_answers_fifteen_questions() -> None:
    assert {query.number for query in queries()} == set(range(1, 16))


@pytest.mark.parametrize("query", queries(), ids=lambda query: f"question-{query.number}")
def test_query_reads_marts_with_one_join_at_most(query: Query) -> None:
    assert 1 <= len(query.tables) <= 2
    assert set(query.tables) <= MARTS
    assert check(query.sql) == []


@pytest.mark.parametrize("query", queries(), ids=lambda query: f"question-{query.number}")
def test_query_finds_rows(query: Query, full_world: FullWorld) -> None:
    (flagged,) = full_world.records(
        "select min(order_number) as number from wms.rejected_records where entity = 'order_dtl'"
    )
    (moved,) = full_world.records("select min(order_nbr) as number from wms.order_status_changes where is_current = 0")
    (past,) = full_world.records("select min(business_date) as day from wms.inventory_daily")
    order = flagged["number"] if query.number == 10 else moved["number"]
    sql = query.sql.replace(ORDER, order).replace(PAST_DAY, str(past["day"]))
    rows = full_world.records(f"set schema = 'wms'; {sql}")
    assert rows or query.number in MAY_BE_EMPTY
    columns = {name for row in rows for name, value in row.items() if value is not None}
    assert not rows or columns == set(rows[0]), "a column without any value"
