"""The doctor tells the truth: of each broken set-up it names what is broken, what to do, and nothing else."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from loader.doctor import Check, diagnose, machine
from loader.simulator import Clock, Fault, Rule, RunningSimulator, SimulatorConfig, UserProfile, serve_in_thread
from loader.target import open_target
from tests.doctor.setup import ROOT, Setup, sound
from tests.oracle_double.catalogue import Index
from tests.oracle_double.faults import Fault as OracleFault

Usage = namedtuple("Usage", "total used free")
GIB = 1024**3


def bad_address(setup: Setup) -> None:
    setup.environment["GRUPONOS_WMS__BASE_URL"] = "http://127.0.0.1:9/sim"


def bad_password(setup: Setup) -> None:
    setup.environment["GRUPONOS_WMS__PASSWORD"] = "tops3cret-and-wrong"


def no_api_permission(setup: Setup) -> None:
    setup.simulator.set_profile(UserProfile(read_access=False))


def entity_denied(setup: Setup) -> None:
    setup.simulator.set_profile(UserProfile(denied_entities=frozenset({"item"})))


def entity_misspelt(setup: Setup) -> None:
    setup.environment["GRUPONOS_PIPELINE__EXTRA_ENTITIES"] = "ordr_dtl"


def wms_clock_ahead(setup: Setup) -> None:
    setup.simulator.clock.skew = timedelta(hours=1)


def wms_overloaded(setup: Setup) -> None:
    setup.simulator.faults.set([Fault("unavailable", Rule(path="lgfapi"))])


def a_login_page_answers(setup: Setup) -> None:
    setup.simulator.faults.set([Fault("login_redirect", Rule(path="lgfapi"))])


def one_entity_fails(setup: Setup) -> None:
    setup.simulator.faults.set([Fault("server_error", Rule(path="entity/item"))])


def not_a_database(setup: Setup) -> None:
    setup.database.parent.mkdir()
    setup.database.write_bytes(b"no database" * 1000)


def directory_in_the_way(setup: Setup) -> None:
    setup.database.mkdir(parents=True)


def file_where_a_directory_should_be(setup: Setup) -> None:
    setup.database.parent.write_text("")


def foreign_table_of_our_name(setup: Setup) -> None:
    setup.database.parent.mkdir()
    with duckdb.connect(str(setup.database)) as connection:
        connection.execute("create schema wms_raw")
        connection.execute("create view wms_raw.elt_doctor as select 1 as n")


def profile_leads_nowhere(setup: Setup) -> None:
    profile = "wms_elt: {target: duckdb, outputs: {duckdb: {type: duckdb, schema: wms, path: /proc/none/x.duckdb}}}"
    (setup.directory / "profiles.yml").write_text(profile)
    setup.patch.setenv("DBT_PROFILES_DIR", str(setup.directory))


def profile_without_us(setup: Setup) -> None:
    (setup.directory / "profiles.yml").write_text("another_project: {target: x, outputs: {x: {type: duckdb}}}")
    setup.patch.setenv("DBT_PROFILES_DIR", str(setup.directory))


def profile_by_hand(setup: Setup, name: str, old: str, new: str) -> None:
    """The example with the line of one name changed in the output of the target."""
    text = (ROOT / "profiles.yml.example").read_text()
    start = text.index("    oracle:\n" if setup.oracle else "    duckdb:")
    place = text.index(f"      {name}: ", start)
    end = text.index("\n", place)
    assert old in text[place:end]
    (setup.directory / "profiles.yml").write_text(f"{text[:place]}      {name}: {new}{text[end:]}")
    setup.patch.setenv("DBT_PROFILES_DIR", str(setup.directory))


def profile_of_another_file(setup: Setup) -> None:
    profile_by_hand(setup, "path", "env_var", str(setup.directory / "other.duckdb"))


def profile_of_another_schema(setup: Setup) -> None:
    profile_by_hand(setup, "schema", "env_var", "analytics")


def profile_of_another_service(setup: Setup) -> None:
    profile_by_hand(setup, "service", "env_var", "ORCLPDB2")


def profile_of_another_owner(setup: Setup) -> None:
    profile_by_hand(setup, "schema", "env_var", "analytics")


def profile_of_another_db_name(setup: Setup) -> None:
    profile_by_hand(setup, "database", "env_var", "ORCLPDB1")


def profile_of_another_db_name_and_none_set(setup: Setup) -> None:
    del setup.environment["GRUPONOS_TARGET__ORACLE_DB_NAME"]
    profile_by_hand(setup, "database", "env_var", "ORCLPDB1")


def profile_for_duckdb(setup: Setup) -> None:
    path = setup.directory / "x.duckdb"
    profile = f"wms_elt: {{target: d, outputs: {{d: {{type: duckdb, schema: wms, path: {path}}}}}}}"
    (setup.directory / "profiles.yml").write_text(profile)
    setup.patch.setenv("DBT_PROFILES_DIR", str(setup.directory))


def run_elsewhere(setup: Setup) -> None:
    setup.patch.chdir(setup.directory)


def disk_full(setup: Setup) -> None:
    setup.patch.setattr(machine.shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 10**7))


def disk_nearly_full(setup: Setup) -> None:
    setup.patch.setattr(machine.shutil, "disk_usage", lambda _: Usage(10**12, 10**12, GIB))


def work_directory_is_a_file(setup: Setup) -> None:
    (setup.directory / "work").write_text("")


def package_of_another_release(setup: Setup) -> None:
    real = machine.version
    setup.patch.setattr(machine, "version", lambda name: "1.30.2" if name == "dlt" else real(name))


def oracle_down(setup: Setup) -> None:
    setup.server.stop()


def oracle_password(setup: Setup) -> None:
    setup.environment["GRUPONOS_TARGET__ORACLE_PASSWORD"] = "tops3cret-and-wrong"


def oracle_account_locked(setup: Setup) -> None:
    setup.server.instance.locked = True


def no_create_session(setup: Setup) -> None:
    setup.server.instance.privileges.remove("CREATE SESSION")


def no_create_view(setup: Setup) -> None:
    setup.server.instance.privileges.remove("CREATE VIEW")


def no_create_table(setup: Setup) -> None:
    setup.server.instance.privileges.remove("CREATE TABLE")


def no_quota(setup: Setup) -> None:
    setup.server.instance.quota = None


def quota_used_up(setup: Setup) -> None:
    setup.server.instance.quota = setup.server.instance.used = 5 * GIB


def quota_nearly_used_up(setup: Setup) -> None:
    setup.server.instance.quota, setup.server.instance.used = 5 * GIB, 4 * GIB


def tablespace_full(setup: Setup) -> None:
    setup.server.faults.plan(OracleFault("ORA-01653", 1, r"insert into wms_elt\.elt_doctor"))


def another_session_holds_a_lock(setup: Setup) -> None:
    setup.server.faults.plan(OracleFault("ORA-00054", 1, r"drop table wms_elt\.elt_doctor"))


def session_killed_between(setup: Setup) -> None:
    setup.server.faults.plan(OracleFault("ORA-00028", 1, r"create table wms_elt\.elt_doctor"))


def old_release(setup: Setup) -> None:
    setup.server.instance.version = "12.2.0.1.0"


def standby(setup: Setup) -> None:
    setup.server.instance.role = "PHYSICAL STANDBY"


def eight_bit_character_set(setup: Setup) -> None:
    setup.server.instance.character_set = "WE8MSWIN1252"


def another_db_name(setup: Setup) -> None:
    setup.environment["GRUPONOS_TARGET__ORACLE_DB_NAME"] = "ORCLPDB1"


def zone_not_kept(setup: Setup) -> None:
    setup.server.instance.keeps_zone = True


def database_clock_ahead(setup: Setup) -> None:
    setup.server.instance.clock_skew_s = 900


def index_unusable(setup: Setup) -> None:
    with open_target(setup.settings()) as target:
        target.execute("create table wms_elt.item (read_order number(19))")
    setup.server.catalogue.add_index(Index("WMS_ELT", "ITEM_IX2", "ITEM", ("READ_ORDER",), False, usable=False))


@dataclass(frozen=True)
class Case:
    """What one broken thing does to the findings.

    Args:
        findings: of the checks that are not ok, in order: name, status, a part of the finding, a part of the advice.
        exit_code: of the command.
        absent: checks that cannot be made any more.
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
        *("session time zone", "database clock", "indexes"),
    }
)
TARGET = FACTS | {"tables"}
DBT = ("dbt", "failed", "WMS_DBT_001", "")

ON_DUCKDB = (
    Case(bad_address, (("wms", "failed", "WMS_CONN_001", "wms.base_url"),), 20, WMS),
    Case(bad_password, (("wms", "failed", "WMS_AUTH_001", "password"),), 20, WMS),
    Case(no_api_permission, (("wms", "failed", "WMS_PERM_001", "lgfapi_read_access"),), 20, WMS),
    Case(entity_denied, (("entity item", "failed", "WMS_ENTITY_001", "permission"),), 20),
    Case(entity_misspelt, (("entity ordr_dtl", "failed", "order_dtl", "extra_entities"),), 20),
    Case(wms_clock_ahead, (("clock", "warn", "differ by 3,", "NTP"),), 0),
    Case(wms_overloaded, (("wms", "failed", "WMS_HTTP_002", "later"),), 20, WMS),
    Case(a_login_page_answers, (("wms", "failed", "WMS_PROTO_002", "wms.base_url"),), 20, WMS),
    Case(one_entity_fails, (("entity item", "failed", "WMS_HTTP_002", "later"),), 20),
    Case(not_a_database, (("target", "failed", "WMS_TGT_003", "PATH"), DBT), 30, frozenset({"tables"})),
    Case(directory_in_the_way, (("target", "failed", "WMS_TGT_001", "PATH"), DBT), 30, frozenset({"tables"})),
    Case(
        file_where_a_directory_should_be,
        (("target", "failed", "WMS_TGT_001", "PATH"), DBT),
        30,
        frozenset({"tables"}),
    ),
    Case(foreign_table_of_our_name, (("tables", "failed", "elt_doctor", ""),), 30),
    Case(profile_leads_nowhere, (("dbt", "failed", "WMS_DBT_001", "profiles.yml"),), 30),
    Case(profile_without_us, (("dbt", "failed", "WMS_DBT_001", ""),), 30),
    Case(profile_of_another_file, (("dbt", "failed", "other.duckdb, not", "profiles.yml.example"),), 10),
    Case(profile_of_another_schema, (("dbt", "failed", "schema is analytics, not wms", "profiles.yml.example"),), 10),
    Case(run_elsewhere, (("dbt", "failed", "WMS_DBT_005", "Makefile"),), 10),
    Case(disk_full, (("disk", "failed", "0.0 GiB", "Free"),), 10),
    Case(disk_nearly_full, (("disk", "warn", "1.0 GiB", "first full load"),), 0),
    Case(
        work_directory_is_a_file,
        (("work directory", "failed", "work", "WORK_DIR"), ("dbt", "failed", "WMS_DBT_005", "WORK_DIR")),
        10,
        frozenset({"disk"}),
    ),
    Case(package_of_another_release, (("versions", "failed", "dlt 1.30.2", "make setup"),), 10),
)
ON_ORACLE = tuple(
    replace(case, oracle=True)
    for case in (
        Case(oracle_down, (("target", "failed", "WMS_TGT_101", "listener"), DBT), 30, TARGET),
        Case(oracle_password, (("target", "failed", "WMS_TGT_102", "ORACLE_PASSWORD"), DBT), 30, TARGET),
        Case(oracle_account_locked, (("target", "failed", "ORA-28000", "unlocks"), DBT), 30, TARGET),
        Case(no_create_session, (("target", "failed", "ORA-01045", "grants"), DBT), 30, TARGET),
        Case(no_create_view, (("grants", "failed", "create view", "grant create view to wms_elt;"),), 30),
        Case(
            no_create_table,
            (
                ("grants", "failed", "create table", "grant create table to wms_elt;"),
                ("tables", "failed", "ORA-01031", "grants"),
            ),
            30,
        ),
        Case(
            no_quota,
            (
                ("quota", "failed", "none on USERS", "alter user wms_elt quota unlimited on users;"),
                ("tables", "failed", "ORA-01950", "grants"),
            ),
            30,
        ),
        Case(
            quota_used_up,
            (("quota", "failed", "0.0 of 5.0 GiB", "alter user"), ("tables", "failed", "ORA-01536", "quota")),
            30,
        ),
        Case(quota_nearly_used_up, (("quota", "warn", "1.0 of 5.0 GiB", "alter user"),), 0),
        Case(tablespace_full, (("tables", "failed", "ORA-01653", "tablespace"),), 30),
        Case(another_session_holds_a_lock, (("tables", "failed", "ORA-00054", "again"),), 30),
        Case(session_killed_between, (("tables", "failed", "ORA-00028", "again"),), 30),
        Case(old_release, (("database release", "failed", "12.2.0.1.0", "19c"),), 30),
        Case(
            standby,
            (("database role", "failed", "PHYSICAL STANDBY", "primary"), ("tables", "failed", "ORA-16000", "")),
            10,
        ),
        Case(eight_bit_character_set, (("character set", "warn", "WE8MSWIN1252", "AL32UTF8"),), 0),
        Case(another_db_name, (("database name", "failed", "WMSDB", "ORACLE_DB_NAME=WMSDB"),), 10),
        Case(profile_of_another_service, (("dbt", "failed", "service is orclpdb2, not orclpdb1", "example"),), 10),
        Case(profile_of_another_owner, (("dbt", "failed", "schema is analytics, not wms_elt", "example"),), 10),
        Case(profile_of_another_db_name, (("dbt", "failed", "database is orclpdb1, not wmsdb", "example"),), 10),
        Case(
            profile_of_another_db_name_and_none_set,
            (("dbt", "failed", "database is orclpdb1, not wmsdb", "example"),),
            10,
        ),
        Case(profile_for_duckdb, (("dbt", "failed", "type is duckdb, not oracle", "example"),), 10),
        Case(zone_not_kept, (("session time zone", "failed", "Sao_Paulo", "proxy"),), 30),
        Case(database_clock_ahead, (("database clock", "warn", "900", "NTP"),), 0),
        Case(index_unusable, (("indexes", "failed", "item_ix2", "alter index wms_elt.item_ix2 rebuild;"),), 30),
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


@pytest.mark.parametrize("oracle", [False, True], ids=["duckdb", "oracle"])
def test_of_a_sound_set_up_nothing_is_said_against(
    oracle: bool, simulator: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = list(diagnose(sound(simulator, tmp_path, monkeypatch, oracle=oracle).settings()))
    assert [check for check in checks if check.status != "ok" or check.advice or check.exit_code] == []
    expected = {"versions", "disk", "wms", "target", "tables", "dbt"} | WMS | (FACTS if oracle else frozenset())
    assert names(checks) == expected


@pytest.mark.parametrize("case", [*ON_DUCKDB, *ON_ORACLE], ids=str)
def test_a_broken_set_up_is_told_from_all_others(
    case: Case, simulator: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = sound(simulator, tmp_path, monkeypatch, oracle=case.oracle)
    case.breaks(setup)
    checks = list(diagnose(setup.settings()))
    found = [check for check in checks if check.status != "ok"]
    assert [(check.name, check.status) for check in found] == [finding[:2] for finding in case.findings], found
    for check, (_, _, finding, advice) in zip(found, case.findings, strict=True):
        assert finding in check.finding
        assert check.advice
        assert advice in check.advice
        assert "\n" not in check.finding + check.advice
        assert "tops3cret" not in check.finding + check.advice
    assert next((check.exit_code for check in checks if check.exit_code), 0) == case.exit_code
    everything = {"versions", "disk", "wms", "target", "tables", "dbt"} | WMS | (FACTS if case.oracle else frozenset())
    assert names(checks) | names(found) >= everything - case.absent
    assert not names(checks) & case.absent
