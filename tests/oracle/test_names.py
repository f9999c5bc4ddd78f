"""Names in an Oracle target's single schema: raw tables and models never share one (field cases F1 to F3)."""

from __future__ import annotations

from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import pytest

from loader.dbt.relations import is_taken, relation_names
from loader.errors import ConfigError
from loader.pipeline.name_conflicts import refused_entities
from loader.runs import reconcile, run_load
from loader.settings import load_settings
from loader.settings.reserved import RESERVED_WORDS
from loader.warehouse.oracle.raw_names import KEPT, entity_of, raw_table
from tests.oracle.conftest import OracleLoads
from tests.oracle.scenarios import LONG_AGO, ONE_READER
from tests.support.fake_wms import START
from tests.support.harness import REPOSITORY, DbtProject
from tests.support.oracle_double.rules.words import RESERVED
from tests.support.oracle_double.server import Server

CATALOGUE = (Path(__file__).parent / "wms_entities.txt").read_text().split()
"""The 311 entities of a live WMS."""
PROJECT = REPOSITORY / "dbt_project"
WMS = {
    "GRUPONOS_WMS__BASE_URL": "https://wms.example.com/test",
    "GRUPONOS_WMS__USERNAME": "u",
    "GRUPONOS_WMS__PASSWORD": "p",
}
LONGEST = 128


def built(project: DbtProject) -> dict[str, str]:
    """Return relations by node, from the manifest."""
    nodes = project.manifest.nodes.values()
    return {node.unique_id: node.alias.lower() for node in nodes if node.resource_type in {"model", "seed", "snapshot"}}


def test_relations_have_no_wms_entity_name(oracle_project: DbtProject) -> None:
    relations = frozenset(built(oracle_project).values())
    assert len(CATALOGUE) == 311
    assert len(relations) > 100
    assert [entity for entity in CATALOGUE if is_taken(raw_table(entity), relations)] == []


def test_relation_names_from_files_match_manifest(oracle_project: DbtProject) -> None:
    assert relation_names(PROJECT) == frozenset(built(oracle_project).values())


def test_names_fit_length_limit_during_build(oracle_project: DbtProject) -> None:
    names = [f"o$pt_{name}{'0' * 12}" for name in built(oracle_project).values()]
    names += [f"{name}__dbt_backup" for name in built(oracle_project).values()]
    assert [name for name in names if len(name) > LONGEST] == []


@pytest.mark.parametrize("suffix", ["", "__dbt_tmp", "__dbt_backup"])
@pytest.mark.parametrize("relation", ["orders", "item_history", "dim_item", "status_ids", "receipts"])
def test_entity_with_relation_name_is_refused(relation: str, suffix: str, oracle_loads: OracleLoads) -> None:
    oracle_loads.wms.rows["item"] = {}
    target = oracle_loads.settings().target
    refused = refused_entities(target, [relation + suffix, "item", "inventory_history"], REPOSITORY)
    assert list(refused) == [relation + suffix]
    assert (refused[relation + suffix].code, refused[relation + suffix].exit_code) == ("WMS_CONF_050", 10)


def test_duckdb_refuses_relation_name_only_in_shared_schema() -> None:
    for schema, expected in (("wms_raw", []), ("wms", ["orders"])):
        target = load_settings({"GRUPONOS_TARGET__RAW_SCHEMA": schema}, env_file=None).target
        assert list(refused_entities(target, ["orders", "item"], REPOSITORY)) == expected


def test_refused_entity_failure_is_isolated(oracle_loads: OracleLoads, monkeypatch: pytest.MonkeyPatch) -> None:
    loads = oracle_loads
    loads.options = WMS | ONE_READER | {"GRUPONOS_PIPELINE__EXTRA_ENTITIES": "orders,user"}
    for entity in ("item", "user", "orders"):
        loads.wms.put(entity, 1, LONG_AGO)
    loads.options["GRUPONOS_PIPELINE__ENTITIES"] = "item"
    for module in ("loader.pipeline.load", "loader.runs.reconcile"):
        monkeypatch.setattr(import_module(module), "WmsClient", lambda *_, **__: nullcontext(loads.wms))
    report = run_load(loads.settings())
    assert {entity.entity: entity.status for entity in report.entities} == {
        "item": "ok",
        "user": "ok",
        "orders": "failed",
    }
    assert (report.exit_code, report.errors[0].code) == (10, "WMS_CONF_050")
    tables = {name for _, name in loads.server.catalogue.relations}
    assert {"ITEM", "RAW_USER"} <= tables
    assert not {"ORDERS", "USER"} & tables
    loads.wms.now = START.replace(minute=30)
    lines = {line.comparison.entity: line.error for line in reconcile(loads.settings())}
    assert (lines["item"], lines["user"]) == (None, None)
    assert lines["orders"] is not None


def test_entities_do_not_share_tables() -> None:
    names = [*CATALOGUE, *KEPT, *(f"raw_{word}" for word in KEPT), *(f"raw_raw_{word}" for word in KEPT), "raw_item"]
    names = sorted(set(names))
    tables = [raw_table(name) for name in names]
    assert len(set(tables)) == len(names)
    assert not set(tables) & KEPT
    assert [entity_of(table) for table in tables] == names
    assert raw_table("order_hdr") == "order_hdr"


def test_reserved_words_are_complete() -> None:
    assert {word.upper() for word in RESERVED_WORDS} == set(RESERVED)


@pytest.mark.parametrize("user", ["C##WMS", "wms$x#1"])
def test_user_with_special_characters_works(
    user: str, release: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(release, user=user)
    server.install(monkeypatch)
    loads = OracleLoads(tmp_path, server)
    loads.wms.put("item", 1, LONG_AGO)
    loads.run()
    loads.wms.now = START.replace(minute=30)
    assert loads.run(passes=frozenset({"full"})).outcomes["item"].status == "ok"
    assert server.rows(f'select count(*) from "{user.upper()}".ITEM') == [(1,)]
    server.close()


@pytest.mark.parametrize("user", ['"wms"', "wms elt", "1wms", "_wms", "session", "RAW", "w" * 129, "wms-elt"])
def test_error_names_user_needing_quotes(user: str) -> None:
    environment = {
        "GRUPONOS_TARGET__KIND": "oracle",
        "GRUPONOS_TARGET__ORACLE_USER": user,
        "GRUPONOS_TARGET__ORACLE_PASSWORD": "x",
        "GRUPONOS_TARGET__ORACLE_DSN": "alias",
    }
    with pytest.raises(
        ConfigError, match=r"GRUPONOS_TARGET__ORACLE_USER must be a user name that needs no quotes"
    ) as no:
        load_settings(environment, env_file=None)
    assert no.value.exit_code == 10
