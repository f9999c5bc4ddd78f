"""The state of builds and the marks of landed versions on Oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from loader.dbt.dropped import built_relations, dropped_relations
from loader.dbt.plan import BuildState
from loader.dbt.results import BuildResult, NodeResult
from loader.report.build_states import has_new_versions, landed_marks, read_state, save_state
from loader.warehouse import open_warehouse
from tests.oracle.conftest import OracleLoads

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)


def test_state_is_stored_and_sees_new_versions(oracle_loads: OracleLoads) -> None:
    oracle_loads.wms.put("item", 1, AT)
    oracle_loads.run()
    settings = oracle_loads.settings()
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
        marks = landed_marks(target)
        assert marks == {"wms.item": 1}
        # longer than a VARCHAR2
        owed = tuple(f"wms_elt.marts.fulfilment.model_{number}" for number in range(300))
        state = BuildState(fingerprint="f", marks=marks, built_at=AT, covered_at=AT, owed=owed)
        save_state(target, settings.pipeline.name, replace(state, owed=()))
        save_state(target, settings.pipeline.name, state)
        assert read_state(target, settings.pipeline.name) == state
        assert not has_new_versions(state, landed_marks(target))
    oracle_loads.run()
    with open_warehouse(settings) as target:
        assert landed_marks(target) == marks
    oracle_loads.wms.put("item", 2, AT)
    oracle_loads.run(passes=frozenset({"full"}))
    with open_warehouse(settings) as target:
        assert has_new_versions(state, landed_marks(target))


def test_dropped_tables_and_views_are_found(oracle_loads: OracleLoads) -> None:
    nodes = [
        NodeResult(name=name, kind=kind, status=status, seconds=0, fqn=f"wms_elt.{name}")
        for name, kind, status in (
            ("orders", "model", "ok"),
            ("int_order", "model", "ok"),
            ("colours", "seed", "ok"),
            ("elsewhere", "model", "ok"),
            ("failed", "model", "failed"),
            ("a_test", "test", "ok"),
        )
    ]
    state = BuildState(fingerprint="f", marks={}, built_at=AT, covered_at=AT, relations=("former", "gone"))
    with open_warehouse(oracle_loads.settings()) as target:
        for name in ("orders", "colours", "failed", "former", "a_test"):
            target.execute(f"create table {target.model(name)} (id number(19))")
        target.execute(f"create view {target.model('int_order')} as select id from {target.model('orders')}")
        built = built_relations(target, state, BuildResult(nodes=tuple(nodes), seconds=1))
        assert built == ("colours", "former", "int_order", "orders")
        state = replace(state, relations=built)
        assert dropped_relations(target, state) == ()
        assert dropped_relations(target, None) == ()
        target.execute(f"drop view {target.model('int_order')}")
        target.execute(f"drop table {target.model('colours')}")
        assert dropped_relations(target, state) == ("colours", "int_order")


def test_present_relations_need_one_look_up(oracle_loads: OracleLoads) -> None:
    names = tuple(f"mart_{number}" for number in range(20))
    state = BuildState(fingerprint="f", marks={}, built_at=AT, covered_at=AT, relations=names)
    with open_warehouse(oracle_loads.settings()) as target:
        for name in names:
            target.execute(f"create table {target.model(name)} (id number(19))")
        start = len(oracle_loads.server.statements)
        assert dropped_relations(target, state) == ()
        assert len(oracle_loads.server.statements) - start == 1
