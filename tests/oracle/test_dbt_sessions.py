"""dbt's sessions through the loader: limited, configured, and retried after a transient error."""

from __future__ import annotations

import pytest

from loader.dbt import DbtProject
from loader.dbt import retries as again
from loader.dbt.oracle_sessions import prepared_sessions
from loader.errors import TargetError
from loader.report import RunReport, with_outcome
from loader.settings import PipelineSettings, Settings
from loader.warehouse import open_warehouse
from tests.oracle.conftest import OracleLoads
from tests.oracle.minimal_warehouse import READER
from tests.support.fake_wms import START
from tests.support.harness import REPOSITORY
from tests.support.oracle_double.faults import Fault
from tests.support.oracle_double.server import Server
from tests.support.sampling import A_RELEASE, sampled

RELEASES = A_RELEASE
SEED = "status_ids"
FILL = "insert all"


@pytest.fixture
def settings(oracle_loads: OracleLoads, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(again, "PAUSES_S", (0.0, 0.0))
    # as in minimal_warehouse.environment, so that dbt needn't parse the project again
    monkeypatch.setenv("DBT_ORACLE_READERS", READER.lower())
    monkeypatch.setenv("DBT_ORACLE_THREADS", "1")
    oracle_loads.options["GRUPONOS_TARGET__ORACLE_CALL_TIMEOUT"] = "60"
    oracle_loads.wms.put("item", 1, START)
    oracle_loads.run()
    with open_warehouse(oracle_loads.settings()) as target:
        target.ensure_run_tables()
    return oracle_loads.settings()


@pytest.fixture
def project(settings: Settings) -> DbtProject:
    return DbtProject(settings, root=REPOSITORY)


def report_of(**facts: object) -> RunReport:
    known: dict[str, object] = {"run_id": "r", "status": "ok", "exit_code": 0, "started_at": START}
    known |= {"finished_at": START, "duration_s": 0.0, "source": "s", "target": "t"}
    return with_outcome(RunReport(**(known | facts)), PipelineSettings())  # type: ignore[arg-type]


def test_build_session_life_cycle(project: DbtProject, server: Server) -> None:
    """One project, parsed once. Each part starts where the previous one ended."""
    before = len(server.sessions)
    assert project.build([SEED]).built("ok") == 1
    sessions = server.sessions[before:]
    # dbt's main thread and its only worker
    assert 0 < len(sessions) <= 2
    for session in sessions:
        assert session.info["call_timeout"] == 60_000
        assert session.info["parallel dml"] == "disable"
        assert (session.time_zone, session.nls["NLS_SORT"]) == ("UTC", "BINARY")

    hanging(project, server)
    lost(project, server)
    lost_before_the_first_node(project, server)
    final(project, server)
    freshness(project, server)


def hanging(project: DbtProject, server: Server) -> None:
    """A call that never returns stops after the call timeout, and the node is built again (J7, J16)."""
    server.faults.plan(Fault("HANG", 1, FILL))
    build = project.build([SEED])
    assert server.faults.hits
    assert (build.built("ok"), build.built("failed"), build.repeated) == (1, 0, (SEED,))
    report = report_of(build=build)
    assert report.exit_code == 0
    assert any(SEED in warning and "retried" in warning for warning in report.warnings)


def lost(project: DbtProject, server: Server) -> None:
    for code in sampled(("ORA-00060", "ORA-01555", "ORA-03113"), 1):
        server.faults.plan(Fault(code, 1, FILL))
        build = project.build([SEED])
        assert (build.built("ok"), build.repeated) == (1, (SEED,)), code


def lost_before_the_first_node(project: DbtProject, server: Server) -> None:
    """The session is lost while dbt lists relations: no node has failed, and address and profile are correct (J3)."""
    server.faults.hits.clear()
    server.faults.plan(Fault("ORA-03113", 1, "user_mviews"))
    assert project.build([SEED]).built("ok") == 1
    assert server.faults.hits
    server.faults.plan(Fault("ORA-01536", 1, "user_mviews"))
    with pytest.raises(TargetError, match="WMS_TGT_106"):
        project.build([SEED])


def final(project: DbtProject, server: Server) -> None:
    """Out of space is not transient. Three lost sessions in a row are not retried a third time."""
    server.faults.plan(Fault("ORA-01536", 1, FILL))
    build = project.build([SEED])
    assert (build.built("failed"), build.repeated) == (1, ())
    assert "ORA-01536" in build.problems[0].message
    assert project.build([SEED]).built("ok") == 1


def freshness(project: DbtProject, server: Server) -> None:
    """A session lost during the freshness check is a target error; the source is not stale (J15)."""
    server.faults.plan(Fault("ORA-03113", 1, "max_loaded_at"))
    result = project.freshness(["source:wms.item"])
    assert server.faults.hits
    assert [source.status for source in result.sources] == ["unknown"]
    report = report_of(freshness=result)
    assert (report.exit_code, [error.code for error in report.errors]) == (30, ["WMS_TGT_008"])
    assert "ORA-03113" in report.errors[0].message
    assert "stale" not in report.errors[0].message


def test_driver_is_restored_after_build(settings: Settings) -> None:
    from dbt.adapters.oracle import connections

    driver, manager = connections.oracledb, vars(connections.OracleAdapterConnectionManager).copy()
    with prepared_sessions(settings.target):
        assert connections.oracledb is not driver
    assert connections.oracledb is driver
    assert vars(connections.OracleAdapterConnectionManager) == manager
