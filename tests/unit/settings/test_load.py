from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from loader.errors import ConfigError
from loader.settings import Settings, WmsSettings, load_settings

WMS = {
    "GRUPONOS_WMS__BASE_URL": "https://a1.wms.example.com/gnos",
    "GRUPONOS_WMS__USERNAME": "extract",
    "GRUPONOS_WMS__PASSWORD": "s3cr3t-basic",
}
ORACLE = {
    "GRUPONOS_TARGET__KIND": "oracle",
    "GRUPONOS_TARGET__ORACLE_USER": "wms_elt",
    "GRUPONOS_TARGET__ORACLE_PASSWORD": "s3cr3t-oracle",
    "GRUPONOS_TARGET__ORACLE_HOST": "db.example.com",
    "GRUPONOS_TARGET__ORACLE_SERVICE": "ORCLPDB1",
}
SECRETS = ("s3cr3t-basic", "s3cr3t-oracle")


def without(env: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in env.items() if not name.endswith(names)}


def test_no_settings_select_simulator_and_duckdb() -> None:
    settings = load_settings({}, None)
    assert settings == Settings()
    assert settings.uses_simulator
    assert settings.target.kind == "duckdb"


def test_values_of_every_type_are_read() -> None:
    settings = load_settings(
        {
            **WMS,
            **ORACLE,
            "GRUPONOS_WMS__PAGE_SIZE": "500",
            "GRUPONOS_WMS__READ_TIMEOUT": "60",
            "GRUPONOS_WMS__FACILITY_CODES": "DC01, DC02,DC01,",
            "GRUPONOS_TARGET__ORACLE_DIRECT_PATH": "true",
            "GRUPONOS_PIPELINE__ENTITIES": "order_hdr,order_dtl",
            "GRUPONOS_PIPELINE__EXTRA_ENTITIES": "vendor, order_hdr",
            "GRUPONOS_PIPELINE__START_DATE": "2025-01-31",
            "GRUPONOS_PIPELINE__EXCLUDE_FIELDS": "order_hdr:cust_email, cust_phone_nbr; item:notes",
            "GRUPONOS_PIPELINE__WORK_DIR": "/var/lib/wms",
        },
        None,
    )
    assert not settings.uses_simulator
    assert settings.wms.facility_codes == ("DC01", "DC02")
    assert (settings.wms.page_size, settings.wms.read_timeout) == (500, 60.0)
    assert settings.wms.password is not None
    assert settings.wms.password.get_secret_value() == "s3cr3t-basic"
    assert settings.target.oracle_direct_path is True
    assert settings.pipeline.all_entities == ("order_hdr", "order_dtl", "vendor")
    assert settings.pipeline.start_date == date(2025, 1, 31)
    assert settings.pipeline.exclude_fields == {"order_hdr": ("cust_email", "cust_phone_nbr"), "item": ("notes",)}
    assert settings.pipeline.work_dir == Path("/var/lib/wms")


def test_token_url_defaults_to_the_wms() -> None:
    oauth = {**without(WMS, "USERNAME", "PASSWORD"), "GRUPONOS_WMS__AUTH": "oauth2"}
    oauth |= {"GRUPONOS_WMS__CLIENT_ID": "c", "GRUPONOS_WMS__CLIENT_SECRET": "s3cr3t-client"}
    assert load_settings(oauth, None).wms.token_url == "https://a1.wms.example.com/gnos/api/oauth2/token/"
    given = {**oauth, "GRUPONOS_WMS__TOKEN_URL": "https://idcs.example.com/oauth2/v1/token"}
    assert load_settings(given, None).wms.token_url == "https://idcs.example.com/oauth2/v1/token"


def test_environment_overrides_file_and_empty_is_unset(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "GRUPONOS_WMS__PAGE_SIZE=100\nexport GRUPONOS_WMS__RETRIES='3'  # comment\nGRUPONOS_WMS__SCOPE=\nOTHER=x\n"
    )
    settings = load_settings({"GRUPONOS_WMS__PAGE_SIZE": "200", "GRUPONOS_PIPELINE__NAME": " "}, file)
    assert (settings.wms.page_size, settings.wms.retries, settings.wms.scope) == (200, 3, None)
    assert settings.pipeline.name == "wms"


def test_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUPONOS_WMS__PAGE_SIZE", "333")
    assert load_settings(env_file=None).wms.page_size == 333


def test_variable_names_are_case_insensitive() -> None:
    assert load_settings({"gruponos_wms__page_size": "444"}, None).wms.page_size == 444


def test_settings_are_immutable_and_ignore_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUPONOS_WMS__PAGE_SIZE", "333")
    settings = Settings(wms=WmsSettings(page_size=50))
    assert settings.wms.page_size == 50
    with pytest.raises(ValidationError):
        settings.wms.page_size = 60


TOMORROW = str(date.today() + timedelta(days=2))  # noqa: DTZ011 - two days ahead, so the time zone does not matter

BROKEN: list[tuple[str, dict[str, str], str, list[str]]] = [
    ("page too big", {"GRUPONOS_WMS__PAGE_SIZE": "5000"}, "WMS_CONF_001", ["WMS__PAGE_SIZE", "1250"]),
    ("page too small", {"GRUPONOS_WMS__PAGE_SIZE": "1"}, "WMS_CONF_001", ["WMS__PAGE_SIZE", "25"]),
    ("page no number", {"GRUPONOS_WMS__PAGE_SIZE": "many"}, "WMS_CONF_001", ["WMS__PAGE_SIZE"]),
    ("concurrency", {"GRUPONOS_WMS__CONCURRENCY": "9"}, "WMS_CONF_001", ["WMS__CONCURRENCY", "8"]),
    ("timeout zero", {"GRUPONOS_WMS__CONNECT_TIMEOUT": "0"}, "WMS_CONF_001", ["WMS__CONNECT_TIMEOUT"]),
    ("retries", {"GRUPONOS_WMS__RETRIES": "-1"}, "WMS_CONF_001", ["WMS__RETRIES"]),
    ("auth", {"GRUPONOS_WMS__AUTH": "digest"}, "WMS_CONF_001", ["WMS__AUTH", "basic", "oauth2"]),
    ("grant", {"GRUPONOS_WMS__GRANT": "implicit"}, "WMS_CONF_001", ["WMS__GRANT", "client_credentials"]),
    ("api version", {"GRUPONOS_WMS__API_VERSION": "10"}, "WMS_CONF_001", ["WMS__API_VERSION"]),
    ("no url", {**WMS, "GRUPONOS_WMS__BASE_URL": "wms"}, "WMS_CONF_001", ["WMS__BASE_URL", "https://"]),
    ("no host", {**WMS, "GRUPONOS_WMS__BASE_URL": "https:///x"}, "WMS_CONF_001", ["WMS__BASE_URL"]),
    ("bad port", {**WMS, "GRUPONOS_WMS__BASE_URL": "https://h:x/e"}, "WMS_CONF_001", ["WMS__BASE_URL"]),
    ("clear text", {**WMS, "GRUPONOS_WMS__BASE_URL": "http://wms.example.com/e"}, "WMS_CONF_001", ["https://"]),
    ("login in url", {**WMS, "GRUPONOS_WMS__BASE_URL": "https://u:s3cr3t-basic@h/e"}, "WMS_CONF_001", ["BASE_URL"]),
    ("no environment", {**WMS, "GRUPONOS_WMS__BASE_URL": "https://wms.example.com"}, "WMS_CONF_001", ["environment"]),
    ("api path", {**WMS, "GRUPONOS_WMS__BASE_URL": "https://h/e/wms/lgfapi/v10"}, "WMS_CONF_001", ["/wms/lgfapi"]),
    ("query", {**WMS, "GRUPONOS_WMS__BASE_URL": "https://h/e?x=1"}, "WMS_CONF_001", ["WMS__BASE_URL"]),
    ("token url", {**WMS, "GRUPONOS_WMS__TOKEN_URL": "ftp://h/t"}, "WMS_CONF_001", ["WMS__TOKEN_URL"]),
    ("no ca file", {"GRUPONOS_WMS__CA_FILE": "/nowhere/ca.pem"}, "WMS_CONF_001", ["WMS__CA_FILE", "no such file"]),
    ("scale", {"GRUPONOS_WMS__SIMULATOR_SCALE": "10"}, "WMS_CONF_001", ["WMS__SIMULATOR_SCALE"]),
    ("no password", without(WMS, "PASSWORD"), "WMS_CONF_003", ["WMS__PASSWORD is missing", "example"]),
    ("no user", without(WMS, "USERNAME"), "WMS_CONF_003", ["WMS__USERNAME is missing"]),
    ("no url but user", without(WMS, "BASE_URL"), "WMS_CONF_003", ["WMS__BASE_URL is missing", "username"]),
    ("no client", {**WMS, "GRUPONOS_WMS__AUTH": "oauth2"}, "WMS_CONF_003", ["CLIENT_ID", "CLIENT_SECRET"]),
    (
        "password grant without a user",
        {
            "GRUPONOS_WMS__BASE_URL": "https://h/e",
            "GRUPONOS_WMS__AUTH": "oauth2",
            "GRUPONOS_WMS__GRANT": "password",
            "GRUPONOS_WMS__CLIENT_ID": "c",
            "GRUPONOS_WMS__CLIENT_SECRET": "s3cr3t-basic",
        },
        "WMS_CONF_003",
        ["WMS__USERNAME", "WMS__PASSWORD"],
    ),
    ("client without auth", {**WMS, "GRUPONOS_WMS__CLIENT_ID": "c"}, "WMS_CONF_003", ["WMS__AUTH must be set"]),
    ("target kind", {"GRUPONOS_TARGET__KIND": "mysql"}, "WMS_CONF_001", ["TARGET__KIND", "duckdb", "oracle"]),
    ("memory", {"GRUPONOS_TARGET__DUCKDB_MEMORY_LIMIT": "lots"}, "WMS_CONF_001", ["DUCKDB_MEMORY_LIMIT"]),
    ("tiny memory", {"GRUPONOS_TARGET__DUCKDB_MEMORY_LIMIT": "1KB"}, "WMS_CONF_001", ["DUCKDB_MEMORY_LIMIT"]),
    ("no memory", {"GRUPONOS_TARGET__DUCKDB_MEMORY_LIMIT": "0.000001TB"}, "WMS_CONF_001", ["DUCKDB_MEMORY_LIMIT"]),
    ("all memory", {"GRUPONOS_TARGET__DUCKDB_MEMORY_LIMIT": "999999999TB"}, "WMS_CONF_001", ["DUCKDB_MEMORY_LIMIT"]),
    ("reserved", {"GRUPONOS_TARGET__RAW_SCHEMA": "select"}, "WMS_CONF_001", ["TARGET__RAW_SCHEMA", "reserved"]),
    ("system", {"GRUPONOS_TARGET__RAW_SCHEMA": "information_schema"}, "WMS_CONF_001", ["TARGET__RAW_SCHEMA"]),
    ("system models", {"GRUPONOS_TARGET__SCHEMA_NAME": "pg_catalog"}, "WMS_CONF_001", ["TARGET__SCHEMA_NAME"]),
    ("schema", {"GRUPONOS_TARGET__RAW_SCHEMA": "raw; drop"}, "WMS_CONF_001", ["TARGET__RAW_SCHEMA"]),
    (
        "half an oracle",
        {"GRUPONOS_TARGET__KIND": "oracle"},
        "WMS_CONF_003",
        ["ORACLE_USER", "ORACLE_HOST", "oracle_dsn"],
    ),
    ("no oracle password", without(ORACLE, "PASSWORD"), "WMS_CONF_003", ["TARGET__ORACLE_PASSWORD is missing"]),
    ("no oracle service", without(ORACLE, "SERVICE"), "WMS_CONF_003", ["TARGET__ORACLE_SERVICE is missing"]),
    ("forgotten kind", without(ORACLE, "KIND"), "WMS_CONF_003", ["TARGET__KIND must be set"]),
    ("two addresses", {**ORACLE, "GRUPONOS_TARGET__ORACLE_DSN": "tns"}, "WMS_CONF_003", ["TARGET__ORACLE_DSN"]),
    (
        "login in the dsn",
        {**without(ORACLE, "HOST", "SERVICE"), "GRUPONOS_TARGET__ORACLE_DSN": "wms/s3cr3t-oracle@db"},
        "WMS_CONF_001",
        ["TARGET__ORACLE_DSN", "must not contain"],
    ),
    (
        "password in the descriptor",
        {
            **without(ORACLE, "HOST", "SERVICE"),
            "GRUPONOS_TARGET__ORACLE_DSN": "(description=(PASSWORD = s3cr3t-oracle))",
        },
        "WMS_CONF_001",
        ["TARGET__ORACLE_DSN"],
    ),
    ("port", {**ORACLE, "GRUPONOS_TARGET__ORACLE_PORT": "99999"}, "WMS_CONF_001", ["TARGET__ORACLE_PORT"]),
    ("wallet", {**ORACLE, "GRUPONOS_TARGET__ORACLE_WALLET_DIR": "/nowhere"}, "WMS_CONF_001", ["no such directory"]),
    ("flag", {**ORACLE, "GRUPONOS_TARGET__ORACLE_DIRECT_PATH": "maybe"}, "WMS_CONF_001", ["ORACLE_DIRECT_PATH"]),
    ("no date", {"GRUPONOS_PIPELINE__START_DATE": "31/01/2025"}, "WMS_CONF_001", ["START_DATE", "2025-01-01"]),
    ("no such day", {"GRUPONOS_PIPELINE__START_DATE": "2025-02-30"}, "WMS_CONF_001", ["PIPELINE__START_DATE"]),
    ("future", {"GRUPONOS_PIPELINE__START_DATE": TOMORROW}, "WMS_CONF_001", ["must not be in the future"]),
    ("entity", {"GRUPONOS_PIPELINE__ENTITIES": "order_hdr,Order Dtl"}, "WMS_CONF_001", ["PIPELINE__ENTITIES"]),
    ("injection", {"GRUPONOS_PIPELINE__EXTRA_ENTITIES": "x;drop table y"}, "WMS_CONF_001", ["EXTRA_ENTITIES"]),
    ("our tables", {"GRUPONOS_PIPELINE__EXTRA_ENTITIES": "elt_run"}, "WMS_CONF_001", ["elt_"]),
    ("no entities", {"GRUPONOS_PIPELINE__ENTITIES": ","}, "WMS_CONF_001", ["PIPELINE__ENTITIES"]),
    ("excluded fields", {"GRUPONOS_PIPELINE__EXCLUDE_FIELDS": "item"}, "WMS_CONF_001", ["EXCLUDE_FIELDS"]),
    ("thresholds", {"GRUPONOS_PIPELINE__QUALITY_WARN": "0.9"}, "WMS_CONF_003", ["QUALITY_WARN", "quality_error"]),
    ("quality", {"GRUPONOS_PIPELINE__QUALITY_ERROR": "95"}, "WMS_CONF_001", ["PIPELINE__QUALITY_ERROR"]),
    (
        "misspelt",
        {"GRUPONOS_WMS__PASWORD": "s3cr3t-basic"},
        "WMS_CONF_002",
        ["is not a known setting. Did you mean GRUPONOS_WMS__PASSWORD?"],
    ),
    ("single underscore", {"GRUPONOS_WMS_PAGE_SIZE": "5"}, "WMS_CONF_002", ["GRUPONOS_WMS__PAGE_SIZE"]),
    ("wrong section", {"GRUPONOS_SOURCE__PAGE_SIZE": "5"}, "WMS_CONF_002", ["GRUPONOS_SOURCE__PAGE_SIZE"]),
    ("a section", {"GRUPONOS_WMS": "{}"}, "WMS_CONF_002", ["GRUPONOS_WMS is not a known setting"]),
    ("too deep", {"GRUPONOS_WMS__RETRIES__MAX": "5"}, "WMS_CONF_002", ["GRUPONOS_WMS__RETRIES?"]),
    ("nothing alike", {"GRUPONOS_ZZZ": "1"}, "WMS_CONF_002", ["config reference"]),
]


@pytest.mark.parametrize(("env", "code", "said"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_invalid_setting_gives_one_error_with_its_variable(env: dict[str, str], code: str, said: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(env, None)
    text = str(caught.value)
    assert caught.value.code == code
    assert caught.value.exit_code == 10
    assert all(part in text for part in said), text
    assert not any(secret in text for secret in SECRETS)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_all_problems_are_in_one_error() -> None:
    env = {
        **without(WMS, "PASSWORD"),
        "GRUPONOS_WMS__PASWORD": "s3cr3t-basic",
        "GRUPONOS_TARGET__KIND": "oracle",
        "GRUPONOS_PIPELINE__SLICE_HOURS": "0",
    }
    with pytest.raises(ConfigError) as caught:
        load_settings(env, None)
    text = str(caught.value)
    named = ["WMS__PASWORD", "WMS__PASSWORD is missing", "ORACLE_USER", "ORACLE_PASSWORD", "ORACLE_HOST", "SLICE_HOURS"]
    assert all(name in text for name in named)
    assert caught.value.code == "WMS_CONF_001"
    assert "7 settings are missing or invalid" in text


def test_misspelled_setting_in_env_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("GRUPONOS_WMS__PAGE_SIZ=100\n")
    with pytest.raises(ConfigError, match="WMS_CONF_002"):
        load_settings({}, file)


def test_binary_env_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"GRUPONOS_WMS__PAGE_SIZE=\xff\xfe100\n")
    with pytest.raises(ConfigError, match="WMS_CONF_004"):
        load_settings({}, file)


def test_missing_env_file_is_ignored(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path / "absent") == Settings()


def test_load_settings_keeps_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("GRUPONOS_WMS__PAGE_SIZE=100\n")
    before = dict(os.environ)
    load_settings(env_file=tmp_path / ".env")
    assert dict(os.environ) == before


EXCLUDED = {
    "unknown entity": ("order_header:cust_email", "order_header, which is not read. Did you mean order_hdr?"),
    "entity that is not read": ("vendor:email", "names the entity vendor, which is not read"),
    "id": ("order_hdr:id", "must not name order_hdr:id"),
    "mod_ts": ("order_hdr:cust_email,mod_ts", "must not name order_hdr:mod_ts"),
    "create_ts": ("item:create_ts", "must not name item:create_ts"),
    "scope": ("order_hdr:facility_id,company_id", "must not name order_hdr:facility_id"),
    "parent": ("order_dtl:order_id", "must not name order_dtl:order_id"),
    "optional key": ("order_hdr:mod_ts?", "must not name order_hdr:mod_ts"),
    "second mention of an entity": ("order_hdr:id; order_hdr:cust_email", "must not name order_hdr:id"),
}


@pytest.mark.parametrize(("value", "said"), EXCLUDED.values(), ids=EXCLUDED)
def test_excluding_a_required_field_is_refused(value: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({"GRUPONOS_PIPELINE__EXCLUDE_FIELDS": value}, None)
    assert (caught.value.code, caught.value.exit_code) == ("WMS_CONF_041", 10)
    assert said in str(caught.value)


def test_excluded_fields_given_twice_are_combined() -> None:
    given = {"GRUPONOS_PIPELINE__EXCLUDE_FIELDS": "item:notes; item:long_desc?", "GRUPONOS_PIPELINE__ENTITIES": "wave"}
    assert load_settings(given, None).pipeline.exclude_fields == {"item": ("notes", "long_desc?")}


LISTS = ["WMS__FACILITY_CODES", "PIPELINE__EXTRA_ENTITIES", "PIPELINE__HISTORY_STATUSES", "PIPELINE__EXCLUDE_FIELDS"]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("value", [",", " , ,"])
def test_list_of_separators_is_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match="WMS_CONF_001"):
        load_settings({f"GRUPONOS_{name}": value}, None)


NO_FILE = [":memory:", ":memory:x", "md:wms", "motherduck:x", "s3://bucket/x.duckdb", "https://h/x.duckdb", "file:///x"]
NO_FILE += [
    "ducklake:x",
    "/",
    ".",
    "..",
    "/tmp",
    "x/",
    "/dev/null",
    "a?b/x.duckdb",
    "a\\b.duckdb",
    "a\nb.duckdb",
    "it's.duckdb",
    'a"b.duckdb',
]


@pytest.mark.parametrize("value", NO_FILE)
def test_duckdb_path_that_is_not_a_file_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match=r"WMS_CONF_001(?s:.*)GRUPONOS_TARGET__DUCKDB_PATH must"):
        load_settings({"GRUPONOS_TARGET__DUCKDB_PATH": value}, None)


def test_empty_duckdb_path_is_the_default() -> None:
    assert load_settings({"GRUPONOS_TARGET__DUCKDB_PATH": "  "}, None).target == Settings().target


@pytest.mark.parametrize("name", ["wms.duckdb", "WMS.db", "wms_raw.duckdb"])
def test_duckdb_file_named_like_schema_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="must not be named like a schema"):
        load_settings({"GRUPONOS_TARGET__DUCKDB_PATH": f"data/{name}"}, env_file=None)
