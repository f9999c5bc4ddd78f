"""An unusable certificate file or proxy is reported at once, not retried as a network error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loader.errors import ConfigError
from loader.settings import WmsSettings
from loader.wms import WmsClient
from loader.wms.trust import check_surroundings
from tests.unit.wms.scripted import serve
from tests.unit.wms.test_tls import certificate, context

FAR = "https://wms.example.test/env"


def settings(base_url: str = FAR, **changes: Any) -> WmsSettings:
    return WmsSettings(base_url=base_url, username="elt", password="s3cret", **changes)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_missing_bundle_is_named_before_any_request(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    missing = tmp_path / "missing.pem"
    monkeypatch.setenv(name, str(missing))
    with pytest.raises(ConfigError) as caught:
        WmsClient(settings())
    assert caught.value.exit_code == 10
    assert name in caught.value.message
    assert str(missing) in caught.value.message


def test_bundle_without_certificates_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(ConfigError, match="it holds no certificate"):
        check_surroundings(settings(), {"REQUESTS_CA_BUNDLE": str(tmp_path / "empty.pem")})


def test_bundle_is_not_read_for_this_machine(tmp_path: Path) -> None:
    variables = {"REQUESTS_CA_BUNDLE": str(tmp_path / "missing.pem"), "HTTPS_PROXY": "http://[bad"}
    check_surroundings(settings("http://127.0.0.1:1/env"), variables)


def test_valid_bundle_and_directory_are_accepted(tmp_path: Path) -> None:
    check_surroundings(settings(), {"REQUESTS_CA_BUNDLE": str(certificate(tmp_path)), "CURL_CA_BUNDLE": str(tmp_path)})


def test_ca_file_that_disappears_is_named_and_not_retried(tmp_path: Path) -> None:
    path = certificate(tmp_path)
    slept: list[float] = []
    with (
        serve(context(path)) as server,
        WmsClient(settings(server.base_url, ca_file=path), sleep=slept.append) as client,
    ):
        path.unlink()
        with pytest.raises(ConfigError, match="GRUPONOS_WMS__CA_FILE"):
            client.entities()
    assert slept == []


@pytest.mark.parametrize("value", ["http://[bad", "http:///x", "htp://proxy:3128", "http://proxy:port", "socks9://x"])
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_unusable_proxy_is_named_without_its_value(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_surroundings(settings(), {name: value})
    assert name in caught.value.message
    assert value not in str(caught.value)


@pytest.mark.parametrize("value", ["http://proxy:3128", "proxy:3128", "https://user:secret@proxy:443/"])
def test_usable_proxy_is_accepted(value: str) -> None:
    check_surroundings(settings(), {"HTTPS_PROXY": value})


def test_bypassed_proxy_is_not_checked() -> None:
    check_surroundings(settings(), {"HTTPS_PROXY": "http://[bad", "NO_PROXY": "example.test"})
