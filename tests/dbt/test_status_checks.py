"""Checks of what statuses mean: which rows each of them finds."""

from __future__ import annotations

from collections.abc import Sequence

from tests.dbt.oracle_project import PROJECT, compile_inline
from tests.support.harness import DbtProject, RawDatabase


def values(rows: Sequence[str], columns: str) -> str:
    """Return a relation with these rows."""
    return f"(values {', '.join(rows)}) as given({columns})"


def test_overrides_of_one_status_collide_in_any_spelling(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    rows = [
        "('order', 7, null)",
        "('order', 7, 'Fertig')",
        "('wave', 7, null)",
        "('order', 8, 'Fertig')",
        "('order', null, 'Em-Separação')",
        "('order', null, 'em separacao')",
        "('order', null, 'Fertig')",
        "('wave', null, 'Fertig')",
    ]
    seed = values(rows, "entity, status_id, status_description")
    test = (
        f"select * from ({{{{ test_has_one_meaning_per_status({seed!r}) }}}}) as found order by plain_name nulls first"
    )
    assert raw_db.rows(compile_inline(dbt_project, test)) == [("order", 7, None, 2), ("order", None, "em separacao", 2)]


def test_statuses_in_use_without_a_confirmed_meaning_are_found(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    rows = [
        "('order', 1, 'Erstellt', 'unknown', 'none', 5)",
        "('order', 2, 'Gesperrt', 'unknown', 'none', 0)",
        "('order', 3, 'Storniert', 'shipped', 'id', 5)",
        "('order', 4, 'Versendet', 'cancelled', 'id', 0)",
        "('order', 5, null, 'shipped', 'id', 5)",
        "('order', 6, ' ', 'shipped', 'id', 5)",
        "('order', 7, 'Packed', 'packed', 'label', 5)",
        "('order', 8, 'Fertig', 'packed', 'override', 5)",
        "('order', 9, null, 'unknown', 'none', 5)",
    ]
    usage = values(rows, "entity, status_id, status_description, status_meaning, meaning_source, record_count")
    check = (PROJECT / "tests" / "singular" / "assert_statuses_have_meanings.sql").read_text(encoding="utf-8")
    query = check.replace("{{ config(severity='warn') }}", "").replace("{{ ref('status_usage') }}", usage)
    assert [row[1] for row in raw_db.rows(query)] == [1, 3, 9]
