"""Misconfigurations, one per function."""

from __future__ import annotations

from collections import namedtuple
from datetime import timedelta

import duckdb

from loader.doctor import machine
from loader.simulator import Fault, Rule, UserProfile
from loader.warehouse import open_warehouse
from tests.integration.doctor.setup import ROOT, Setup
from tests.support.oracle_double.catalogue import Index
from tests.support.oracle_double.faults import Fault as OracleFault

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
    # 30 s more, because the time since the response counts against the difference
    setup.simulator.clock.skew = timedelta(hours=1, seconds=30)


def wms_overloaded(setup: Setup) -> None:
    setup.simulator.faults.set([Fault("unavailable", Rule(path="lgfapi"))])


def a_login_page_answers(setup: Setup) -> None:
    setup.simulator.faults.set([Fault("login_redirect", Rule(path="lgfapi"))])


def one_entity_fails(setup: Setup) -> None:
    setup.simulator.faults.set([Fault("server_error", Rule(path="entity/item"))])


def not_a_database(setup: Setup) -> None:
    setup.database.parent.mkdir()
    setup.database.write_bytes(b"no database" * 1000)
    setup.database.chmod(0o600)


def file_where_a_directory_should_be(setup: Setup) -> None:
    setup.database.parent.write_text("")


def foreign_table_of_our_name(setup: Setup) -> None:
    setup.database.parent.mkdir()
    with duckdb.connect(str(setup.database)) as connection:
        connection.execute("create schema wms_raw")
        connection.execute("create view wms_raw.elt_doctor as select 1 as n")
    setup.database.chmod(0o600)


def profile_leads_nowhere(setup: Setup) -> None:
    profile = "wms_elt: {target: duckdb, outputs: {duckdb: {type: duckdb, schema: wms, path: /proc/none/x.duckdb}}}"
    (setup.directory / "profiles.yml").write_text(profile)
    setup.environment["GRUPONOS_TARGET__DBT_PROFILES_DIR"] = str(setup.directory)


def profile_without_us(setup: Setup) -> None:
    (setup.directory / "profiles.yml").write_text("another_project: {target: x, outputs: {x: {type: duckdb}}}")
    setup.environment["GRUPONOS_TARGET__DBT_PROFILES_DIR"] = str(setup.directory)


def profile_by_hand(setup: Setup, name: str, old: str, new: str) -> None:
    """Write profiles.yml from the example, with one line of the target's output changed."""
    text = (ROOT / "profiles.yml.example").read_text()
    start = text.index("    oracle:\n" if setup.oracle else "    duckdb:")
    place = text.index(f"      {name}: ", start)
    end = text.index("\n", place)
    assert old in text[place:end]
    (setup.directory / "profiles.yml").write_text(f"{text[:place]}      {name}: {new}{text[end:]}")
    setup.environment["GRUPONOS_TARGET__DBT_PROFILES_DIR"] = str(setup.directory)


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
    setup.environment["GRUPONOS_TARGET__DBT_PROFILES_DIR"] = str(setup.directory)


def directory_without_our_project(setup: Setup) -> None:
    setup.environment["GRUPONOS_TARGET__DBT_PROJECT_DIR"] = str(setup.directory)


def disk_full(setup: Setup) -> None:
    setup.patch.setattr(machine.shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 10**7))


def disk_nearly_full(setup: Setup) -> None:
    setup.patch.setattr(machine.shutil, "disk_usage", lambda _: Usage(10**12, 10**12, GIB))


def work_directory_is_a_file(setup: Setup) -> None:
    (setup.directory / "work").touch(0o600)


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


def cesu8_character_set(setup: Setup) -> None:
    setup.server.instance.character_set = "UTF8"


def compatible_too_low(setup: Setup) -> None:
    setup.server.instance.compatible = "12.1.0.2.0"


def linguistic_comparison(setup: Setup) -> None:
    setup.server.instance.nls["NLS_COMP"] = "LINGUISTIC"


def linguistic_sort(setup: Setup) -> None:
    setup.server.instance.nls["NLS_SORT"] = "GERMAN"


def comparison_not_kept(setup: Setup) -> None:
    setup.server.instance.nls |= {"NLS_COMP": "LINGUISTIC", "NLS_SORT": "BINARY_CI"}
    setup.server.instance.keeps_nls = True


def another_db_name(setup: Setup) -> None:
    setup.environment["GRUPONOS_TARGET__ORACLE_DB_NAME"] = "ORCLPDB1"


def zone_not_kept(setup: Setup) -> None:
    setup.server.instance.keeps_zone = True


def autonomous_for_analytics(setup: Setup) -> None:
    setup.server.instance.cloud_service = "DWCS"


def autonomous_parallel_service(setup: Setup) -> None:
    setup.server.instance.cloud_service = "OLTP"
    setup.server.instance.service = "mydb_high.adb.oraclecloud.com"


def database_clock_ahead(setup: Setup) -> None:
    setup.server.instance.clock_skew_s = 900


def _execute(setup: Setup, *statements: str) -> None:
    with open_warehouse(setup.settings()) as target:
        for statement in statements:
            target.execute(statement)


def index_of_raw_missing(setup: Setup) -> None:
    raw = "create table wms_elt.item (entity_id number(19), doc blob, read_order number(19))"
    _execute(setup, raw, "create index wms_elt.item_ix2 on wms_elt.item (read_order)")


def indexes_on_a_backup(setup: Setup) -> None:
    columns = "(item_id number(19), read_order number(19))"
    _execute(
        setup,
        f"create table wms_elt.stg_wms__item {columns}",
        f"create table wms_elt.stg_wms__item__dbt_backup {columns}",
        "create unique index wms_elt.ix_stg_wms__item__item_id on wms_elt.stg_wms__item (item_id)",
        "create index wms_elt.ix_stg_wms__item__read_order on wms_elt.stg_wms__item__dbt_backup (read_order)",
    )


def temporary_table_left(setup: Setup) -> None:
    _execute(setup, "create global temporary table o$pt_orders123456123456 (a number) on commit preserve rows")


def index_unusable(setup: Setup) -> None:
    with open_warehouse(setup.settings()) as target:
        target.execute("create table wms_elt.item (read_order number(19))")
    setup.server.catalogue.add_index(Index("WMS_ELT", "ITEM_IX2", "ITEM", ("READ_ORDER",), False, usable=False))
