"""Table options that a DBA may set on Oracle (docs/explanation/oracle.md) are part of its statements."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.minimal_warehouse import SmallWarehouse, environment
from tests.oracle.recorded_sql import plain
from tests.support.harness import DbtProject
from tests.support.oracle_double.server import Server

COMPRESSED = "row store compress advanced"
PARTITIONS = "partition by range (read_order) interval (10000000) (partition p_first values less than (1))"


@pytest.mark.exhaustive
def test_storage_options_are_in_statements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_ORACLE_PARALLEL", "4")
    monkeypatch.setenv("DBT_ORACLE_COMPRESSION", COMPRESSED)
    server, project = Server(19), DbtProject(tmp_path, target="oracle")
    server.install(monkeypatch)
    with environment(server):
        nodes = project.parse().nodes
    # same as an entry in dbt_project.yml
    nodes["model.wms_elt.stg_wms__wave"].config._extra["partition_config"] = {"clause": PARTITIONS}
    warehouse = SmallWarehouse(server, project)
    warehouse.put("wave", 1, run_nbr="W1")
    assert warehouse.build("stg_wms__wave").success
    warehouse.put("wave", 2, run_nbr="W2")
    assert warehouse.build("stg_wms__wave").success
    sent = [" ".join(plain(entry.text).split()) for entry in warehouse.server.statements]
    (created,) = [text for text in sent if text.startswith("create table wms_elt.stg_wms__wave")]
    assert created.startswith(f"create table wms_elt.stg_wms__wave parallel 4 {PARTITIONS} {COMPRESSED} as ")
    (temporary,) = [text for text in sent if text.startswith("create global temporary table")]
    assert " on commit preserve rows parallel 4 as " in temporary
    assert [text for text in sent if "merge /*+parallel(4)*/ into wms_elt.stg_wms__wave" in text]
    assert sorted(warehouse.rows("select wave_id from {user}.stg_wms__wave")) == [(1,), (2,)]
