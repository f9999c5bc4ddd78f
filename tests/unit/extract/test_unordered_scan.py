"""Entities that reject `ordering` are still read completely (wms-api 8.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.errors import ProtocolError
from loader.extract.paging import PageSizer
from loader.extract.scan import Scan, check_order, pages
from loader.wms.page import Page, parse_page
from loader.wms.retry import PageTooSlow
from tests.support.odd_wms import OddWms

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def page_of(ids: list[int]) -> Page:
    return parse_page("thing", msgspec.json.encode({"results": [{"id": row_id} for row_id in ids]}), read_at=NOW)


def read(wms: OddWms, scan: Scan = Scan("thing"), size: int = 1000) -> list[int]:  # noqa: B008
    found = pages(wms, scan, PageSizer(size))  # type: ignore[arg-type]
    return [key.id for page in found for key in page.keys]


@given(st.sets(st.integers(0, 500)), st.integers(1, 30), st.integers(0, 400), st.integers(0, 500))
def test_bounded_slices_stay_within_their_bounds(ids: set[int], page_size: int, after: int, until: int) -> None:
    wms = OddWms(ids, orders=False)
    assert read(wms, Scan("thing", after_id=after, until_id=until), page_size) == sorted(
        i for i in ids if after < i <= until
    )


def test_server_limit_of_100_rows_returns_all_rows() -> None:
    wms = OddWms(set(range(1, 1001)), cap=100, orders=False, counts=False)
    assert read(wms) == list(range(1, 1001))
    assert len(wms.requests) < 30


@given(
    st.sets(st.integers(-300, 300), min_size=1), st.sets(st.sampled_from([-(2**62), -(2**40), 2**40])), st.booleans()
)
def test_negative_ids_without_order_are_read(ids: set[int], far: set[int], counts: bool) -> None:
    wms = OddWms(ids | far, orders=False, counts=counts)
    assert read(wms, size=50) == sorted(ids | far)


def test_one_wrong_answer_hides_no_negative_ids() -> None:
    for stray in range(6):
        wms = OddWms({-5, 3, 7}, orders=False, strays=frozenset({stray}))
        assert read(wms) == [-5, 3, 7], stray


@pytest.mark.parametrize("counts", [False, True])
def test_sparse_ids_cost_few_requests(counts: bool) -> None:
    wms = OddWms({1, 50_000_000}, orders=False, counts=counts)
    assert read(wms, size=100) == [1, 50_000_000]
    assert len(wms.requests) < 120


def test_dense_ids_cost_one_request_per_page() -> None:
    wms = OddWms(set(range(20_000)), orders=False)
    assert read(wms) == list(range(20_000))
    assert len(wms.requests) <= 20 + 6


def test_page_size_growth_during_scan_loses_nothing() -> None:
    ids = set(range(0, 4000, 2))
    wms = OddWms(ids, orders=False, counts=False, links=False)
    sizer = PageSizer(400)
    sizer.shrink(400, PageTooSlow("WMS_CONN_003", "slow"))
    ask = wms.page

    def growing(entity: str, params: object) -> Page:
        page = ask(entity, params)  # type: ignore[arg-type]
        sizer.size = 50 if sizer.size == 200 else 200
        return page

    wms.page = growing  # type: ignore[method-assign, assignment]
    found = [key.id for page in pages(wms, Scan("thing"), sizer) for key in page.keys]  # type: ignore[arg-type]
    assert found == sorted(ids)


def test_slice_shorter_than_its_count_is_read_again() -> None:
    wms = OddWms(set(range(0, 600, 3)), orders=False)
    answer = wms.page

    def short(entity: str, params: object) -> Page:
        page = answer(entity, params)  # type: ignore[arg-type]
        if len(wms.requests) != 6:
            return page
        return replace(page, keys=page.keys[1:], documents=page.documents[1:])

    wms.page = short  # type: ignore[method-assign, assignment]
    assert read(wms, size=100) == sorted(wms.ids)


def test_documents_stay_with_their_keys_when_sorted() -> None:
    wms = OddWms({3, 1, 2}, orders=False)
    [page] = pages(wms, Scan("thing"), PageSizer(10))  # type: ignore[arg-type]
    assert [msgspec.json.decode(document)["id"] for document in page.documents] == [1, 2, 3]


@pytest.mark.parametrize(("ids", "after"), [([2, 1], None), ([1, 1], None), ([5, 6], 5), ([4, 9], 5)])
def test_page_out_of_order_is_protocol_error(ids: list[int], after: int | None) -> None:
    with pytest.raises(ProtocolError) as caught:
        check_order(Scan("thing"), page_of(ids), after)
    assert caught.value.code == "WMS_PROTO_001"


@pytest.mark.parametrize("counts", [False, True])
def test_stray_empty_slice_loses_nothing(counts: bool) -> None:
    for rows in (40, 120):
        for stray in range(1, 14):
            wms = OddWms(set(range(rows)), orders=False, counts=counts, strays=frozenset({stray}))
            assert read(wms, size=20) == list(range(rows)), f"request {stray} of {rows} rows"
