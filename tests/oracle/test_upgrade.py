"""An upgrade from the release before, in an Oracle schema that it made on the emulator: state, run tables and marts.

`former_release.json.xz` has the definitions that commit 68a1919 sent, in order, and the rows of its tables after a
load of four orders, a build of some marts and a second load.
"""

from __future__ import annotations

import json
import lzma
from contextlib import nullcontext
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from loader.report import Silent
from loader.runs import run_load
from loader.runs.before_build import before_build
from tests.oracle.conftest import OracleLoads
from tests.oracle.minimal_warehouse import READER, WITHOUT_TESTS, environment
from tests.oracle.scenarios import LONG_AGO, ONE_READER
from tests.oracle.test_golden import WMS
from tests.support.fake_wms import START
from tests.support.harness import REPOSITORY, DbtProject
from tests.support.oracle_double import execute
from tests.support.oracle_double.server import Server

RELEASES = (19,)
FORMER = json.loads(lzma.decompress((Path(__file__).parent / "former_release.json.xz").read_bytes()))
MARTS = ("--select", "+orders", "+rejected_records", "+order_hdr_history", *WITHOUT_TESTS)


def restored(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(kind, text)] = value.items()
    return {"hex": bytes.fromhex, "at": datetime.fromisoformat, "text": str}[kind](text)


def restore(server: Server) -> None:
    """Repeat the definitions of the former release, then fill its tables."""
    server.add_user(READER)
    session = server.logon(server.user, server.password)
    for statement in FORMER["ddl"]:
        execute.run(session, statement)
    session.commit()
    session.end()
    for name, table in FORMER["rows"].items():
        marks = ", ".join("?" * len(table["columns"]))
        target = f"{server.user}.{name} ({', '.join(table['columns'])})"
        server.duck.cursor().execute(f"delete from {server.user}.{name}")
        for row in table["rows"]:
            server.duck.cursor().execute(f"insert into {target} values ({marks})", [restored(value) for value in row])


@pytest.fixture
def former(oracle_loads: OracleLoads, monkeypatch: pytest.MonkeyPatch) -> OracleLoads:
    """The schema, and the WMS that was read into it, half an hour later."""
    wms = oracle_loads.wms
    related = {"facility_id": {"id": 1, "key": "DC01", "url": ""}, "company_id": {"id": 1, "key": "ACME", "url": ""}}
    for row_id in range(1, 5):
        at = START if row_id == 2 else LONG_AGO
        values = {} if row_id == 2 else related
        wms.put("order_hdr", row_id, at, order_nbr=f"SO{row_id}", status_id=10, **values)
    wms.put("facility", 1, LONG_AGO, code="DC01", name="One")
    wms.put("company", 1, LONG_AGO, code="ACME", name="Acme")
    wms.put("order_status", 10, description="Created")
    wms.now = START + timedelta(minutes=30)
    oracle_loads.options = WMS | ONE_READER
    monkeypatch.setattr(import_module("loader.pipeline.load"), "WmsClient", lambda *_, **__: nullcontext(wms))
    restore(oracle_loads.server)
    return oracle_loads


def test_load_continues_at_the_state_and_keeps_run_tables(former: OracleLoads) -> None:
    runs = former.query("select run_id from wms_raw.elt_run")
    [(versions,)] = former.query("select count(*) from wms_raw.order_hdr")
    report = run_load(former.settings())
    assert report.exit_code == 0, report.errors
    [orders] = [entity for entity in report.entities if entity.entity == "order_hdr"]
    assert (orders.mode, orders.new_versions) == ("incremental", 1), "only the order that changed since is new"
    assert orders.window_from
    assert former.query("select count(*) from wms_raw.order_hdr") == [(versions + 1,)]
    after = former.query("select run_id from wms_raw.elt_run")
    assert set(runs) < set(after)
    versions_of_tables = former.query("select component, release from wms_raw.elt_schema_version")
    assert {component for component, _ in versions_of_tables} >= {"run_tables", "raw_tables", "entity_state"}


@pytest.mark.exhaustive
def test_marts_of_the_former_release_are_built_again(former: OracleLoads, oracle_project: DbtProject) -> None:
    run_load(former.settings())
    history = former.server.rows(f"select order_hdr_id, dbt_scd_id from {former.server.user}.order_hdr_history")
    before_build(former.settings(), Silent(), REPOSITORY)
    with environment(former.server):
        for _ in range(2):
            oracle_project.run("build", *MARTS)
    user = former.server.user
    assert former.server.rows(f"select count(*) from {user}.orders") == [(4,)]
    assert set(history) <= set(former.server.rows(f"select order_hdr_id, dbt_scd_id from {user}.order_hdr_history"))
    assert not {name for _, name in former.server.catalogue.relations if name.endswith("__RULES_BROKEN")}
