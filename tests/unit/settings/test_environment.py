"""GRUPONOS_ENVIRONMENT: refusals and warnings in production."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.errors import ConfigError
from loader.settings import load_settings

WMS = {
    "GRUPONOS_WMS__BASE_URL": "https://a1.wms.example.com/gnos",
    "GRUPONOS_WMS__USERNAME": "extract",
    "GRUPONOS_WMS__PASSWORD": "s3cr3t-basic",
}
PROD = {**WMS, "GRUPONOS_ENVIRONMENT": "prod"}


def refused(env: dict[str, str], file: Path | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load_settings(env, file)
    assert (caught.value.code, caught.value.exit_code) == ("WMS_CONF_042", 10)
    return str(caught.value)


def test_environment_defaults_to_dev() -> None:
    assert load_settings({}, None).environment == "dev"
    assert load_settings({"GRUPONOS_ENVIRONMENT": " Test "}, None).environment == "test"
    assert load_settings({"GRUPONOS_ENVIRONMENT": "test"}, None).masked()["GRUPONOS_ENVIRONMENT"] == "test"


def test_unknown_environment_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"WMS_CONF_001.*\n.*GRUPONOS_ENVIRONMENT must be 'dev', 'test' or 'prod'"):
        load_settings({"GRUPONOS_ENVIRONMENT": "production"}, None)


def test_prod_refuses_the_simulator() -> None:
    assert "GRUPONOS_WMS__BASE_URL is missing" in refused({"GRUPONOS_ENVIRONMENT": "prod"})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/sim", "http://localhost/sim", "HTTP://localhost/sim"])
def test_prod_refuses_plain_http_even_on_localhost(url: str) -> None:
    assert "GRUPONOS_WMS__BASE_URL must start with https://" in refused({**PROD, "GRUPONOS_WMS__BASE_URL": url})
    oauth = {"GRUPONOS_WMS__AUTH": "oauth2", "GRUPONOS_WMS__CLIENT_ID": "c", "GRUPONOS_WMS__CLIENT_SECRET": "s"}
    assert "GRUPONOS_WMS__TOKEN_URL" in refused({**PROD, **oauth, "GRUPONOS_WMS__TOKEN_URL": url})
    load_settings({**WMS, "GRUPONOS_WMS__BASE_URL": url, "GRUPONOS_ENVIRONMENT": "test"}, None)


@pytest.mark.parametrize(("mode", "is_accepted"), [(0o600, True), (0o400, True), (0o640, False), (0o644, False)])
def test_prod_refuses_secrets_in_readable_file(mode: int, is_accepted: bool, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("".join(f"{name}={value}\n" for name, value in PROD.items()))
    file.chmod(mode)
    if is_accepted:
        assert load_settings({}, file).environment == "prod"
    else:
        assert f"chmod 600 {file}" in refused({}, file)


def test_prod_accepts_readable_file_without_secrets(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("GRUPONOS_WMS__PAGE_SIZE=100\n")
    file.chmod(0o644)
    assert load_settings(PROD, file).wms.page_size == 100


def test_prod_refuses_world_readable_wallet(tmp_path: Path) -> None:
    (tmp_path / "ewallet.pem").touch(0o644)
    oracle = {
        "GRUPONOS_TARGET__KIND": "oracle",
        "GRUPONOS_TARGET__ORACLE_USER": "wms_elt",
        "GRUPONOS_TARGET__ORACLE_PASSWORD": "s3cr3t-oracle",
        "GRUPONOS_TARGET__ORACLE_DSN": "wms_high",
        "GRUPONOS_TARGET__ORACLE_WALLET_DIR": str(tmp_path),
    }
    assert "GRUPONOS_TARGET__ORACLE_WALLET_DIR" in refused({**PROD, **oracle})
    (tmp_path / "ewallet.pem").chmod(0o640)
    load_settings({**PROD, **oracle}, None)


def test_prod_warns_without_tls_alert_address() -> None:
    urls = "GRUPONOS_OPERATIONS__ALERT_URLS"
    assert "No alert address" in load_settings(PROD, None).warnings[0]
    assert "without TLS" in load_settings({**PROD, urls: "json://h/x"}, None).warnings[0]
    assert load_settings({**PROD, urls: "jsons://h/x"}, None).warnings == ()
    assert load_settings(WMS, None).warnings == ()
