from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.errors import ConfigError
from loader.wms.urls import entity_url, is_loopback, query, safe_url


@pytest.mark.parametrize(
    "url",
    [
        "https://a1.wms.ocs.oraclecloud.com/env",
        "https://h:8443/env/",
        "http://127.0.0.1:8000/env",
        "http://[::1]/e",
        "http://localhost/e",
    ],
)
def test_safe_url_valid_url_is_accepted(url: str) -> None:
    assert safe_url(url, "wms.base_url") == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (None, "WMS_CONF_003"),
        ("", "WMS_CONF_003"),
        ("http://wms.example/env", "WMS_CONF_001"),
        ("http://127.0.0.1.evil.example/env", "WMS_CONF_001"),
        ("http://localhost.evil.example/env", "WMS_CONF_001"),
        ("ftp://wms.example/env", "WMS_CONF_001"),
        ("wms.example/env", "WMS_CONF_001"),
        ("https:///env", "WMS_CONF_001"),
        ("https://user:pw@wms.example/env", "WMS_CONF_001"),
        ("https://wms.example/env?x=1", "WMS_CONF_001"),
        ("https://wms.example:port/env", "WMS_CONF_001"),
        ("https://[::1/env", "WMS_CONF_001"),
    ],
)
def test_safe_url_unusable_url_is_rejected(url: str | None, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        safe_url(url, "wms.base_url")
    assert caught.value.code == code
    assert "GRUPONOS_WMS__BASE_URL" in caught.value.hint
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "local"),
    [("http://127.9.9.9/", True), ("http://[::1]:80/", True), ("http://10.0.0.1/", False), ("x", False)],
)
def test_is_loopback_recognises_local_hosts(url: str, local: bool) -> None:
    assert is_loopback(url) is local


def test_entity_url_builds_map_rows_and_describe() -> None:
    base = "https://h/env/wms/lgfapi/v10/entity/"
    assert entity_url("https://h/env", "v10") == base
    assert entity_url("https://h/env", "v10", "item") == base + "item"
    assert entity_url("https://h/env", "v10", "item", describe=True) == base + "item/describe/"
    assert entity_url("https://h/env", "v10", "../x?y") == base + "..%2Fx%3Fy"


def test_query_keeps_negation_and_encodes_plus() -> None:
    assert query([("status_id__in!", "90,99"), ("mod_ts__gte", "2026-05-04T12:00:00+03:00"), ("name", "a b&c=d")]) == (
        "status_id__in!=90,99&mod_ts__gte=2026-05-04T12:00:00%2B03:00&name=a%20b%26c%3Dd"
    )


def test_query_duplicate_key_is_rejected() -> None:
    with pytest.raises(ValueError, match="occurs twice: id__gt"):
        query([("id__gt", "1"), ("page_size", "5"), ("id__gt", "2")])


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1)))
def test_query_round_trips(params: dict[str, str]) -> None:
    try:
        text = query(list(params.items()))
    except UnicodeEncodeError:
        return
    assert "+" not in text
    assert text.isascii()
    assert dict(parse_qsl(text, keep_blank_values=True)) == params
