"""Entities that refuse an order are read whole all the same (wms-api 8.4)."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.errors import ProtocolBreach
from loader.extract.scan import Scan, check_order
from loader.extract.slices import sliced_pages
from loader.wms.page import Page, parse_page

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def page_of(ids: list[int]) -> Page:
    return parse_page("thing", msgspec.json.encode({"results": [{"id": row_id} for row_id in ids]}), read_at=NOW)


class Server:
    def __init__(self, ids: set[int], page_size: int, *, shuffled: bool) -> None:
        self.ids, self.page_size, self.shuffled, self.requests = ids, page_size, shuffled, 0

    def fetch(self, after_id: int | None, until_id: int | None) -> Page:
        self.requests += 1
        lo = -1 if after_id is None else after_id
        found = sorted(row_id for row_id in self.ids if row_id > lo and (until_id is None or row_id <= until_id))
        if self.shuffled:
            random.Random(7).shuffle(found)
        return page_of(found[: self.page_size])


def check(page: Page, after_id: int | None) -> None:
    check_order(Scan("thing"), page, after_id)


@given(st.sets(st.integers(0, 500) | st.integers(10**6, 10**6 + 50)), st.integers(1, 30), st.booleans())
def test_every_row_comes_once_in_ascending_order(ids: set[int], page_size: int, shuffled: bool) -> None:
    server = Server(ids, page_size, shuffled=shuffled)
    pages = sliced_pages(server.fetch, None, None, lambda: page_size)
    assert [key.id for page in pages for key in page.keys] == sorted(ids)


@given(st.sets(st.integers(0, 500)), st.integers(1, 30), st.integers(0, 400), st.integers(0, 500))
def test_a_bounded_slice_scan_stays_within_its_bounds(ids: set[int], page_size: int, after: int, until: int) -> None:
    server = Server(ids, page_size, shuffled=True)
    pages = sliced_pages(server.fetch, after, until, lambda: page_size)
    assert [key.id for page in pages for key in page.keys] == sorted(i for i in ids if after < i <= until)


def test_gaps_of_millions_cost_few_requests() -> None:
    server = Server({1, 50_000_000}, 100, shuffled=True)
    assert len(list(sliced_pages(server.fetch, None, None, lambda: 100))) == 2
    assert server.requests < 60


def test_documents_stay_with_their_keys_when_sorted() -> None:
    server = Server({3, 1, 2}, 10, shuffled=True)
    [page] = sliced_pages(server.fetch, None, None, lambda: 10)
    assert [msgspec.json.decode(document)["id"] for document in page.documents] == [1, 2, 3]


@pytest.mark.parametrize(("ids", "after"), [([2, 1], None), ([1, 1], None), ([5, 6], 5), ([4, 9], 5)])
def test_a_page_out_of_order_is_a_breach(ids: list[int], after: int | None) -> None:
    with pytest.raises(ProtocolBreach) as caught:
        check(page_of(ids), after)
    assert caught.value.code == "WMS_PROTO_001"
