"""No error object holds a secret, in any of the forms a service or a driver may quote it in."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from loader.errors import ConfigError, SourceError
from loader.masking import MASK, forget_secrets, mask, mask_quoted, mask_values, register_secret
from loader.report import ErrorEntry
from loader.wms.response import Request, Response, raise_for_status

SECRET = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=["Cs", "Z"]), min_size=8)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


# letters and digits are never escaped: where one of these shows, a part of the secret does
PARTS = ("Winter26", "Depot47", "Norte58")
AWKWARD = st.text(
    st.one_of(
        st.sampled_from("\"'`\\ %\n\t&<>=+/:;,{}«»“”éßãç€日🔑?*|^$()[]"), st.characters(exclude_categories=["Cs"])
    ),
    max_size=4,
)
FORMATS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON with unicode": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON for HTML": lambda text: "".join(f"\\u{ord(c):04X}" if c in "\"'&<>=" else c for c in text),
    "URL": lambda text: quote(text, safe=""),
    "form": quote_plus,
    "URL in latin-1": lambda text: quote(text.encode("latin-1" if max(map(ord, text)) < 256 else "utf-8"), safe=""),
    "HTML": escape,
    "XML": lambda text: text.encode("ascii", "xmlcharrefreplace").decode(),
    "SQL": lambda text: text.replace("'", "''"),
    "CSV": lambda text: text.replace('"', '""'),
    "Python": lambda text: repr(text)[1:-1],
    "one line": lambda text: " ".join(text.split()),
    "bytes": lambda text: repr(text.encode())[2:-1],
    "wrong encoding": lambda text: text.encode().decode("latin-1"),
}
ENCODED: dict[str, Callable[[bytes], str]] = {
    "base64": lambda raw: base64.b64encode(raw).decode(),
    "base64 for URLs": lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("="),
    "quoted base64": lambda raw: quote(base64.b64encode(raw).decode(), safe=""),
    "hex": bytes.hex,
}
AROUND = ("{}", "password {} is locked", 'said "{}"', "value '{}' of \"user\"", "“{}”", 'open " quote {}', "it's {}")


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


@pytest.mark.parametrize("name", FORMATS)
@given(around=st.sampled_from(AROUND), between=st.tuples(AWKWARD, AWKWARD, AWKWARD))
@example(around=AROUND[1], between=('"', "'", "\\"))
@example(around=AROUND[2], between=(" \n ", "%2", "%25"))
@example(around=AROUND[3], between=("'" * 4, "ção", "日🔑"))
@settings(max_examples=20)
def test_service_answer_shows_no_part_of_a_secret(name: str, around: str, between: tuple[str, str, str]) -> None:
    forget_secrets()
    secret = "".join(part + mark for part, mark in zip(PARTS, between, strict=True))
    register_secret(secret, user="reader")
    text = around.format(FORMATS[name](secret))
    for hidden in (
        mask_quoted(text),
        mask(text),
        mask_values(text),
        refusal({"message": text, "details": {"f": text}}),
    ):
        assert not [part for part in PARTS if part in hidden], hidden


@pytest.mark.parametrize("name", ENCODED)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252"])
@given(mark=st.text(st.sampled_from("éßãçÿ\"'\\ %ñ"), max_size=4))
@settings(max_examples=10)
def test_encoded_credentials_are_masked_in_every_encoding(name: str, encoding: str, mark: str) -> None:
    forget_secrets()
    secret = f"Winter26{mark}Depot47"
    register_secret(secret, user="leitorão")
    for text in (secret, f"leitorão:{secret}"):
        shown = ENCODED[name](text.encode(encoding))
        assert shown not in mask(f"refused {shown} today")
        assert len(mask(shown)) < len(shown) / 2 + len(MASK)


@pytest.mark.parametrize("secret", ["'" * 40, "\\" * 40, "é" * 40, "日" * 40, "% " * 20, "\"'`" * 12, " \\+" * 12])
def test_awkward_secrets_are_searched_in_linear_time(secret: str) -> None:
    register_secret(f"a{secret}b")
    started = time.process_time()
    for text in ("'" * 20_000, "\\" * 5_000, "?" * 20_000, "%25" * 10_000, f"a{secret}" * 500, "a" + "\\'" * 5_000):
        mask(text)
    assert time.process_time() - started < 10


def refusal(body: object) -> str:
    """What a user reads of this 400."""
    with pytest.raises(SourceError) as caught:
        raise_for_status(Request("https://h/e", entity="order_hdr"), Response(400, {}, json.dumps(body).encode()))
    return str(caught.value)


@pytest.mark.parametrize(
    "details",
    [
        {"cust_name": ["Maria da Silva is not valid"], "cust_phone": ["+55 11 98765-4321 is too long"]},
        {"cust_name": "Maria da Silva", "cust_phone": 11987654321},
        {"cust_name": {"value": "Maria", "reason": "Silva"}, "Maria da Silva": True},
        ["Maria da Silva is not valid", 98765.4321],
        "Maria da Silva is not valid",
    ],
)
def test_details_of_a_refusal_keep_names_but_no_values(details: object) -> None:
    said = refusal({"message": "Invalid input.", "details": details})
    assert "Invalid input." in said
    assert not [value for value in ("Maria", "Silva", "11", "987", "4321") if value in said]
    assert "cust_name" in said or not str(details).startswith("{'cust_name")


@pytest.mark.parametrize(
    "reason",
    [
        "Unknown field",
        "This field is required.",
        "Enter a valid date/time.",
        "is not a valid choice",
        "ordering by mod_ts is not supported",
        "Ensure this field has no more than the maximum length.",
    ],
)
def test_details_of_a_refusal_keep_its_reason(reason: str) -> None:
    assert reason in refusal({"message": "Invalid input.", "details": {"mod_ts": [reason]}})


def test_secret_across_the_length_limit_of_a_text_is_masked() -> None:
    register_secret("Winter26Depot47")
    for length in range(19_980, 20_010):
        said = refusal({"message": f"'{'x' * length}' Winter26Depot47"})
        assert "Winter" not in said


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
