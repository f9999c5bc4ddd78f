"""Failures of a request over a real socket: retries, error messages, and no leaked secrets."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time

import pytest

from loader.errors import Interrupted, ProtocolError, SourceError
from loader.wms import BadRequestError, PageTooSlow, WmsClient, is_ordering_refused
from tests.unit.wms.conftest import Bench
from tests.unit.wms.scripted import Step, error, html, http_date, later, raw, reply, rows

PARAMS = [("ordering", "id"), ("page_size", "100")]
GOOD = json.dumps({"next_page": None, "results": [{"id": 1, "name": "São"}]}, ensure_ascii=False).encode()
HEAD = b"HTTP/1.1 200 OK\r\nDate: Mon, 04 May 2026 12:00:00 GMT\r\nContent-Type: application/json\r\n"
GZIP = gzip.compress(GOOD)

PASSING: dict[str, Step] = {
    "408": error(408),
    "409": error(409),
    "429": error(429),
    "500": error(500),
    "502 html": html(502),
    "503": error(503),
    "504 html": html(504),
    "closed before headers": raw(b""),
    "reset before headers": raw(b"", then="reset"),
    "no http at all": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "body cut": raw(HEAD + b"Content-Length: 500\r\n\r\n" + GOOD),
    "body reset": raw(HEAD + b"Content-Length: 500\r\n\r\n" + GOOD, then="reset"),
    "chunks cut": raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + GOOD[:5] + b"\r\n"),
    "chunk cut": raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n" + GOOD),
    "gzip cut": reply(GZIP[:-12], content_encoding="gzip"),
    "gzip broken": reply(b"\x1f\x8b" + b"x" * 40, content_encoding="gzip"),
    "not gzip": reply(GOOD, content_encoding="gzip"),
    "json cut": reply(GOOD[:-3]),
    "json twice": reply(GOOD + GOOD),
    "empty body": reply(b""),
    "byte order mark": reply(b"\xef\xbb\xbf" + GOOD),
    "latin-1": reply(GOOD.decode().encode("latin-1")),
    "utf-16": reply(GOOD.decode().encode("utf-16")),
    "results missing": reply({"next_page": None}),
    "results null": reply({"results": None}),
    "results object": reply({"results": {"id": 1}}),
    "array": reply([{"id": 1}]),
    "html with 200": html(200),
    "404 html": html(404),
    "404 empty": reply(b"", 404),
}


@pytest.mark.parametrize("failure", PASSING.values(), ids=PASSING)
def test_transient_failure_is_retried(bench: Bench, failure: Step) -> None:
    bench.server.answers(failure, reply(GOOD))
    client = bench.client()
    client.entities()
    page = client.page("order_hdr", [("page_size", "25")])
    assert [bytes(memoryview(document)) for document in page.documents] == [
        GOOD[GOOD.index(b"[") + 1 : GOOD.index(b"]")]
    ]
    assert [(event.attempt, event.rows, event.reason == "") for event in bench.events[-2:]] == [
        (1, 0, False),
        (2, 1, True),
    ]
    assert len(bench.slept) == 1


FOR_EVER: dict[str, tuple[Step, str, str]] = {
    "429": (error(429), "WMS_HTTP_002", "keeps returning status 429: Invalid input."),
    "502 html": (html(502), "WMS_HTTP_002", "keeps returning status 502"),
    "closed before headers": (raw(b""), "WMS_CONN_001", "connection to the WMS broke"),
    "body cut": (raw(HEAD + b"Content-Length: 500\r\n\r\n" + GOOD), "WMS_CONN_001", "connection to the WMS broke"),
    "json cut": (reply(GOOD[:-3]), "WMS_PROTO_002", "not JSON"),
    "results null": (reply({"results": None}), "WMS_PROTO_002", "undocumented structure"),
    "byte order mark": (reply(b"\xef\xbb\xbf" + GOOD), "WMS_PROTO_002", "byte order mark"),
    "not gzip": (reply(GOOD, content_encoding="gzip"), "WMS_PROTO_002", "decompress"),
    "404 html": (html(404), "WMS_PROTO_002", "404 without the error body of the WMS"),
}


@pytest.mark.parametrize(("failure", "code", "message"), FOR_EVER.values(), ids=FOR_EVER)
def test_persistent_failure_has_its_code(bench: Bench, failure: Step, code: str, message: str) -> None:
    bench.server.answers(failure)
    client = bench.client(retries=3)
    client.entities()
    with pytest.raises(SourceError) as caught:
        client.page("order_hdr", [("facility_id__code", "SECRET-DC"), ("page_size", "25")])
    assert caught.value.code == code
    assert message in caught.value.message
    assert caught.value.context["tries"] == 4 == len(bench.server.pages)
    assert caught.value.context["request"] == "GET /env/wms/lgfapi/v10/entity/order_hdr"
    assert_nothing_leaks(caught.value)


FATAL: dict[str, tuple[Step, str, str]] = {
    "400": (error(400, details={"zzz": "Unknown field"}), "WMS_HTTP_001", 'Invalid input.; {"zzz":"Unknown field"}'),
    "400 list": (error(400, details=["Not found", "Empty"]), "WMS_HTTP_001", '["Not found","Empty"]'),
    "400 html": (html(400), "WMS_HTTP_001", "without a reason"),
    "403": (error(403, "No."), "WMS_PERM_001", "has no permission: No."),
    "405": (error(405), "WMS_HTTP_001", "405"),
    "410": (error(410), "WMS_HTTP_001", "410"),
    "201": (reply(GOOD, 201), "WMS_PROTO_002", "status 201"),
    "302": (reply(b"", 302, location="https://login.example/sso?token=SECRET"), "WMS_PROTO_002", "login.example/sso"),
    "301 without location": (reply(b"", 301), "WMS_PROTO_002", "status 301"),
    "304": (reply(b"", 304), "WMS_PROTO_002", "status 304"),
}


@pytest.mark.parametrize(("failure", "code", "message"), FATAL.values(), ids=FATAL)
def test_fatal_failure_is_not_retried(bench: Bench, failure: Step, code: str, message: str) -> None:
    bench.server.answers(failure)
    with pytest.raises(SourceError) as caught:
        bench.client(company_code="GNOS").page("order_hdr", [("cust_email", "SECRET"), ("page_size", "100")])
    assert caught.value.code == code
    assert message in caught.value.message
    assert caught.value.hint
    assert len(bench.server.pages) == 1
    assert bench.slept == []
    assert bench.events[-1].reason == code
    assert caught.value.context["company"] == "GNOS"
    assert_nothing_leaks(caught.value)


def test_error_has_reference_for_oracle_support(bench: Bench) -> None:
    bench.server.answers(error(500))
    with pytest.raises(SourceError, match="keeps returning status 500") as caught:
        bench.client().page("order_hdr", [])
    assert caught.value.context["reference"] == "ref-1"
    assert caught.value.context["status"] == 500


@pytest.mark.parametrize(
    ("failure", "requests", "code"),
    [(html(504), 1, "WMS_HTTP_002"), (error(500), 2, "WMS_HTTP_002"), (later(3, rows(1)), 1, "WMS_CONN_003")],
    ids=["504", "500 twice", "timeout"],
)
def test_page_too_slow_requests_fewer_rows(bench: Bench, failure: Step, requests: int, code: str) -> None:
    bench.server.answers(failure)
    client = bench.client(read_timeout=0.2)
    with pytest.raises(PageTooSlow) as caught:
        client.page("order_hdr", [("page_size", "26")])
    assert caught.value.code == code
    assert len(bench.server.pages) == requests
    assert caught.value.context["tries"] == requests


def test_smallest_page_is_retried_not_shrunk(bench: Bench) -> None:
    bench.server.answers(html(504), error(500), rows(1))
    assert bench.client().page("order_hdr", [("page_size", "25")]).keys[0].id == 1


def test_single_500_between_failures_does_not_shrink_page(bench: Bench) -> None:
    bench.server.answers(error(500), error(503), error(500), rows(7))
    assert bench.client(retries=5).page("order_hdr", PARAMS).keys[0].id == 7


def test_smallest_page_timeout_has_its_code(bench: Bench) -> None:
    bench.server.answers(later(3, rows(1)))
    with pytest.raises(SourceError, match=r"within 0\.1 s") as caught:
        bench.client(read_timeout=0.1, retries=1).page("order_hdr", [("page_size", "25")])
    assert caught.value.code == "WMS_CONN_003"
    assert not isinstance(caught.value, PageTooSlow)


def test_slow_body_is_aborted_at_deadline(bench: Bench) -> None:
    def drip(connection: socket.socket, _: object) -> None:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.05)

    bench.server.answers(drip)
    with pytest.raises(PageTooSlow):
        bench.client(read_timeout=0.3).page("order_hdr", PARAMS)


def test_retry_after_seconds_override_backoff(bench: Bench) -> None:
    bench.server.answers(error(429, retry_after="17"), error(503, retry_after="9999"), rows(1))
    bench.client().page("order_hdr", PARAMS)
    assert bench.slept == [17.0, 300.0]


def test_retry_after_date_uses_server_clock(bench: Bench) -> None:
    bench.server.answers(error(503, retry_after=http_date(42)), error(429, retry_after=http_date(-5)), rows(1))
    bench.client().page("order_hdr", PARAMS)
    assert bench.slept == [42.0, 0.0]


def test_backoff_without_retry_after_has_jitter(bench: Bench) -> None:
    bench.server.answers(error(503), error(503), error(503), rows(1))
    bench.client(retries=5).page("order_hdr", PARAMS)
    assert all(0 <= wait <= limit for wait, limit in zip(bench.slept, (1, 2, 4), strict=True))
    assert len(set(bench.slept)) == 3


def test_stop_ends_wait_before_retry(bench: Bench) -> None:
    bench.server.answers(error(503, retry_after="250"))
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    started = time.monotonic()
    with WmsClient(bench.settings(), stop=stop) as client, pytest.raises(Interrupted) as caught:
        client.page("order_hdr", PARAMS)
    assert caught.value.code == "WMS_RUN_001"
    assert time.monotonic() - started < 200


def test_request_after_stop_is_sent_but_not_retried(bench: Bench) -> None:
    bench.server.answers(rows(1), error(503))
    stop = threading.Event()
    stop.set()
    client = bench.client(stop)
    assert client.page("order_hdr", PARAMS).keys[0].id == 1
    with pytest.raises(Interrupted):
        client.page("order_hdr", PARAMS)
    assert len(bench.server.pages) == 2


def test_unreachable_host_is_connection_error(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    client = bench.client(base_url=f"http://127.0.0.1:{port}/env", company_code="GNOS", retries=1)
    with pytest.raises(SourceError, match="Can't connect to the WMS: Connection refused") as caught:
        client.server_now()
    assert caught.value.code == "WMS_CONN_001"
    assert caught.value.context.items() >= {"host": "127.0.0.1", "port": port, "company": "GNOS", "tries": 2}.items()
    assert_nothing_leaks(caught.value)


def test_unusable_url_is_connection_error(bench: Bench) -> None:
    with pytest.raises(SourceError, match="Can't use the WMS URL") as caught:
        bench.client(base_url=f"https://.{'x' * 70}.example/env").entities()
    assert caught.value.code == "WMS_CONN_001"
    assert bench.slept == []


def test_web_page_as_first_response_means_wrong_url(bench: Bench) -> None:
    bench.server.catalog = lambda _: html(200)
    with pytest.raises(ProtocolError, match="HTML") as caught:
        bench.client().entities()
    assert caught.value.code == "WMS_PROTO_002"
    assert "GRUPONOS_WMS__BASE_URL" in caught.value.hint
    assert len(bench.server.seen) == 1


@pytest.mark.parametrize("status", [404, 204])
def test_missing_entity_map_means_wrong_url(bench: Bench, status: int) -> None:
    bench.server.catalog = lambda _: error(status) if status == 404 else reply(b"", 204)
    with pytest.raises(ProtocolError, match="instead of the list of entities") as caught:
        bench.client(retries=0).entities()
    assert "GRUPONOS_WMS__BASE_URL" in caught.value.hint


ORDERING: dict[str, tuple[Step, bool]] = {
    "named in details": (error(400, details={"ordering": "Unsupported"}), True),
    "named in the message": (error(400, "Invalid ordering field", ["id"]), True),
    "no reason": (error(400), True),
    "no body": (html(400), True),
    "another field": (error(400, details={"zzz": "Unknown field"}), False),
}


@pytest.mark.parametrize(("failure", "refused"), ORDERING.values(), ids=ORDERING)
def test_400_about_ordering_is_recognised(bench: Bench, failure: Step, refused: bool) -> None:
    bench.server.answers(failure)
    with pytest.raises(BadRequestError) as caught:
        bench.client().page("order_hdr", PARAMS)
    assert is_ordering_refused(caught.value) is refused


def test_400_without_ordering_is_not_about_ordering(bench: Bench) -> None:
    bench.server.answers(error(400))
    with pytest.raises(BadRequestError) as caught:
        bench.client().page("order_hdr", [("page_size", "100")])
    assert not is_ordering_refused(caught.value)


def assert_nothing_leaks(error: SourceError) -> None:
    shown = f"{error} {error.context}"
    for secret in ("s3cret", "SECRET", "Basic ", "Authorization", "page_size"):
        assert secret not in shown
