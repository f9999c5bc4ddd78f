"""`wms-elt doctor` reports each misconfiguration with a hint, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from loader.doctor import Check, run_checks
from loader.settings import Settings
from loader.simulator import Clock, RunningSimulator, SimulatorConfig, UserProfile, serve_in_thread
from tests.integration.doctor import breakages
from tests.integration.doctor.setup import Setup, sound


@dataclass(frozen=True)
class Case:
    """A misconfiguration and the expected checks.

    Args:
        breaks: applies the misconfiguration.
        findings: checks that are not ok, in order: name, status, part of the message, part of the hint.
        exit_code: exit code of the command.
        absent: checks that can't run.
    """

    breaks: Callable[[Setup], None]
    findings: tuple[tuple[str, str, str, str], ...]
    exit_code: int
    absent: frozenset[str] = frozenset()
    oracle: bool = False

    def __str__(self) -> str:
        return self.breaks.__name__


WMS = frozenset({"clock", "entities"})
FACTS = frozenset(
    {
        *("database release", "database role", "character set", "database name", "grants", "quota"),
        *(
            "session time zone",
            "database clock",
            "indexes",
            "leftovers",
            "compatible",
            "text comparison",
            "autonomous database",
        ),
    }
)
TARGET = FACTS | {"tables"}
DBT = ("dbt", "failed", "WMS_DBT_001", "")

ON_DUCKDB = (
    Case(breakages.bad_address, (("wms", "failed", "WMS_CONN_001", "GRUPONOS_WMS__BASE_URL"),), 20, WMS),
    Case(breakages.bad_password, (("wms", "failed", "WMS_AUTH_001", "password"),), 20, WMS),
    Case(breakages.no_api_permission, (("wms", "failed", "WMS_PERM_001", "lgfapi_read_access"),), 20, WMS),
    Case(breakages.entity_denied, (("entity item", "failed", "WMS_ENTITY_001", "permission"),), 20),
    Case(breakages.entity_misspelt, (("entity ordr_dtl", "failed", "order_dtl", "EXTRA_ENTITIES"),), 20),
    Case(breakages.wms_clock_ahead, (("clock", "warn", "3,6", "NTP"),), 0),
    Case(breakages.wms_overloaded, (("wms", "failed", "WMS_HTTP_002", "later"),), 20, WMS),
    Case(breakages.a_login_page_answers, (("wms", "failed", "WMS_PROTO_002", "GRUPONOS_WMS__BASE_URL"),), 20, WMS),
    Case(breakages.one_entity_fails, (("entity item", "failed", "WMS_HTTP_002", "later"),), 20),
    Case(breakages.not_a_database, (("target", "failed", "WMS_TGT_003", "PATH"), DBT), 30, frozenset({"tables"})),
    Case(
        breakages.file_where_a_directory_should_be,
        (("target", "failed", "WMS_TGT_001", "PATH"), DBT),
        30,
        frozenset({"tables"}),
    ),
    Case(breakages.foreign_table_of_our_name, (("tables", "failed", "elt_doctor", ""),), 30),
    Case(breakages.profile_leads_nowhere, (("dbt", "failed", "WMS_DBT_001", "profiles.yml"),), 30),
    Case(breakages.profile_without_us, (("dbt", "failed", "WMS_DBT_001", ""),), 30),
    Case(breakages.profile_of_another_file, (("dbt", "failed", "other.duckdb, not", "profiles.yml.example"),), 10),
    Case(
        breakages.profile_of_another_schema,
        (("dbt", "failed", "schema is analytics, not wms", "profiles.yml.example"),),
        10,
    ),
    Case(breakages.directory_without_our_project, (("dbt", "failed", "WMS_DBT_008", "DBT_PROJECT_DIR"),), 10),
    Case(breakages.disk_full, (("disk", "failed", "0.0 GiB", "Free"),), 10),
    Case(breakages.disk_nearly_full, (("disk", "warn", "1.0 GiB", "initial load"),), 0),
    Case(
        breakages.work_directory_is_a_file,
        (("work directory", "failed", "work", "WORK_DIR"), ("dbt", "failed", "WMS_DBT_005", "WORK_DIR")),
        10,
        frozenset({"disk"}),
    ),
    Case(breakages.package_of_another_release, (("versions", "failed", "dlt 1.30.2", "make setup"),), 10),
)
ON_ORACLE = tuple(
    replace(case, oracle=True)
    for case in (
        Case(breakages.oracle_down, (("target", "failed", "WMS_TGT_101", "listener"), DBT), 30, TARGET),
        Case(breakages.oracle_password, (("target", "failed", "WMS_TGT_102", "ORACLE_PASSWORD"), DBT), 30, TARGET),
        Case(breakages.oracle_account_locked, (("target", "failed", "ORA-28000", "unlock"), DBT), 30, TARGET),
        Case(breakages.no_create_session, (("target", "failed", "ORA-01045", "grants"), DBT), 30, TARGET),
        Case(breakages.no_create_view, (("grants", "failed", "create view", "grant create view to wms_elt;"),), 30),
        Case(
            breakages.no_create_table,
            (
                ("grants", "failed", "create table", "grant create table to wms_elt;"),
                ("tables", "failed", "ORA-01031", "grants"),
            ),
            30,
        ),
        Case(
            breakages.no_quota,
            (
                ("quota", "failed", "No quota on USERS", "alter user wms_elt quota unlimited on users;"),
                ("tables", "failed", "ORA-01950", "grants"),
            ),
            30,
        ),
        Case(
            breakages.quota_used_up,
            (("quota", "failed", "0.0 of 5.0 GiB", "alter user"), ("tables", "failed", "ORA-01536", "quota")),
            30,
        ),
        Case(breakages.quota_nearly_used_up, (("quota", "warn", "1.0 of 5.0 GiB", "alter user"),), 0),
        Case(breakages.tablespace_full, (("tables", "failed", "ORA-01653", "tablespace"),), 30),
        Case(breakages.another_session_holds_a_lock, (("tables", "failed", "ORA-00054", "again"),), 30),
        Case(breakages.session_killed_between, (("tables", "failed", "ORA-00028", "again"),), 30),
        Case(breakages.old_release, (("database release", "failed", "12.2.0.1.0", "19c"),), 30),
        Case(
            breakages.standby,
            (("database role", "failed", "PHYSICAL STANDBY", "primary"), ("tables", "failed", "ORA-16000", "")),
            10,
        ),
        Case(breakages.compatible_too_low, (("compatible", "failed", "12.1.0.2.0", "COMPATIBLE"),), 30),
        Case(breakages.linguistic_comparison, (("text comparison", "warn", "NLS_COMP=LINGUISTIC", "BINARY"),), 0),
        Case(breakages.linguistic_sort, (("text comparison", "warn", "NLS_SORT=GERMAN", "BINARY"),), 0),
        Case(breakages.comparison_not_kept, (("text comparison", "failed", "NLS_SORT=BINARY_CI", "proxy"),), 30),
        Case(breakages.cesu8_character_set, (("character set", "warn", "UTF8", "AL32UTF8"),), 0),
        Case(breakages.eight_bit_character_set, (("character set", "warn", "WE8MSWIN1252", "AL32UTF8"),), 0),
        Case(breakages.another_db_name, (("database name", "failed", "WMSDB", "ORACLE_DB_NAME=WMSDB"),), 10),
        Case(
            breakages.profile_of_another_service,
            (("dbt", "failed", "service is orclpdb2, not orclpdb1", "example"),),
            10,
        ),
        Case(
            breakages.profile_of_another_owner, (("dbt", "failed", "schema is analytics, not wms_elt", "example"),), 10
        ),
        Case(
            breakages.profile_of_another_db_name, (("dbt", "failed", "database is orclpdb1, not wmsdb", "example"),), 10
        ),
        Case(
            breakages.profile_of_another_db_name_and_none_set,
            (("dbt", "failed", "database is orclpdb1, not wmsdb", "example"),),
            10,
        ),
        Case(breakages.profile_for_duckdb, (("dbt", "failed", "type is duckdb, not oracle", "example"),), 10),
        Case(breakages.zone_not_kept, (("session time zone", "failed", "Sao_Paulo", "proxy"),), 30),
        Case(breakages.database_clock_ahead, (("database clock", "warn", "900", "NTP"),), 0),
        Case(breakages.autonomous_for_analytics, (("autonomous database", "warn", "by column", "nocompress"),), 0),
        Case(breakages.autonomous_parallel_service, (("autonomous database", "warn", "mydb_high", "_low"),), 0),
        Case(breakages.index_of_raw_missing, (("indexes", "warn", "item_ix3 on item", "make elt"),), 0),
        Case(
            breakages.indexes_on_a_backup,
            (
                ("indexes", "warn", "ix_stg_wms__item__read_order on stg_wms__item", "make elt"),
                ("leftovers", "warn", "stg_wms__item__dbt_backup", "make dbt"),
            ),
            0,
        ),
        Case(breakages.temporary_table_left, (("leftovers", "warn", "o$pt_orders123456123456", "make dbt"),), 0),
        Case(
            breakages.index_unusable, (("indexes", "failed", "item_ix2", "alter index wms_elt.item_ix2 rebuild;"),), 30
        ),
    )
)


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    with serve_in_thread(SimulatorConfig(), clock=Clock()) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: RunningSimulator) -> Iterator[RunningSimulator]:
    yield running
    running.faults.clear()
    running.clock.skew = timedelta(0)
    running.set_profile(UserProfile())


def names(checks: list[Check]) -> set[str]:
    return {check.name for check in checks}


def checked(settings: Settings) -> list[Check]:
    """Return the results except that of the discovery, which no setup here has, and which fails no setup."""
    checks = list(run_checks(settings))
    return [check for check in checks if (check.name, check.status) != ("discovery", "skipped")]


@pytest.mark.parametrize("oracle", [False, True], ids=["duckdb", "oracle"])
def test_valid_configuration_passes_all_checks(
    oracle: bool, simulator: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = checked(sound(simulator, tmp_path, monkeypatch, oracle=oracle).settings())
    assert [check for check in checks if check.status != "ok" or check.hint or check.exit_code] == []
    expected = (
        {"versions", "disk", "wms", "target", "tables", "dbt", "files", "source"}
        | WMS
        | (FACTS if oracle else {"damage"})
    )
    assert names(checks) == expected


@pytest.mark.parametrize("case", [*ON_DUCKDB, *ON_ORACLE], ids=str)
def test_misconfiguration_is_reported_with_hint_and_nothing_else(
    case: Case, simulator: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = sound(simulator, tmp_path, monkeypatch, oracle=case.oracle)
    case.breaks(setup)
    checks = checked(setup.settings())
    found = [check for check in checks if check.status != "ok"]
    assert [(check.name, check.status) for check in found] == [finding[:2] for finding in case.findings], found
    for check, (_, _, message, hint) in zip(found, case.findings, strict=True):
        assert message.lower() in check.message.lower()
        assert check.hint
        assert hint.lower() in check.hint.lower()
        assert "\n" not in check.message + check.hint
        assert "tops3cret" not in check.message + check.hint
    assert next((check.exit_code for check in checks if check.exit_code), 0) == case.exit_code
    everything = {"versions", "disk", "wms", "target", "tables", "dbt"} | WMS | (FACTS if case.oracle else frozenset())
    assert names(checks) | names(found) >= everything - case.absent
    assert not names(checks) & case.absent
