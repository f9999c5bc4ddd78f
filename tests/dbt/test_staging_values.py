"""For any document, staging has the values Python reads from it, and null for unreadable ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dbt import crafted_values
from tests.dbt.oracle_project import compile_inline
from tests.support.harness import DbtProject, RawDatabase

OFFSETS = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
INSTANTS = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2090-01-01"), timezones=OFFSETS)
QUANTITIES = st.decimals(Decimal("-1e12"), Decimal("1e12"), places=6, allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
EMPTY = st.sampled_from([None, ""])
UNREADABLE = st.sampled_from(["none", "2026-02-30T00:00:00Z", {}, []])


def relations(ids: st.SearchStrategy[int]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"id": ids, "key": TEXTS, "url": st.just("")})


def documents() -> st.SearchStrategy[dict[str, Any]]:
    """Allocations whose fields are readable, unreadable or missing."""
    fields = {
        "status_id": st.integers(0, 2**62),
        "alloc_qty": QUANTITIES.map(lambda value: f"{value:f}") | st.integers(-(10**9), 10**9),
        "order_dtl_id": relations(st.integers(1, 2**62)),
        "picked_ts": INSTANTS.map(datetime.isoformat)
        | INSTANTS.map(lambda at: f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
        "pick_locn_str": TEXTS,
        "is_picking_flg": st.booleans(),
    }
    unreadable = {name: EMPTY if name == "pick_locn_str" else EMPTY | UNREADABLE for name in fields}
    return st.fixed_dictionaries({}, optional={name: fields[name] | unreadable[name] for name in fields})


def expected(doc: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a document, read without SQL."""
    status, relation, text, flag = map(doc.get, ("status_id", "order_dtl_id", "pick_locn_str", "is_picking_flg"))
    return {
        "status_id": status if isinstance(status, int) else None,
        "alloc_qty": _quantity(doc.get("alloc_qty")),
        "order_dtl_id": relation.get("id") if isinstance(relation, dict) else None,
        "picked_at": _utc(doc.get("picked_ts")),
        "pick_locn_str": text if isinstance(text, str) and text else None,
        "is_picking": int(flag) if isinstance(flag, bool) else None,
        "is_valid_document": 1,
    }


def _quantity(value: object) -> Decimal | None:
    try:
        return Decimal(value).quantize(Decimal("0.000001")) if isinstance(value, int | str) else None
    except InvalidOperation:
        return None


def _utc(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None) if isinstance(value, str) else None
    except ValueError:
        return None


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(docs=st.lists(documents(), min_size=50, max_size=200))
def test_staging_equals_document_values(
    raw_db: RawDatabase, dbt_project: DbtProject, docs: list[dict[str, Any]]
) -> None:
    raw_db.execute("drop table if exists wms_raw.allocation")
    raw_db.put_all("allocation", [{"id": number, **doc} for number, doc in enumerate(docs, 1)], first_read_order=1)
    dbt_project.run("run", "--select", "stg_wms__allocation", "--full-refresh")
    columns = ", ".join(expected({}))
    assert raw_db.records(f"select {columns} from wms.stg_wms__allocation order by allocation_id") == [
        expected(doc) for doc in docs
    ]


def test_crafted_values_have_expected_reading(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    raw_db.put_all("crafted", [{**case.document, "id": number} for number, case in enumerate(crafted_values.CASES)])
    sql = compile_inline(dbt_project, crafted_values.QUERY.replace("TABLE", "wms_raw.crafted"))
    assert crafted_values.misread(raw_db.records(sql)) == []


def test_known_database_differences_match_docs(raw_db: RawDatabase, dbt_project: DbtProject) -> None:
    """DuckDB's results where docs/explanation/oracle.md documents a difference."""
    texts = [
        '{"qty": 1234567890123.123456}',
        '{"text": 1.50}',
        '{"text": "a", "text": "b"}',
        '{"text": "a",}',
        "{'text': 1}",
    ]
    for order, text in enumerate(texts, 1):
        raw_db.put("crafted", text, read_order=order)
    sql = compile_inline(dbt_project, crafted_values.QUERY.replace("TABLE", "wms_raw.crafted"))
    rows = raw_db.records(f"select a_text, a_qty, is_valid_document from ({sql}) order by read_order")
    assert [tuple(row.values()) for row in rows] == [
        (None, Decimal("1234567890123.123500"), 1),
        ("1.5", None, 1),
        ("a", None, 1),
        ("a", None, 1),
        (None, None, 0),
    ]
