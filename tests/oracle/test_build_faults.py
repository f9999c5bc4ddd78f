"""A dbt build broken by an Oracle error or a kill is repaired by the next build: no row is lost or duplicated.

To the server, a killed process is a session that ends: its transaction is rolled back, committed DDL stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.oracle.minimal_warehouse import READER, SmallWarehouse
from tests.support.harness import REPOSITORY
from tests.support.oracle_double.faults import Fault
from tests.support.sampling import parameters

COMMIT = "^commit$"
VERSIONS = r"into\s+wms_elt\.stg_wms__order_hdr_versions"
HISTORY = "merge into .*order_hdr_history"
MART = "merge +into wms_elt.orders"
TABLE = "delete from wms_elt.dim_facility"


@dataclass(frozen=True)
class Build:
    """Nodes to build, and a query that returns their contents as rows of two values: found and expected."""

    nodes: tuple[str, ...]
    law: Callable[[SmallWarehouse], tuple[Any, Any]]


def waves(warehouse: SmallWarehouse) -> tuple[Any, Any]:
    found = warehouse.rows("select wave_id, run_nbr from {user}.stg_wms__wave where is_deleted = 0")
    return sorted(found), sorted((key, doc["run_nbr"]) for key, doc in warehouse.documents["wave"].items())


def versions(warehouse: SmallWarehouse) -> tuple[Any, Any]:
    found = warehouse.rows("select read_order from {user}.stg_wms__order_hdr_versions")
    return sorted(found), [(order,) for order in range(1, warehouse.versions["order_hdr"] + 1)]


def facilities(warehouse: SmallWarehouse) -> tuple[Any, Any]:
    found = warehouse.rows("select facility_id, facility_code from {user}.dim_facility where is_deleted = 0")
    granted = {name for _, name, grantee, _ in warehouse.server.catalogue.grants if grantee == READER}
    assert "DIM_FACILITY" in granted
    return sorted(found), sorted((key, doc["code"]) for key, doc in warehouse.documents["facility"].items())


def history(warehouse: SmallWarehouse) -> tuple[Any, Any]:
    """One record per state that a build read; each order is now in one of them."""
    states = warehouse.rows("select order_hdr_id, loaded_at from {user}.order_hdr_history")
    assert len(set(states)) == len(states)
    now = "select order_hdr_id, status_id from {user}.order_hdr_history where dbt_valid_to is null"
    return sorted(warehouse.rows(now)), sorted(
        (key, doc["status_id"]) for key, doc in warehouse.documents["order_hdr"].items()
    )


def orders(warehouse: SmallWarehouse) -> tuple[Any, Any]:
    """Every order is shown, including one that lost its facility."""
    found = warehouse.rows("select order_id, status_id from {user}.orders")
    return sorted(found), sorted((key, doc["status_id"]) for key, doc in warehouse.documents["order_hdr"].items())


def ids(warehouse: SmallWarehouse) -> tuple[Any, Any]:
    lines = (REPOSITORY / "dbt_project" / "seeds" / "status_ids.csv").read_text().splitlines()[1:]
    found = warehouse.rows("select entity, status_id, meaning from {user}.status_ids")
    return sorted((entity, str(key), meaning) for entity, key, meaning in found), sorted(
        tuple(line.split(",")) for line in lines
    )


MERGED = Build(("stg_wms__wave",), waves)
APPENDED = Build(("stg_wms__order_hdr_versions",), versions)
REPLACED = Build(("stg_wms__facility", "int_facility__time_zones", "dim_facility"), facilities)
TRACKED = Build(("stg_wms__order_hdr", "order_hdr_history"), history)
KEPT = Build(("stg_wms__order_hdr", "int_order_hdr__rule_violations", "orders"), orders)
SEEDED = Build(("status_ids",), ids)

CASES: Mapping[str, tuple[Build, Fault]] = {
    "merge, snapshot too old": (MERGED, Fault("ORA-01555", 1, r"insert into wms_elt\.elt\$stg_wms__wave")),
    "merge, deadlock": (MERGED, Fault("ORA-00060", 1, "merge +into wms_elt.stg_wms__wave")),
    "merge, killed before the commit": (MERGED, Fault("DOWN", 1, COMMIT, follows="merge +into")),
    "merge, answer of the commit lost": (MERGED, Fault("ORA-03113", 1, COMMIT, True, "merge +into")),
    "append, answer lost": (APPENDED, Fault("ORA-03113", 1, VERSIONS, True)),
    "append, answer of the commit lost": (APPENDED, Fault("ORA-03113", 1, COMMIT, True, VERSIONS)),
    "table, no space": (REPLACED, Fault("ORA-01653", 1, TABLE)),
    "table, killed before its change": (REPLACED, Fault("DOWN", 1, r"insert into wms_elt\.elt\$dim_facility", True)),
    "table, killed before the commit": (REPLACED, Fault("DOWN", 1, COMMIT, follows=TABLE)),
    "table, answer of the commit lost": (REPLACED, Fault("ORA-03113", 1, COMMIT, True, TABLE)),
    "snapshot, deadlock": (TRACKED, Fault("ORA-00060", 1, HISTORY)),
    "snapshot, killed before the commit": (TRACKED, Fault("DOWN", 1, COMMIT, follows=HISTORY)),
    "snapshot, answer of the commit lost": (TRACKED, Fault("ORA-03113", 1, COMMIT, True, HISTORY)),
    "mart, call timeout": (KEPT, Fault("DPY-4024", 1, MART)),
    "mart, killed between merge and delete": (KEPT, Fault("DOWN", 1, "delete from wms_elt.orders")),
    "mart, killed before the commit": (KEPT, Fault("DOWN", 1, COMMIT, follows="delete from wms_elt.orders")),
    "seed, lost while it is filled": (SEEDED, Fault("ORA-03113", 1, "insert all")),
    "seed, killed when it is empty": (SEEDED, Fault("DOWN", 1, "truncate table", True)),
}


@pytest.fixture(scope="module")
def built(small19: SmallWarehouse) -> SmallWarehouse:
    """Everything that the cases build, in its first state."""
    small19.put("company", 1, code="C1")
    change(small19)
    nodes = {node for build, _ in CASES.values() for node in build.nodes}
    assert small19.build(*(f"+{node}" for node in sorted(nodes))).success
    return small19


def change(warehouse: SmallWarehouse) -> None:
    """The next state of the WMS: one row changes, one is added, the one added before is deleted."""
    last = max(warehouse.documents.get("wave", {}), default=0)
    number = last - 99 if last else 0
    for key in (1, 100 + number):
        warehouse.put("wave", key, run_nbr=f"W{number}")
        warehouse.put("facility", key, code=f"DC{number}")
        warehouse.put("order_hdr", key, order_nbr=f"O{key}", **_order(number))
    if number:
        warehouse.delete("wave", last)
        warehouse.delete("facility", last)
        warehouse.put("order_hdr", last, order_nbr=f"O{last}", **_order(number) | {"facility_id": None})


def _order(number: int) -> dict[str, Any]:
    relation = {"id": 1, "key": "", "url": ""}
    times = {"create_ts": "2026-05-04T10:00:00Z"}
    return {"status_id": number, "facility_id": relation, "company_id": relation, **times}


@pytest.mark.parametrize("name", parameters(CASES, 2))
def test_next_build_repairs_broken_build(built: SmallWarehouse, name: str) -> None:
    build, fault = CASES[name]
    change(built)
    built.server.faults.plan(fault)
    broken = built.build(*build.nodes)
    assert not broken.success
    assert len(built.server.faults.hits) == 1, f"nothing sent is like {fault.pattern}"
    built.server.faults.hits.clear()
    built.server.start()
    assert built.build(*build.nodes).success
    found, expected = build.law(built)
    assert found == expected


def test_next_build_completes_killed_first_build(small: SmallWarehouse) -> None:
    small.put("wave", 1, run_nbr="W")
    small.server.faults.plan(Fault("DOWN", 1, r"create\s+table wms_elt.stg_wms__wave", after=True))
    assert not small.build("stg_wms__wave").success
    small.server.start()
    assert small.build("stg_wms__wave").success
    found, expected = waves(small)
    assert found == expected
    indexes = {index.name for index in small.server.catalogue.indexes.values()}
    assert indexes == {"IX_STG_WMS__WAVE__WAVE_ID", "IX_STG_WMS__WAVE__READ_ORDER"}
