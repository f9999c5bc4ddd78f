"""Documents that can't be landed are quarantined on Oracle as on DuckDB, and the verdict reads the same tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from loader.report.evidence import read_evidence
from loader.report.overall import overall
from loader.warehouse import open_warehouse
from tests.oracle.conftest import OracleLoads
from tests.support.fake_wms import START

ENTITY = "order_hdr"
LONG = b'{"id":"4","t":"' + b"x" * 70_000 + b'"}'
UNUSABLE = {
    1: b'{"id":null,"t":"\xff"}',
    2: b'{"id":9223372036854775808}',
    4: LONG,
    5: b'{"id":5,"t":"\xff"}',
}
ODD = {
    3: rb'{"id":3,"t":"x \ud83d"}',
    6: b'{"id":6,"qty":NaN}',
    7: b'{"id":7,"mod_ts":"9999-12-31T23:59:59-03:00"}',
}


def _fill(loads: OracleLoads) -> None:
    for row in range(1, 10):
        loads.wms.put(ENTITY, row, START - timedelta(days=1, minutes=row))
    for row, text in (UNUSABLE | ODD).items():
        loads.wms.written[ENTITY, row] = text


def _fetch(loads: OracleLoads, sql: str) -> list[tuple[Any, ...]]:
    with open_warehouse(loads.settings()) as target:
        return target.fetch(sql.format(table=target.raw("elt_quarantine"), raw=target.raw(ENTITY)))


def test_unusable_documents_are_set_aside_once_and_released(oracle_loads: OracleLoads) -> None:
    loads = oracle_loads
    _fill(loads)
    for expected in (4, 0):
        outcome = loads.run(passes=frozenset({"full"})).outcome(ENTITY)
        assert outcome is not None
        assert (outcome.status, outcome.set_aside) == ("ok", expected)
    kept = _fetch(loads, "select entity_id, doc_bytes, reason from {table} where released_at is null")
    assert sorted(bytes(content) for _, content, _ in kept) == sorted(UNUSABLE.values())
    assert {entity_id for entity_id, _, _ in kept} == {None, "9223372036854775808", "4", "5"}
    landed = dict(_fetch(loads, "select entity_id, doc from {raw}"))
    assert {int(row): bytes(landed[row]) for row in landed if int(row) in ODD} == ODD
    assert sorted(int(row) for row in landed) == [3, 6, 7, 8, 9]
    loads.wms.written.clear()
    loads.run(passes=frozenset({"full"}))
    assert _fetch(loads, "select entity_id from {table} where released_at is null") == []


def test_quarantine_verdict_is_readable_on_oracle(oracle_loads: OracleLoads) -> None:
    _fill(oracle_loads)
    oracle_loads.run()
    settings = oracle_loads.settings()
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        evidence = read_evidence(target, settings.pipeline, datetime.now(UTC))
    assert evidence.unreadable == ()
    assert dict(evidence.set_aside) == {ENTITY: 4}
    assert "quarantine" in {reason.code for reason in overall(evidence).reasons}
