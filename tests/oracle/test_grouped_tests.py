"""Simple tests of a model run in one statement, with the results that dbt's own statements have."""

from __future__ import annotations

import pytest

from tests.bench.statements import class_of
from tests.oracle.minimal_warehouse import SmallWarehouse

MODEL = "dim_location"


@pytest.fixture(scope="module")
def built(small19: SmallWarehouse) -> SmallWarehouse:
    """A mart with rows that fail tests: a missing key, and one that occurs twice."""
    relation = {"id": 1, "key": "", "url": ""}
    small19.put("facility", 1, code="DC01")
    small19.put("location", 1, facility_id=relation)
    assert small19.build(f"+{MODEL}").success
    return small19


def results(warehouse: SmallWarehouse, command: str) -> dict[str, tuple[str, int]]:
    selected = f"{MODEL},test_type:data"
    outcome = warehouse.dbt(command, "--select", *((MODEL,) if command == "build" else (selected,)))
    return {
        result.node.name: (str(result.status), result.failures)
        for result in outcome.result.results
        if result.node.resource_type == "test"
    }


def test_grouped_results_equal_single_ones(built: SmallWarehouse) -> None:
    mart = f"{built.server.user}.{MODEL}"
    # the build itself replaces the rows, so its input must be wrong
    built.execute("update stg_wms__location set loaded_at = null")
    built.execute("insert into stg_wms__location select * from stg_wms__location")
    start = len(built.server.statements)
    grouped = results(built, "build")
    middle = len(built.server.statements)
    single = results(built, "test")
    assert built.rows(f"select count(*) from {mart}") == [(2,)]
    assert grouped == single
    assert single["unique_dim_location_location_id"] == ("fail", 1)
    together, alone = (
        [class_of(entry.text) for entry in part].count("tests")
        for part in (built.server.statements[start:middle], built.server.statements[middle:])
    )
    assert together < alone


def test_test_of_all_rows_is_sent_alone(built: SmallWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """The statement for the others may look at affected rows only."""
    sent = []
    for tests in ("[]", '["not_null_dim_location_location_id"]'):
        monkeypatch.setenv("WMS_ELT_TESTS_OF_ALL_ROWS", tests)
        start = len(built.server.statements)
        results(built, "build")
        sent.append([class_of(entry.text) for entry in built.server.statements[start:]].count("tests"))
    assert sent[1] == sent[0] + 1
