"""Any response of the WMS, or of a server in its place, gives a result or a wms-elt error, never a crash.

Page and describe bodies are fuzzed in tests/unit/wms/test_page.py and test_catalog.py, instants in
test_times.py, the environment in tests/unit/settings/test_secrets.py.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loader.errors import SourceError
from loader.wms.auth import TokenCredentials
from loader.wms.page import Page
from loader.wms.response import Request, Response, parse_error, raise_for_status
from loader.wms.retry import LONGEST_RETRY_AFTER, RetryableError, RetryPolicy
from loader.wms.times import parse_http_date

HEADERS = ("content-type", "date", "link", "location", "retry-after", "x-request-id")
# values that break parsers of addresses, numbers and dates, and any other text
NASTY = st.sampled_from(
    ["", "http://[", "//[::1", "http://a:b/", "-1", "1e999", "nan", "٣", "\x00", "Mon, 99 Foo 9999 99:99:99 GMT"]
)
VALUES = NASTY | st.text(max_size=40) | st.integers().map(str)
ANSWERS = st.dictionaries(st.sampled_from(HEADERS), VALUES)
ADDRESS = Request("https://wms.example.com/e/wms/lgfapi/v10/entity/order_hdr?ordering=id", entity="order_hdr")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
BODIES = st.binary(max_size=80) | JSON.map(lambda value: json.dumps(value).encode())


def raised(call: Callable[[], object]) -> RetryableError | SourceError | None:
    """The only two error classes that a response may raise."""
    try:
        call()
    except (RetryableError, SourceError) as error:
        return error
    return None


@given(status=st.integers(100, 999), headers=ANSWERS, body=BODIES)
@example(status=302, headers={"location": "http://["}, body=b"")
def test_any_response_is_accepted_or_rejected(status: int, headers: Mapping[str, str], body: bytes) -> None:
    verdict = raised(lambda: raise_for_status(ADDRESS, Response(status, headers, body)))
    if isinstance(verdict, RetryableError):
        assert verdict.retry_after is None or 0 <= verdict.retry_after <= LONGEST_RETRY_AFTER
    elif verdict:
        assert verdict.code.startswith("WMS_")
        assert verdict.hint


@given(VALUES)
def test_any_date_header_is_instant_or_none(text: str) -> None:
    found = parse_http_date(text)
    assert found is None or found.tzinfo is not None


@given(NASTY | st.text())
def test_any_next_page_link_gives_cursor_or_none(link: str) -> None:
    page = Page("order_hdr", [], [], datetime(2026, 5, 4, tzinfo=UTC), next_page=link)
    assert page.cursor is None or page.cursor in link or "%" in link or "+" in link


@given(BODIES)
def test_any_error_body_is_read_or_ignored(body: bytes) -> None:
    found = parse_error(body)
    assert found is None or (len(found.message) <= 300 and "\n" not in found.suffix)


TOKEN_MEMBERS = st.fixed_dictionaries({"access_token": st.text(max_size=20)}, optional={"expires_in": JSON})


@given(status=st.sampled_from([200, 201, 204, 302, 400, 401, 500]), body=BODIES | TOKEN_MEMBERS.map(json.dumps))
def test_any_token_response_is_token_or_error(status: int, body: bytes | str) -> None:
    content = body.encode() if isinstance(body, str) else body
    retrier = RetryPolicy(0, lambda _: None, random.Random(1))
    request = Request("https://wms.example.com/token/", form={"grant_type": "client_credentials"})
    credentials = TokenCredentials(request, "Basic x", lambda *_: Response(status, {}, content), retrier, lambda: 0.0)
    headers: list[str] = []
    error = raised(lambda: headers.append(credentials.header()))
    assert isinstance(error, SourceError | None)
    assert error is None or error.code == "WMS_AUTH_002"
    assert all(re.fullmatch(r"Bearer [\x21-\x7e]+", header) for header in headers)
    assert len(headers) == (error is None)


@pytest.mark.parametrize("link", ["http://[", "//[::1"])
def test_redirect_without_target_is_not_wms_response(link: str) -> None:
    with pytest.raises(SourceError, match="not a WMS response"):
        raise_for_status(ADDRESS, Response(302, {"location": link}, b""))
