"""The state of builds and the marks of landed versions on Oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from loader.dbt.plan import BuildState
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
