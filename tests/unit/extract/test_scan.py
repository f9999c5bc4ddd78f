"""A scan returns every row or fails, whatever rows the server omits (wms-api 7.2, 8.4)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loader.errors import ProtocolError, SourceError
from loader.extract.paging import PageSizer
from loader.extract.scan import Scan, pages
from loader.extract.scan_end import FALSE_END
from loader.extract.window import Window
from tests.support.odd_wms import OddWms
from tests.support.sampling import examples

IDS = st.sets(st.integers(0, 300) | st.integers(10**6, 10**6 + 50))
WINDOW = Window(datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 5, 5, tzinfo=UTC))


def read(wms: OddWms, scan: Scan = Scan("thing"), size: int = 25) -> list[int]:  # noqa: B008
    found = pages(wms, scan, PageSizer(size))  # type: ignore[arg-type]
    return [key.id for page in found for key in page.keys]


@settings(max_examples=examples(3))
@given(
    ids=IDS,
    cap=st.integers(1, 40),
    orders=st.booleans(),
    links=st.booleans(),
    counts=st.booleans(),
    size=st.integers(1, 40),
    empty_status=st.sampled_from([200, 204, 404]),
    empty_values_status=st.sampled_from([None, 200, 404]),
    empty_paged_status=st.sampled_from([None, 200, 404]),
)
def test_scan_of_capping_server_gives_all_rows(ids: set[int], size: int, **manners: Any) -> None:
    assert read(OddWms(ids, **manners), size=size) == sorted(ids)


@settings(max_examples=examples(3))
@given(
    ids=st.sets(st.integers(0, 120)),
    cap=st.integers(5, 40),
    orders=st.booleans(),
    links=st.booleans(),
    counts=st.booleans(),
    stray=st.integers(0, 30),
    windowed=st.booleans(),
    empty_status=st.sampled_from([200, 404]),
    empty_values_status=st.sampled_from([None, 200, 404]),
    empty_paged_status=st.sampled_from([None, 200, 404]),
)
def test_stray_empty_page_never_loses_rows(ids: set[int], stray: int, windowed: bool, **manners: Any) -> None:
    wms = OddWms(ids, strays=frozenset({stray}), **manners)
    try:
        found = read(wms, Scan("thing", window=WINDOW if windowed else None), size=20)
    except SourceError:
        return
    assert found == sorted(ids)


@settings(max_examples=500)
@given(
    ids=st.sets(st.integers(0, 120), max_size=40),
    orders=st.booleans(),
    counts=st.booleans(),
    begin=st.integers(0, 12),
    lasting=st.integers(1, 15),
    short=st.frozensets(st.integers(0, 12)),
    windowed=st.booleans(),
    empty_status=st.sampled_from([200, 404]),
    empty_values_status=st.sampled_from([None, 200, 404]),
    empty_paged_status=st.sampled_from([None, 200, 404]),
)
def test_lost_permission_of_any_length_never_loses_rows(
    ids: set[int], orders: bool, begin: int, lasting: int, short: frozenset[int], windowed: bool, **manners: Any
) -> None:
    # without an order, omitted rows can't be detected
    wms = OddWms(
        ids, orders=orders, withdrawn=range(begin, begin + lasting), short=short if orders else frozenset(), **manners
    )
    try:
        found = read(wms, Scan("thing", window=WINDOW if windowed else None), size=20)
    except SourceError:
        return
    assert found == sorted(ids)


@pytest.mark.parametrize("orders", [False, True])
def test_empty_responses_of_different_status_end_an_empty_scan(orders: bool) -> None:
    assert read(OddWms(set(), orders=orders, empty_status=404, empty_values_status=200, empty_paged_status=404)) == []
    assert read(OddWms(set(), orders=orders, empty_status=200, empty_values_status=404)) == []


def test_end_of_scan_costs_one_extra_request() -> None:
    wms = OddWms(set(range(1, 51)))
    assert read(wms) == list(range(1, 51))
    assert len(wms.requests) == 2 + 1 + 1
    assert wms.requests[-1]["ordering"] == "-id"
    assert wms.faults.of("thing") == ()


def test_bounded_range_ends_without_extra_request() -> None:
    wms = OddWms(set(range(1, 51)))
    assert read(wms, Scan("thing", until_id=25)) == list(range(1, 26))
    assert len(wms.requests) == 1


def test_false_end_is_recorded_and_retried() -> None:
    wms = OddWms(set(range(1, 76)), strays=frozenset({1}))
    assert read(wms) == list(range(1, 76))
    assert wms.paused == [1]
    assert wms.faults.of("thing") == (FALSE_END,)


def test_persistent_false_end_fails_scan() -> None:
    wms = OddWms(set(range(1, 76)))
    wms._found = lambda query, ask=wms._found: ask(query) if "id__gt" not in query else []  # type: ignore[method-assign, misc]
    with pytest.raises(ProtocolError) as caught:
        read(wms)
    assert caught.value.code == "WMS_PROTO_003"


@pytest.mark.parametrize("windowed", [False, True])
def test_rows_deleted_during_scan_are_no_end(windowed: bool) -> None:
    wms = OddWms(set(range(1, 76)), strays=frozenset(range(1, 99)))
    with pytest.raises(ProtocolError):
        read(wms, Scan("thing", window=WINDOW if windowed else None))


def test_rows_that_left_window_end_scan() -> None:
    wms = OddWms(set(range(1, 21)))
    ask = wms._found
    wms._found = lambda query: ask(query) if len(wms.requests) == 1 or "id__in" in query else []  # type: ignore[method-assign]
    assert read(wms, Scan("thing", window=WINDOW)) == list(range(1, 21))


@pytest.mark.parametrize("orders", [False, True])
def test_permission_lost_before_first_row_is_no_end(orders: bool) -> None:
    wms = OddWms(set(), orders=orders, empty_status=404, readable=False)
    with pytest.raises(SourceError) as caught:
        read(wms)
    assert caught.value.code == "WMS_PERM_002"


def test_permission_lost_between_pages_is_no_end() -> None:
    wms = OddWms(set(range(1, 76)), strays=frozenset(range(1, 99)), empty_status=404, readable=False)
    with pytest.raises(SourceError) as caught:
        read(wms)
    assert caught.value.code == "WMS_PERM_002"


def test_order_ignored_by_second_request_is_no_end() -> None:
    wms = OddWms(set(range(1, 76)), strays=frozenset({1}))
    ask = wms._found
    wms._found = lambda query: sorted(ask(query))  # type: ignore[method-assign]
    assert read(wms) == list(range(1, 76))


def test_missing_known_id_is_no_end() -> None:
    wms = OddWms(set(range(1, 26)), strays=frozenset({0, 1}))
    assert read(wms, Scan("thing", known_ids=(1, 25))) == list(range(1, 26))
