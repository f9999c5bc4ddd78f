"""No error object holds a secret, in any of the forms a service or a driver may quote it in."""

from __future__ import annotations

import base64
import json
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.errors import ConfigError, SourceError
from loader.masking import MASK, forget_secrets, mask, mask_quoted, register_secret
from loader.report import ErrorEntry
from loader.wms.response import Request, Response, raise_for_status

SECRET = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=["Cs", "Z"]), min_size=8)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


def forms(secret: str) -> dict[str, str]:
    raw, pair = secret.encode(), f"reader:{secret}".encode()
    return {
        "plain": secret,
        "base64": base64.b64encode(raw).decode(),
        "pair": base64.b64encode(pair).decode(),
        "pair for URLs": base64.urlsafe_b64encode(pair).decode(),
        "hex": raw.hex(),
        "quoted": quote(secret, safe=""),
        "small letters": quote(secret, safe="").replace("%2F", "%2f"),
        "plus": quote_plus(secret),
        "json": json.dumps(secret)[1:-1],
        "json with unicode": json.dumps(secret, ensure_ascii=False)[1:-1],
        "python": repr(secret)[1:-1],
    }


@given(secret=SECRET, before=WORDS, after=WORDS)
def test_error_never_holds_a_registered_secret(secret: str, before: str, after: str) -> None:
    forget_secrets()
    register_secret(secret, user="reader")
    for name, form in forms(secret).items():
        text = f"{before} {form} {after}"
        error = SourceError("WMS_X", text, hint=text, context={"place": text})
        shown = f"{error} {error!r} {error.args} {ErrorEntry.of(error)}"
        assert form not in shown.replace(before, "").replace(after, ""), name


@given(secret=SECRET, user=st.text(max_size=12), end=st.text(max_size=5))
def test_base64_of_a_longer_text_hides_the_secret(secret: str, user: str, end: str) -> None:
    forget_secrets()
    register_secret(secret)
    hidden = mask(base64.b64encode(f"{user}:{secret}{end}".encode("utf-8", "replace")).decode())
    assert MASK in hidden
    # at most the characters at its two ends are left
    assert len(hidden.replace(MASK, "")) <= len(base64.b64encode(f"{user}:{end}".encode())) + 8


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Authorization: Basic cmVhZGVyOng=", "cmVhZGVyOng="),
        ('{"authorization": "Bearer abc.d-f_1"}', "abc.d-f_1"),
        ("invalid bearer token 1a2b3c4d5e", ""),
        ("Bearer 1a2b3c4d5e expired", "1a2b3c4d5e"),
        ('{"access_token":"Zq9xyz"}', "Zq9xyz"),
        ('{\\"access_token\\":\\"Zq9xyz\\"}', "Zq9xyz"),
        ("grant_type=password&password=Zq9xyz&x=1", "Zq9xyz"),
        ("json://user:Zq9xyz@host/path", "Zq9xyz"),
        ("token " + ".".join(("eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJ4In0", "c2ln")), "eyJ"),
        ("customer maria.silva+1@exemplo.com.br is not valid", "maria.silva"),
        ("cust_email=maria%40exemplo.com.br", "maria"),
        ("<maria@exemplo.com.br>", "maria"),
        ("maria\\u0040exemplo.com.br", "maria"),
    ],
)
def test_form_of_a_secret_is_masked_unregistered(text: str, hidden: str) -> None:
    assert not hidden or hidden not in mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "GRUPONOS_WMS__PASSWORD is missing; basic authentication needs it; example: change-me",
        "check user and password, or client and scope",
        "Basic authentication and bearer tokens are supported",
        "Oracle wms_elt@db.example.com:1521/ORCLPDB1",
        "host=wms.example.com, port=443, request=GET /gnos/wms/lgfapi/v10/entity/order_hdr",
        "the quality score is 0.93; see docs/how-to/runbook.md",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert mask(text) == text


def test_short_secret_is_masked_as_a_word_only() -> None:
    register_secret("ab", "  ")
    assert mask("ab about (ab) table") == f"{MASK} about ({MASK}) table"


def test_quoted_values_are_masked_but_not_field_names() -> None:
    said = """{"cust_name": ["'João D'Ávila' is not valid"], "mod_ts": ["“12345678901”"], "x": "open quote"""
    hidden = mask_quoted(said)
    assert '"cust_name"' in hidden
    assert '"mod_ts"' in hidden
    assert not any(value in hidden for value in ("João", "Ávila", "12345678901", "open quote"))


def test_error_text_of_the_wms_holds_no_value_it_quotes() -> None:
    register_secret("Pa55 w0rd", user="reader")
    pair = base64.b64encode(b"reader:Pa55 w0rd").decode()
    body = {"message": f"Bad header Basic {pair}", "details": {"cust_email": ["'ana@x.com.br' is not valid"]}}
    answer = Response(401, {}, json.dumps(body).encode())
    with pytest.raises(SourceError) as caught:
        raise_for_status(Request("https://h/e", entity="order_hdr"), answer)
    assert not any(value in str(caught.value) for value in (pair, "Pa55", "ana@x"))
    assert "cust_email" in str(caught.value)


@pytest.mark.parametrize("text", ["a." * 60_000, "x://" + "a:" * 30_000, "'\"“" * 20_000, "bearer eyJaa" * 10_000])
def test_masking_takes_linear_time(text: str) -> None:
    started = time.process_time()
    mask_quoted(text)
    assert time.process_time() - started < 5


def test_context_keeps_its_objects_unless_they_hold_a_secret() -> None:
    register_secret("hunter2hunter2")
    error = ConfigError("X", "m", context={"port": 443, "path": "/x/hunter2hunter2"})
    assert error.context == {"port": 443, "path": f"/x/{MASK}"}
