"""How often a run logs on to Oracle: each logon costs the database a process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from importlib import import_module
from typing import Any

import pytest

from loader.dbt import BuildResult, DbtProject
from loader.report import RunReport
from loader.runs import run_elt, run_load
from loader.settings import Settings
from loader.warehouse import Sessions
from tests.oracle.conftest import OracleLoads
from tests.support.fake_wms import START
from tests.support.harness import REPOSITORY
from tests.support.sampling import A_RELEASE

RELEASES = A_RELEASE
WMS = {
    "GRUPONOS_WMS__BASE_URL": "https://wms.example.com/test",
    "GRUPONOS_WMS__USERNAME": "u",
    "GRUPONOS_WMS__PASSWORD": "p",
}


class NoDbt(DbtProject):
    """dbt logs on by itself; only the logons of the loader are counted."""

    def build(self, *_: object, **__: object) -> BuildResult:
        return BuildResult(nodes=(), seconds=0)


@pytest.fixture
def loads(oracle_loads: OracleLoads, monkeypatch: pytest.MonkeyPatch) -> OracleLoads:
    monkeypatch.chdir(REPOSITORY)
    client = lambda *_, **__: nullcontext(oracle_loads.wms)  # noqa: E731
    monkeypatch.setattr(import_module("loader.pipeline.load"), "WmsClient", client)
    monkeypatch.setattr(import_module("loader.runs.build_stage"), "DbtProject", NoDbt)
    oracle_loads.wms.put("item", 1, START)
    oracle_loads.options |= WMS
    return oracle_loads


@pytest.mark.parametrize("run", [run_load, run_elt])
def test_run_logons(run: Callable[[Settings], RunReport], loads: OracleLoads) -> None:
    report = run(loads.settings())
    assert report.errors == ()
    # the run, and the quarantine while documents are landed
    assert len(loads.server.sessions) <= 2


def test_sessions_one_logon_until_it_dies(oracle_loads: OracleLoads) -> None:
    server = oracle_loads.server
    with Sessions(oracle_loads.settings()) as sessions:
        for _ in range(3):
            with sessions.open() as target:
                assert target.fetch("select 1 from dual") == [(1,)]
        assert len(server.sessions) == 1
        server.sessions[0].end()
        with sessions.open() as target:
            assert target.fetch("select 1 from dual") == [(1,)]
        assert len(server.sessions) == 2
    assert not [session for session in server.sessions if session.alive]


def test_no_transaction_is_open_while_wms_is_read(loads: OracleLoads, monkeypatch: pytest.MonkeyPatch) -> None:
    """Autonomous Database may end an idle session that holds a lock."""
    for key in range(2, 6):
        loads.wms.put("item", key, START)
    read, found = loads.wms.page, list[bool]()

    def page(*args: Any, **options: Any) -> Any:
        found.append(any(session.alive and session.transaction.is_open for session in loads.server.sessions))
        return read(*args, **options)

    monkeypatch.setattr(loads.wms, "page", page)
    for _ in range(2):
        assert run_load(loads.settings()).errors == ()
    assert found
    assert not any(found)
