"""Runs every test in tests/integration/pipeline/test_loads.py on the Oracle double."""

from __future__ import annotations

from importlib import import_module

import pytest

from loader.errors import TargetError
from tests.integration.pipeline.test_loads import *  # noqa: F403
from tests.oracle.conftest import OracleLoads
from tests.oracle.overtaken import overtaken
from tests.oracle.scenarios import LONG_AGO
from tests.support.oracle_double import execute
from tests.support.sampling import A_RELEASE

RELEASES = A_RELEASE


@pytest.mark.parametrize("table", ["dlt_version", "dlt_loads", "dlt_pipeline_state", "item"])
def test_tables_created_concurrently_are_used(oracle_loads: OracleLoads, table: str) -> None:
    """Workers of an orchestrator start in the same second on an empty schema."""
    oracle_loads.wms.put("item", 1, LONG_AGO)
    server = oracle_loads.server
    other = server.logon(server.user, server.password)
    overtaken(server, f"\nCREATE TABLE wms_elt.{table} ", lambda text: execute.run(other, text))
    assert {outcome.status for outcome in oracle_loads.run().outcomes.values()} == {"ok"}


def test_index_with_same_name_on_other_table_is_ignored(oracle_loads: OracleLoads) -> None:
    """Checked by name alone, it would seem to exist (field case J12)."""
    oracle_loads.wms.put("item", 1, LONG_AGO)
    oracle_loads.run()
    server = oracle_loads.server
    session = server.logon(server.user, server.password)
    execute.run(session, "drop index item_ix3")
    execute.run(session, "create table elsewhere (a number)")
    execute.run(session, "create index item_ix3 on elsewhere (a)")
    with pytest.raises(TargetError, match="ORA-00955"):
        oracle_loads.run()
    execute.run(session, "drop table elsewhere")
    oracle_loads.run()
    indexes = {index.name for index in server.catalogue.indexes_of("WMS_ELT", "ITEM")}
    assert indexes == {"ITEM_IX3", "ITEM_IX2"}


def test_index_of_earlier_release_is_replaced(oracle_loads: OracleLoads) -> None:
    oracle_loads.wms.put("item", 1, LONG_AGO)
    oracle_loads.run()
    server = oracle_loads.server
    session = server.logon(server.user, server.password)
    execute.run(session, "drop index item_ix3")
    execute.run(session, "create index item_ix1 on item (entity_id, read_order)")
    oracle_loads.run()
    indexes = {index.name: index.columns for index in server.catalogue.indexes_of("WMS_ELT", "ITEM")}
    assert indexes == {
        "ITEM_IX2": ("READ_ORDER",),
        "ITEM_IX3": ("ENTITY_ID", "READ_ORDER", "IS_DELETED", "CONTENT_HASH"),
    }


def test_prefixed_table_is_reset(oracle_loads: OracleLoads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("loader.runs.reset"), "_models", lambda _: {})
    for entity in ("item", "user"):
        oracle_loads.wms.put(entity, 1, LONG_AGO)
    oracle_loads.run()
    found = import_module("loader.runs.reset").reset(oracle_loads.settings(), apply=True)
    assert {item.name.rpartition(".")[2] for item in found.items if item.part == "raw"} == {"item", "raw_user"}
    assert not {"ITEM", "RAW_USER"} & {name for _, name in oracle_loads.server.catalogue.relations}


def test_temporary_tables_of_models_are_reset(oracle_loads: OracleLoads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("loader.runs.reset"), "_models", lambda _: {"orders": {"order_id"}})
    oracle_loads.wms.put("item", 1, LONG_AGO)
    oracle_loads.run()
    server = oracle_loads.server
    session = server.logon(server.user, server.password)
    # a former release had no digest in the name
    ours, others = {"elt$orders$1a2b3c4d", "elt$orders"}, {"elt$orders$mine", "elt$invoices$1a2b3c4d"}
    for name in ours | others:
        execute.run(session, f"create global temporary table {name} (order_id number(19)) on commit delete rows")
    found = import_module("loader.runs.reset").reset(oracle_loads.settings(), apply=True)
    assert {item.name.rpartition(".")[2] for item in found.items if item.part == "models"} == ours
    assert {name.rpartition(".")[2] for name in found.kept} == others
