"""User errors on the command line: each has an error code and a message, and nothing is lost."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from loader.cli.main import run
from loader.simulator import Clock, Fault, RunningSimulator, SimulatorConfig, User, UserProfile, serve_in_thread
from loader.simulator.world import WorldSpec
from tests.system.runs.conftest import ORIGIN, Tenant
from tests.unit.settings.test_load import BROKEN, SECRETS
from tests.unit.wms.scripted import serve
from tests.unit.wms.test_tls import certificate, context

WRONG = "wr0ng-s3cret"
BLIND = User("blind", WRONG, UserProfile(read_access=False))
NARROW = User("narrow", WRONG, UserProfile(denied_entities=frozenset({"order_hdr"})))
LOAD = ("load",)
BACKFILL = ("backfill", "order_hdr", "--from", "2026-05-01", "--to", "2026-05-02")


@dataclass(frozen=True)
class Bad:
    """A user error.

    Args:
        env: variables that replace those of a working setup; placeholders such as ``{url}`` are filled in.
        said: parts of the output, with the same placeholders.
        faults: faults of the WMS during the command.
        prepare: name of the obstacle, see `_in_the_way`.
    """

    code: str
    exit_code: int
    said: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = LOAD
    faults: tuple[Fault, ...] = ()
    prepare: str = ""


def wms(**options: str) -> dict[str, str]:
    return {f"GRUPONOS_WMS__{name.upper()}": value for name, value in options.items()}


def oauth(**options: str) -> dict[str, str]:
    default = {"auth": "oauth2", "client_id": "elt-client", "client_secret": WRONG, "username": "", "password": ""}
    return wms(**{**default, **options})


def period(first: str, last: str, entity: str = "order_hdr") -> tuple[str, ...]:
    return ("backfill", entity, "--from", first, "--to", last)


ORACLE = {
    "GRUPONOS_TARGET__KIND": "oracle",
    "GRUPONOS_TARGET__ORACLE_USER": "wms_elt",
    "GRUPONOS_TARGET__ORACLE_PASSWORD": WRONG,
    "GRUPONOS_TARGET__ORACLE_HOST": "127.0.0.1",
    "GRUPONOS_TARGET__ORACLE_PORT": "{closed}",
    "GRUPONOS_TARGET__ORACLE_SERVICE": "ORCLPDB1",
}
DATABASE = "GRUPONOS_TARGET__DUCKDB_PATH"
WORK_DIR = "GRUPONOS_PIPELINE__WORK_DIR"

BAD = {
    "password": Bad("WMS_AUTH_001", 20, ("user and password",), wms(password=WRONG)),
    "user": Bad("WMS_AUTH_001", 20, ("does not accept",), wms(username="unknown")),
    "no permission": Bad("WMS_PERM_001", 20, ("lgfapi_read_access",), wms(username="blind", password=WRONG)),
    "denied entity": Bad("WMS_ENTITY_001", 20, ("permission",), wms(username="narrow", password=WRONG)),
    "unknown entity": Bad("WMS_ENTITY_001", 20, ("order_hdr?",), {"GRUPONOS_PIPELINE__ENTITIES": "order_hdrs"}),
    "client secret": Bad("WMS_AUTH_002", 20, ("client_secret",), oauth()),
    "client": Bad("WMS_AUTH_002", 20, ("client_id",), oauth(client_id="unknown")),
    "token url": Bad("WMS_AUTH_002", 20, ("token_url",), oauth(token_url="{url}/nowhere/")),
    "grant": Bad("WMS_AUTH_002", 20, ("grant",), oauth(grant="password", username="unknown", password=WRONG)),
    "closed port": Bad("WMS_CONN_001", 20, ("port={closed}",), wms(base_url="http://127.0.0.1:{closed}/sim")),
    "no tls there": Bad("WMS_CONN_002", 20, ("trusted TLS connection",), wms(base_url="https://127.0.0.1:{port}/sim")),
    "untrusted": Bad("WMS_CONN_002", 20, ("GRUPONOS_WMS__CA_FILE",), wms(base_url="{tls}")),
    "other host's certificate": Bad("WMS_CONN_002", 20, ("certificate is valid for",), wms(base_url="{other_tls}")),
    "environment": Bad("WMS_PROTO_002", 20, ("https://<host>/<environment>",), wms(base_url="{root}/wrong")),
    "api version": Bad("WMS_PROTO_002", 20, ("request=GET /sim/wms/lgfapi/v99",), wms(api_version="v99")),
    "login page": Bad("WMS_PROTO_002", 20, ("redirect",), faults=(Fault("login_redirect"),)),
    "never answers": Bad("WMS_CONN_003", 20, ("READ_TIMEOUT",), wms(read_timeout="0.3"), faults=(Fault("hang"),)),
    "overloaded": Bad("WMS_HTTP_002", 20, ("429",), faults=(Fault("too_many_requests", seconds=0),)),
    "down": Bad("WMS_HTTP_002", 20, ("503",), faults=(Fault("unavailable", seconds=0),)),
    "broken connections": Bad("WMS_CONN_001", 20, ("broke",), faults=(Fault("reset"),)),
    "cut answers": Bad("WMS_PROTO_002", 20, ("not JSON",), faults=(Fault("truncated_json"),)),
    "backfill from": Bad("WMS_CONF_020", 10, ("'yesterday': it is not",), command=period("yesterday", "2026-05-02")),
    "backfill to": Bad("WMS_CONF_020", 10, ("2026-02-30",), command=period("2026-02-01", "2026-02-30")),
    "backfill reversed": Bad("WMS_CONF_020", 10, ("is empty",), command=period("2026-05-02", "2026-05-01")),
    "backfill of nothing": Bad("WMS_CONF_020", 10, ("is empty",), command=period("2026-05-02", "2026-05-02")),
    "backfill of others": Bad("WMS_CONF_022", 10, ("EXTRA_ENTITIES",), command=period("2026-05-01", "2026-05-02", "x")),
    "backfill of a lookup": Bad(
        "WMS_CONF_021", 10, ("no mod_ts",), command=period("2026-05-01", "2026-05-02", "order_status")
    ),
    "database elsewhere open": Bad("WMS_TGT_002", 30, ("another process",), prepare="lock"),
    "database is text": Bad("WMS_TGT_003", 30, ("not a DuckDB database",), {DATABASE: "text"}, prepare="text"),
    "database is a directory": Bad("WMS_CONF_001", 10, (DATABASE,), {DATABASE: "folder"}, prepare="folder"),
    "directory is a file": Bad("WMS_TGT_001", 30, ("directory",), {DATABASE: "text/x.duckdb"}, prepare="text"),
    "oracle unreachable": Bad("WMS_TGT_101", 30, ("127.0.0.1",), ORACLE),
    "unreadable file": Bad("WMS_CONF_004", 10, ("UTF-8",), prepare="dotenv"),
    **{f"setting: {name}": Bad(code, 10, tuple(said), env) for name, env, code, said in BROKEN},
}


@dataclass(frozen=True)
class Places:
    """Placeholders that the variables of a case may use."""

    simulator: RunningSimulator
    loaded: Path
    names: dict[str, str]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """A WMS, servers with untrusted certificates, and a target loaded before the error."""
    directory = tmp_path_factory.mktemp("bad_input")
    config = SimulatorConfig(
        world=WorldSpec(scale=300, days=2, origin=ORIGIN), users=(User(), BLIND, NARROW), control=False
    )
    own, other = context(certificate(directory)), context(certificate(directory, host="10.9.8.7"))
    with (
        serve_in_thread(config, clock=Clock(ORIGIN, speed=0)) as simulator,
        serve(own) as tls,
        serve(other) as other_tls,
        socket.socket() as closed,
    ):
        closed.bind(("127.0.0.1", 0))
        tenant = Tenant(simulator, directory)
        tenant.load(GRUPONOS_PIPELINE__ENTITIES="order_hdr,order_status")
        simulator.clock.advance(timedelta(hours=1))
        root = simulator.url.removesuffix("/sim")
        names = {
            "url": simulator.url,
            "root": root,
            "port": root.rpartition(":")[2],
            "closed": str(closed.getsockname()[1]),
            "tls": tls.base_url,
            "other_tls": other_tls.base_url,
        }
        yield Places(simulator, tenant.database, names)


def _filled(text: str, places: Places) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: places.names.get(found[1], found[0]), text)


@contextmanager
def _in_the_way(what: str, directory: Path, database: Path) -> Iterator[None]:
    if what == "text":
        (directory / "text").write_text("no database\n" * 1000)
    if what == "folder":
        (directory / "folder").mkdir()
    if what == "dotenv":
        (directory / ".env").write_bytes(b"GRUPONOS_WMS__SCOPE=\xff\xfe\n")
    if what != "lock":
        yield
        return
    # DuckDB lets one process in, but that process may open its own file twice
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        with duckdb.connect(str(database)):
            os.write(write, b".")
            time.sleep(60)
        os._exit(0)
    os.read(read, 1)
    try:
        yield
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def content(database: Path) -> set[str]:
    """Return every raw row, every row of the ledger and the extraction state."""
    tables = ("order_hdr", "order_status", "elt_landing", "dlt_pipeline_state")
    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            hashlib.sha256(repr((table, row)).encode()).hexdigest()
            for table in tables
            for row in connection.execute(f"select * from wms_raw.{table}").fetchall()
        }


def test_bad_input_has_enough_cases() -> None:
    assert len(BAD) >= 40
    assert len({(case.command, str(case.env), case.faults, case.prepare) for case in BAD.values()}) == len(BAD)


@pytest.mark.parametrize("name", BAD)
def test_mistake_is_reported_and_nothing_is_lost(
    name: str,
    places: Places,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    case, simulator = BAD[name], places.simulator
    database = tmp_path / "warehouse.duckdb"
    shutil.copy(places.loaded, database)
    before = content(database)
    good = {
        **wms(base_url=simulator.url, username=simulator.username, password=simulator.password, retries="0"),
        DATABASE: str(database),
        "GRUPONOS_TARGET__DUCKDB_WAIT_SECONDS": "0",
        WORK_DIR: str(tmp_path / "work"),
        "GRUPONOS_PIPELINE__ENTITIES": "order_hdr,order_status",
    }
    # start with the broken setting alone: other settings could complete it
    settings = {**({} if case.code.startswith("WMS_CONF_00") and not case.prepare else good), **case.env}
    for variable in [variable for variable in os.environ if variable.startswith("GRUPONOS_")]:
        monkeypatch.delenv(variable)
    for variable, value in settings.items():
        monkeypatch.setenv(variable, _filled(value, places))
    monkeypatch.chdir(tmp_path)
    simulator.faults.set(case.faults)
    with _in_the_way(case.prepare, tmp_path, database):
        exit_code = run(case.command)
    simulator.faults.clear()
    output = "".join(capsys.readouterr())
    assert exit_code == case.exit_code, output
    assert case.code in output
    assert not [part for part in case.said if _filled(part, places) not in output], output
    assert "Traceback" not in output
    assert not [secret for secret in (WRONG, simulator.password, *SECRETS) if secret in output]
    # the run may have continued with other entities: no existing row is deleted or changed
    assert before <= content(database)
