"""Connects with the real driver: every way to specify a database, and the errors when it doesn't respond."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import oracledb
import pytest
from oracledb import errors as driver_errors
from pydantic import SecretStr

from loader.errors import TargetError
from loader.settings import TargetSettings
from loader.warehouse.oracle.connect import OracleWarehouse
from loader.warehouse.oracle.destination import engine
from loader.warehouse.oracle.errors import RETRIABLE, is_retriable, target_error, while_connecting
from loader.warehouse.oracle.pool import acquire, connect_arguments, describe, open_pool
from tests.support.oracle_double.errors import dpy, ora
from tests.unit.wms.test_tls import certificate
from tests.unit.wms.test_tls import context as tls_context

PASSWORD = "s3cret-of-the-test"


def settings(**fields: Any) -> TargetSettings:
    return TargetSettings(kind="oracle", oracle_user="wms_elt", oracle_password=SecretStr(PASSWORD), **fields)


@pytest.fixture
def hanging_up() -> Iterator[int]:
    """A port that accepts and closes connections."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    server.close()


def open_and_close_pool(target: TargetSettings) -> None:
    with open_pool(target, "load"):
        pass


@pytest.mark.parametrize("connect", [open_and_close_pool, OracleWarehouse])
@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("WMS_TGT_101", {"oracle_host": "127.0.0.1", "oracle_port": 1, "oracle_service": "x"}),
        ("WMS_TGT_101", {"oracle_host": "no-such-host.invalid", "oracle_service": "x"}),
        ("WMS_TGT_103", {"oracle_dsn": "wms_high"}),
        ("WMS_TGT_103", {"oracle_dsn": "(DESCRIPTION=(ADDRESS=("}),
    ],
)
def test_unreachable_address_is_single_clear_error(code: str, fields: dict[str, Any], connect: Any) -> None:
    with pytest.raises(TargetError) as failure:
        connect(settings(**fields))
    assert failure.value.code == code
    assert failure.value.hint
    assert PASSWORD not in str(failure.value) + repr(failure.value.__cause__)


def test_server_closing_connection_is_unreachable(hanging_up: int) -> None:
    with pytest.raises(TargetError, match="WMS_TGT_101"):
        OracleWarehouse(settings(oracle_host="127.0.0.1", oracle_port=hanging_up, oracle_service="x"))


def test_missing_wallet_is_reported(hanging_up: int, tmp_path: Path) -> None:
    fields = {"oracle_host": "127.0.0.1", "oracle_port": hanging_up, "oracle_service": "x", "oracle_protocol": "tcps"}
    with pytest.raises(TargetError, match=r"WMS_TGT_104(.|\n)*ewallet.pem"):
        OracleWarehouse(settings(**fields, oracle_wallet_dir=tmp_path))


@pytest.fixture
def over_tls(tmp_path: Path) -> Iterator[tuple[int, list[bool]]]:
    """A port that speaks TLS and closes connections, and whether each handshake succeeded."""
    server, shaken = socket.create_server(("127.0.0.1", 0)), []
    secured = tls_context(certificate(tmp_path, host="localhost"))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            try:
                secured.wrap_socket(connection, server_side=True).close()
                shaken.append(True)
            except OSError:
                shaken.append(False)

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1], shaken
    server.close()


def wallet(directory: Path, authority: Path) -> Path:
    """A directory with the certificate in ``ewallet.pem``, without its key."""
    directory.mkdir()
    begin = "-----BEGIN CERTIFICATE-----"
    (directory / "ewallet.pem").write_text(begin + authority.read_text().partition(begin)[2])
    return directory


@pytest.mark.parametrize("trusted", ["the server", "another", "public ones"])
def test_tcps_trusts_only_wallet_authority(trusted: str, over_tls: tuple[int, list[bool]], tmp_path: Path) -> None:
    port, shaken = over_tls
    fields: dict[str, Any] = {"oracle_host": "localhost", "oracle_port": port, "oracle_service": "x"}
    if trusted == "the server":
        fields["oracle_wallet_dir"] = wallet(tmp_path / "wallet", tmp_path / "localhost.pem")
    elif trusted == "another":
        (tmp_path / "other").mkdir()
        fields["oracle_wallet_dir"] = wallet(tmp_path / "wallet", certificate(tmp_path / "other", host="localhost"))
    with pytest.raises(TargetError) as failure:
        OracleWarehouse(settings(**fields, oracle_protocol="tcps"))
    # no response after the handshake
    assert failure.value.code == ("WMS_TGT_101" if trusted == "the server" else "WMS_TGT_104")
    assert any(shaken) == (trusted == "the server")


def test_urls_contain_no_address_or_secret() -> None:
    made = engine(SimpleNamespace(acquire=None))  # type: ignore[arg-type]
    assert made.url.render_as_string(hide_password=False) == "oracle+oracledb://"


def test_host_and_service_are_passed_by_name() -> None:
    arguments = connect_arguments(
        settings(oracle_host="db", oracle_port=2484, oracle_service="s", oracle_protocol="tcps")
    )
    expected = {"host": "db", "port": 2484, "service_name": "s", "protocol": "tcps", "user": "wms_elt"}
    assert expected.items() <= arguments.items()
    assert "dsn" not in arguments


def test_pooled_service_requests_drcp() -> None:
    arguments = connect_arguments(settings(oracle_host="db", oracle_service="sales:pooled"))
    assert arguments["service_name"] == "sales"
    assert (arguments["server_type"], arguments["cclass"], arguments["purity"]) == (
        "pooled",
        "wms-elt",
        oracledb.PURITY_SELF,
    )


def test_alias_is_read_from_wallet_folder_by_default(tmp_path: Path) -> None:
    fields = {"oracle_dsn": "wms_high", "oracle_wallet_dir": tmp_path, "oracle_wallet_password": SecretStr("w")}
    arguments = connect_arguments(settings(**fields))
    assert (arguments["dsn"], arguments["config_dir"], arguments["wallet_location"], arguments["wallet_password"]) == (
        "wms_high",
        str(tmp_path),
        str(tmp_path),
        "w",
    )


def test_connect_descriptor_contains_no_secret() -> None:
    assert describe(settings(oracle_host="db", oracle_service="s")) == "Oracle wms_elt@db:1521/s"


@pytest.mark.parametrize(
    ("number", "code", "retriable"),
    [
        (28, "WMS_TGT_108", True),
        (54, "WMS_TGT_107", True),
        (60, "WMS_TGT_107", True),
        (904, "WMS_TGT_109", False),
        (1017, "WMS_TGT_102", False),
        (1031, "WMS_TGT_105", False),
        (1536, "WMS_TGT_106", False),
        (1555, "WMS_TGT_107", True),
        (3113, "WMS_TGT_108", True),
        (12899, "WMS_TGT_109", False),
        (2391, "WMS_TGT_110", True),
        (8177, "WMS_TGT_107", True),
        (12537, "WMS_TGT_108", True),
        (25408, "WMS_TGT_108", True),
    ],
)
def test_error_codes_have_group_and_retriable_flag(number: int, code: str, retriable: bool) -> None:
    error = ora(number, "as the server says")
    explained = target_error(error, "Oracle")
    assert (explained.code, is_retriable(error)) == (code, retriable)
    assert f"ORA-{number:05}" in explained.message
    assert "docs.oracle.com" not in explained.message


def closed_by_server() -> oracledb.Error:
    """DPY-4011 alone: thin mode adds an ORA code only when the server sent one."""
    return dpy(driver_errors.ERR_CONNECTION_CLOSED)


@pytest.mark.parametrize("lost", [closed_by_server, lambda: ora(3113, "end-of-file"), lambda: ora(28, "killed")])
def test_lost_connection_message_depends_on_phase(lost: Callable[[], oracledb.Error]) -> None:
    assert target_error(lost(), "Oracle").code == "WMS_TGT_108"
    assert target_error(lost(), "Oracle", connecting=True).code == "WMS_TGT_101"
    marked = lost()
    while_connecting(marked)
    assert target_error(marked, "Oracle").code == "WMS_TGT_101"


def test_new_pool_session_error_is_connection_error() -> None:
    def refuse() -> None:
        raise closed_by_server()

    with pytest.raises(oracledb.Error) as failure:
        acquire(SimpleNamespace(acquire=refuse))  # type: ignore[arg-type]
    assert target_error(failure.value, "Oracle").code == "WMS_TGT_101"


@pytest.mark.parametrize("code", sorted(RETRIABLE))
def test_retriable_codes_map_to_specific_errors(code: str) -> None:
    """WMS_TGT_109 asks for a bug report, which is wrong for a lost session."""
    error = oracledb.DatabaseError(f"{code}: as the server says")
    assert target_error(error, "Oracle").code in {"WMS_TGT_101", "WMS_TGT_107", "WMS_TGT_108", "WMS_TGT_110"}
