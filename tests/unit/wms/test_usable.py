"""Pages with unusable documents, over a real socket."""

from __future__ import annotations

import pytest

from loader.errors import SourceError
from loader.wms.page import Page
from tests.unit.wms.conftest import Bench
from tests.unit.wms.scripted import reply

SIZE = 25


def body(*documents: bytes, next_page: bytes = b"null") -> bytes:
    return b'{"next_page":' + next_page + b',"results":[' + b",".join(documents) + b"]}"


def row(number: int) -> bytes:
    return b'{"id":%d}' % number


@pytest.mark.parametrize("damaged", [b'{"id":6,"a":"\x01"}', b'{"id":6,"a":"\xff"}', b'{"id":6,"a":}'])
def test_repeated_damage_costs_one_request(bench: Bench, damaged: bytes) -> None:
    bench.server.answers(reply(body(row(1), damaged)))
    client = bench.client()
    page = client.page("item", [("page_size", "1250")])
    assert page.keys[0].id == 1
    assert page.row_count == 2
    assert len(bench.server.pages) == 2
    # the document is invalid, but the source has no fault: other rows can still be marked as deleted
    assert client.faults.of("item") == ()


def test_damage_in_transit_is_fixed_by_retry(bench: Bench) -> None:
    whole = body(row(1), b'{"id":6,"a":"x"}')
    bench.server.answers(reply(whole.replace(b"x", b"\x01")), reply(whole))
    page = bench.client().page("item", [("page_size", "1250")])
    assert [bytes(memoryview(document)) for document in page.documents] == [row(1), b'{"id":6,"a":"x"}']


def test_odd_documents_cost_no_extra_request(bench: Bench) -> None:
    bench.server.answers(reply(body(row(1), rb'{"id":6,"a":"\ud83d"}', b'{"id":7,"a":NaN}', b'{"id":"8"}')))
    page = bench.client().page("item", [("page_size", "1250")])
    assert [key.id for key in page.keys] == [1, 6, 7]
    assert len(bench.server.pages) == 1


@pytest.mark.parametrize("order", ["id", "-id"])
def test_probe_skips_documents_without_id(bench: Bench, order: str) -> None:
    bad = b'{"id":9223372036854775808}'
    bench.server.answers(reply(body(bad)), reply(body(bad, row(5), row(6))))
    page = bench.client().page("item", [("page_size", "1"), ("ordering", order)])
    assert [key.id for key in page.keys] == [5]
    assert dict(bench.server.pages[1].query)["page_size"] == str(SIZE)


def test_last_page_without_usable_id_ends_scan(bench: Bench) -> None:
    bench.server.answers(reply(body(b'{"id":9223372036854775808}')))
    page = bench.client().page("item", [("page_size", "1250"), ("id__gt", "5")])
    assert (page.keys, page.row_count) == ([], 1)


@pytest.mark.parametrize(
    "content",
    [body(*[b'{"id":null,"n":%d}' % n for n in range(SIZE)]), body(b'{"id":null}', next_page=b'"https://h/?cursor=x"')],
)
def test_page_without_usable_id_names_its_documents(bench: Bench, content: bytes) -> None:
    bench.server.answers(reply(content))
    with pytest.raises(SourceError, match="row 1 of a page") as caught:
        bench.client().page("item", [("page_size", str(SIZE))])
    assert caught.value.code == "WMS_DOC_002"
    assert "base_url" not in str(caught.value)


def test_on_page_is_called_before_page_is_returned(bench: Bench) -> None:
    seen: list[Page] = []
    client = bench.client()
    client.on_page = seen.append
    bench.server.answers(reply(body(row(1), b'{"id":"2"}')))
    client.page("item", [("page_size", "1250")])
    client.page("item", [("page_size", "1250"), ("values_list", "id")])
    assert [page.row_count for page in seen] == [2]
    assert str(seen[0].unusable[0]) == "id 2 (its id is text)"
