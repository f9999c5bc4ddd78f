"""The WMS client over a real socket."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest

from loader.errors import ProtocolError, SourceError
from loader.settings import WmsSettings
from loader.wms import RequestEvent, WmsClient
from tests.unit.wms.conftest import Bench
from tests.unit.wms.scripted import AT, Scripted, Seen, Step, catalog, error, raw, reply, rows


def test_server_now_continues_from_last_response(server: Scripted) -> None:
    now = 100.0
    settings = WmsSettings(base_url=server.base_url, username="elt", password="s3cret")  # type: ignore[arg-type]
    with WmsClient(settings, clock=lambda: now) as client:
        assert client.server_now() == AT
        now += 90.7
        assert client.server_now() == datetime(2026, 5, 4, 12, 1, 30, tzinfo=UTC)
        server.answers(reply({"results": []}, date="Mon, 04 May 2026 12:10:00 GMT"))
        page = client.page("item", [])
        assert page.read_at == datetime(2026, 5, 4, 12, 10, tzinfo=UTC)
    assert [seen.path for seen in server.seen] == [
        "/env/wms/lgfapi/v10/entity/",
        "/env/wms/lgfapi/v10/entity/item",
        "/env/wms/lgfapi/v10/entity/item/describe/",
    ]


def test_server_now_without_date_header_fails(bench: Bench) -> None:
    bench.server.catalog = lambda _: reply({"item": "u"}, date="")
    with pytest.raises(ProtocolError, match="no Date header"):
        bench.client().server_now()
    bench.server.answers(reply({"results": []}, date=""))
    with pytest.raises(ProtocolError, match="no Date header"):
        bench.client().page("item", [])


def test_server_now_missing_date_is_computed(bench: Bench) -> None:
    bench.server.answers(reply({"results": []}, date=""))
    client = bench.client()
    client.entities()
    read_at = client.page("item", []).read_at
    assert AT is not None
    assert timedelta(0) <= read_at - AT < timedelta(seconds=5)


def test_page_equals_what_server_sent(bench: Bench) -> None:
    link = "https://h:443/env/wms/lgfapi/v10/entity/item?cursor=cD0y&page_mode=sequenced"
    bench.server.answers(rows(1, 2, next_page=link))
    page = bench.client().page("item", [("id__gt", "0"), ("status_id!", "99"), ("page_size", "2")])
    assert [key.id for key in page.keys] == [1, 2]
    assert [json.loads(bytes(memoryview(document)))["id"] for document in page.documents] == [1, 2]
    assert (page.entity, page.read_at, page.next_page, page.cursor) == ("item", AT, link, "cD0y")
    assert page.size_bytes > 100
    (asked,) = bench.server.pages
    assert asked.target.endswith("/entity/item?id__gt=0&status_id!=99&page_size=2")
    assert asked.headers["accept-encoding"] == "gzip"


def test_page_compressed_is_read(bench: Bench) -> None:
    body = json.dumps({"results": [{"id": number, "text": "x" * 2000} for number in range(500)]}).encode()
    bench.server.answers(reply(gzip.compress(body), content_encoding="gzip"))
    page = bench.client().page("item", [])
    assert len(page.keys) == 500
    assert page.size_bytes == len(body) == bench.events[-1].bytes


def test_page_chunked_with_other_content_type_is_read(bench: Bench) -> None:
    head = b"HTTP/1.1 200 OK\r\nDate: Mon, 04 May 2026 12:00:00 GMT\r\nContent-Type: text/html\r\n"
    body = b'b\r\n{"results":\r\na\r\n[{"id":1}]\r\n1\r\n}\r\n0\r\n\r\n'
    bench.server.answers(raw(head + b"Transfer-Encoding: chunked\r\n\r\n" + body, then="keep"))
    assert bench.client().page("item", []).keys[0].id == 1


def test_page_values_list_has_same_keys(bench: Bench) -> None:
    bench.server.answers(reply({"results": [{"id": 5, "mod_ts": "2026-05-04T11:00:00Z"}, {"id": 6, "mod_ts": None}]}))
    keys = bench.client().page("item", [("values_list", "id,mod_ts")]).keys
    assert [(key.id, key.mod_ts) for key in keys] == [(5, "2026-05-04T11:00:00Z"), (6, None)]


EMPTY: dict[str, Step] = {
    "404": error(404, "Not found."),
    "204": reply(b"", 204, content_length=""),
    "200": reply({"next_page": None, "previous_page": None, "results": []}),
}


@pytest.mark.parametrize("answer", EMPTY.values(), ids=EMPTY)
def test_page_without_rows_is_empty(bench: Bench, answer: Step) -> None:
    bench.server.answers(answer)
    client = bench.client()
    page = client.page("item", [("page_size", "100")])
    assert (page.keys, page.documents, page.read_at) == ([], [], AT)
    client.page("item", [("page_size", "100")])
    # the entity map is requested once, not for every empty page
    assert len(bench.server.seen) == 4


def test_unknown_entity_is_an_error_not_empty(bench: Bench) -> None:
    bench.server.answers(error(404, "Not found."))
    client = bench.client()
    for call in (lambda: client.page("order_header", []), lambda: client.describe("order_header")):
        with pytest.raises(SourceError, match=r"find the entity order_header.*Did you mean order_hdr\?") as caught:
            call()
        assert caught.value.code == "WMS_ENTITY_001"
    assert not [seen for seen in bench.server.seen if "describe" in seen.path]


def test_unknown_entity_without_similar_name_has_no_suggestion(bench: Bench) -> None:
    with pytest.raises(SourceError) as caught:
        bench.client().describe("zzz")
    assert "Did you mean" not in caught.value.message


def test_unknown_profile_names_the_profiles(bench: Bench) -> None:
    with pytest.raises(SourceError, match=r"Did you mean operations\?") as caught:
        bench.client().describe("operation")
    assert "The profiles are core, operations, full." in caught.value.hint


def test_document_that_is_refused_after_login_counts_as_missing(bench: Bench) -> None:
    bench.server.answers(error(401, "Invalid token."))
    client = bench.client()
    assert client.schema() == {}
    assert client.describe("item").has_mod_ts
    assert len(bench.server.seen) == 3


def test_refused_login_is_not_taken_for_a_missing_document(bench: Bench) -> None:
    bench.server.catalog = lambda _: error(401, "Invalid credentials.")
    with pytest.raises(SourceError) as caught:
        bench.client().schema()
    assert caught.value.code == "WMS_AUTH_001"


def test_entity_without_permission_is_an_error(bench: Bench) -> None:
    def denied(seen: Seen) -> Step:
        return error(404, "Not found.") if "describe" in seen.path else catalog(seen)

    bench.server.catalog = denied
    bench.server.answers(error(404, "Not found."))
    with pytest.raises(SourceError, match="this user has no permission") as caught:
        bench.client().page("item", [])
    assert caught.value.code == "WMS_ENTITY_001"


def test_entity_map_and_description_are_requested_once(bench: Bench) -> None:
    client = bench.client()
    for _ in range(3):
        assert client.describe("order_hdr").has_mod_ts
        assert "order_dtl" in client.entities()
        client.server_now()
    assert len(bench.server.seen) == 2


def test_describing_requests_descriptions_concurrently_once(bench: Bench) -> None:
    together = threading.Barrier(2)

    def step(connection: socket.socket, seen: Seen) -> None:
        if "describe" in seen.path:
            together.wait(timeout=10)
        catalog(seen)(connection, seen)

    bench.server.catalog = lambda _: step
    client = bench.client()
    client.server_now()
    with client.describing(["order_hdr", "item", "zzz"]):
        assert client.describe("order_hdr").has_mod_ts
        client.describe("item")
        with pytest.raises(SourceError, match="find the entity zzz"):
            client.describe("zzz")
    assert len(bench.server.seen) == 3


def test_incomplete_description_is_retried(bench: Bench) -> None:
    answers = [reply(b'{"fields":{"id"'), reply({"fields": {"id": {"type": "integer"}}})]
    bench.server.catalog = lambda seen: answers.pop(0) if "describe" in seen.path else catalog(seen)
    assert set(bench.client().describe("item").fields) == {"id"}


def test_connections_are_reused(bench: Bench) -> None:
    ports: set[int] = set()

    def step(connection: object, seen: Seen) -> None:
        ports.add(connection.getpeername()[1])  # type: ignore[attr-defined]
        rows(1)(connection, seen)  # type: ignore[arg-type]

    bench.server.answers(step)
    client = bench.client()
    for _ in range(5):
        client.page("item", [])
    assert len(ports) == 1


def test_observer_gets_event_for_every_attempt(bench: Bench) -> None:
    bench.server.answers(error(503), raw(b""), rows(1, 2))
    bench.client().page("item", [("page_size", "2")])
    shown = [(event.entity, event.status, event.rows, event.attempt, event.reason) for event in bench.events]
    assert shown == [("item", 503, 0, 1, "http 503"), ("item", None, 0, 2, "broken"), ("item", 200, 2, 3, "")]
    assert all(event.seconds >= 0 for event in bench.events)
    assert bench.events[-1] == RequestEvent("item", 200, 2, bench.events[-1].bytes, bench.events[-1].seconds, 3)


def test_api_version_is_part_of_url(bench: Bench) -> None:
    bench.client(api_version="v11").entities()
    assert bench.server.seen[0].path == "/env/wms/lgfapi/v11/entity/"
