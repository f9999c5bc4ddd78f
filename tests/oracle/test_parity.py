"""The same loads into DuckDB and the Oracle double leave equal raw tables, row for row."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.integration.pipeline.conftest import Loads
from tests.oracle.conftest import OracleLoads
from tests.oracle.scenarios import ONE_READER, SCENARIOS
from tests.support.sampling import A_RELEASE

RELEASES = A_RELEASE
RAW = "entity_id, mod_ts, facility_id, company_id, content_hash, doc, is_deleted, read_at, read_order"
LEDGER = "entity, rows_read, rows_landed, first_read_order, last_read_order"


Scenario = Callable[[Loads], None]
Contents = dict[str, list[tuple[Any, ...]]]


def contents(loads: Loads) -> Contents:
    """Return the rows of all raw tables and of the ledger, without run ids."""
    raw = {entity: loads.query(f"select {RAW} from wms_raw.{entity} order by read_order") for entity in loads.wms.rows}
    return raw | {"elt_landing": loads.query(f"select {LEDGER} from wms_raw.elt_landing order by all")}


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Scenario], Contents]:
    """Return what a scenario leaves in DuckDB; each scenario runs once."""

    @cache
    def run(scenario: Scenario) -> Contents:
        loads = Loads(tmp_path_factory.mktemp("duckdb"))
        loads.options |= ONE_READER
        scenario(loads)
        return contents(loads)

    return run


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_raw_tables_equal_duckdb(
    scenario: Scenario, oracle_loads: OracleLoads, on_duckdb: Callable[[Scenario], Contents]
) -> None:
    oracle_loads.options |= ONE_READER
    scenario(oracle_loads)
    assert contents(oracle_loads) == on_duckdb(scenario)
