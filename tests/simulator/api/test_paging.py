"""Both page modes over the socket (wms-api 2, 3; 9.4, 9.5)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from loader.simulator import Behaviour, Clock, RunningSimulator

from .conftest import ORDERS, START, Caller, FakeWorld

ALL = list(range(100, 100 + ORDERS))


def follow(call: Caller, path: str, key: str = "next_page") -> list[list[int]]:
    pages, link = [], path
    while link:
        body = call(link).json()
        pages.append([row["id"] for row in body["results"]])
        link = body[key]
    return pages


def flat(pages: list[list[int]]) -> list[int]:
    return [row_id for page in pages for row_id in page]


def test_paged_keys_in_order(call: Caller) -> None:
    body = call("order_hdr?page_size=15&ordering=id").json()
    assert list(body) == ["result_count", "page_count", "page_nbr", "next_page", "previous_page", "results"]
    assert [body[key] for key in list(body)[:3]] == [ORDERS, 3, 1]
    assert body["previous_page"] is None
    assert body["next_page"] == f"{call.base}/order_hdr?ordering=id&page=2&page_size=15"
    second = call(body["next_page"]).json()
    assert second["previous_page"] == f"{call.base}/order_hdr?ordering=id&page_size=15"
    assert second["page_nbr"] == 2


def test_paged_links_visit_each_row_once(call: Caller) -> None:
    pages = follow(call, "order_hdr?page_size=15&ordering=id")
    assert [len(page) for page in pages] == [15, 15, 10]
    assert flat(pages) == ALL


@pytest.mark.parametrize("page", ["4", "0", "-1", "x", "9" * 40, "1.0"])
def test_missing_page_is_404(call: Caller, page: str) -> None:
    assert call.problem(f"order_hdr?page_size=15&page={page}") == (404, None)


def test_only_paged_mode_counts_rows(call: Caller, simulator: RunningSimulator) -> None:
    follow(call, "order_hdr?page_size=15&status_id=90")
    assert simulator.stats.counts == 1
    assert simulator.stats.rows_scanned == ORDERS + ORDERS
    follow(call, "order_hdr?page_size=15&page_mode=sequenced")
    assert simulator.stats.counts == 1


def test_count_latency_is_proportional_to_table(call: Caller, simulator: RunningSimulator) -> None:
    simulator.set_behaviour(Behaviour(count_latency_us=2000))
    assert call("order_hdr?id=100").elapsed > timedelta(milliseconds=2 * ORDERS)
    counts = simulator.stats.counts
    call("order_hdr?id=100&page_mode=sequenced")
    assert simulator.stats.counts == counts


def test_changed_row_moves_to_end_without_ordering(call: Caller, world: FakeWorld, clock: Clock) -> None:
    first = call.ids("order_hdr?page_size=20")
    assert first == ALL[:20]
    world.put("order_hdr", 105, at=START + timedelta(seconds=1), facility_id=1, company_id=1, order_nbr="ORD-005")
    clock.advance(timedelta(seconds=2))
    second = call.ids("order_hdr?page_size=20&page=2")
    assert second[-1] == 105
    # row 120 moved from the second page to the first between the requests, so it was not read
    assert set(ALL) - set(first) - set(second) == {120}


def test_page_size_is_capped_silently(call: Caller, world: FakeWorld) -> None:
    for row_id in range(1, 1300):
        world.put("order_status", row_id + 1000, description="x")
    assert len(call.rows("order_status?page_size=5000&page_mode=sequenced")) == 1250
    assert call("order_status?page_size=1251").json()["page_count"] == 2


def test_sequenced_page_has_keys_and_documented_cursor(call: Caller) -> None:
    body = call("order_hdr?page_size=15&page_mode=sequenced").json()
    assert list(body) == ["next_page", "previous_page", "results"]
    query = parse_qs(urlsplit(body["next_page"]).query)
    assert b64decode(query["cursor"][0]) == b"p=114"
    assert query["page_mode"] == ["sequenced"]
    assert call.ids("order_hdr?page_mode=sequenced&page_size=2&cursor=cD0xMTQ=") == [115, 116]


@pytest.mark.parametrize("size", [1, 7, 15, 39, 40, 41])
@pytest.mark.parametrize(
    "ordering", ["", "id", "-id", "create_ts", "-create_ts", "status_id,id", "facility_id__code,-id"]
)
def test_sequenced_scan_reads_each_row_once_both_ways(call: Caller, size: int, ordering: str) -> None:
    pages = follow(call, f"order_hdr?page_size={size}&page_mode=sequenced&ordering={ordering}")
    read = flat(pages)
    assert sorted(read) == ALL
    if "," not in ordering:
        assert read == (ALL[::-1] if ordering.startswith("-") else ALL)


@pytest.mark.parametrize("ordering", ["id", "-id", "create_ts"])
def test_previous_page_returns_to_first_page(call: Caller, ordering: str) -> None:
    url = f"order_hdr?page_size=15&page_mode=sequenced&ordering={ordering}"
    first = call(url).json()
    second = call(first["next_page"]).json()
    third = call(second["next_page"]).json()
    assert third["next_page"] is None
    back = call(third["previous_page"]).json()
    assert [row["id"] for row in back["results"]] == [row["id"] for row in second["results"]]
    start = call(back["previous_page"]).json()
    assert [row["id"] for row in start["results"]] == [row["id"] for row in first["results"]]
    assert start["previous_page"] is None
    assert call(start["next_page"]).json()["results"] == second["results"]


def test_rows_without_ordering_value_are_skipped(call: Caller) -> None:
    read = flat(follow(call, "order_hdr?page_size=7&page_mode=sequenced&ordering=mod_ts"))
    assert set(ALL) - set(read) == {107}


def test_more_than_1000_ties_make_scan_repeat(call: Caller, world: FakeWorld) -> None:
    for row_id in range(2000, 4200):
        world.put("item", row_id, code="TIE", company_id=1, mod_ts=START)
    link: Any = "item?page_mode=sequenced&ordering=mod_ts&page_size=600&code=TIE"
    seen: list[int] = []
    for _ in range(6):
        body = call(link).json()
        seen += [row["id"] for row in body["results"]]
        link = body["next_page"]
    assert len(seen) > len(set(seen))
    assert link is not None
    by_id = flat(follow(call, "item?page_mode=sequenced&ordering=id&page_size=600&code=TIE"))
    assert by_id == list(range(2000, 4200))


@pytest.mark.parametrize("cursor", ["%%%", "x", "cD1hYmM=", b64encode(b"o=x").decode(), b64encode(b"\xff").decode()])
def test_damaged_cursor_is_404(call: Caller, cursor: str) -> None:
    answer = call("order_hdr", params={"page_mode": "sequenced", "cursor": cursor})
    assert answer.status_code == 404


def test_unknown_page_mode_is_400(call: Caller) -> None:
    assert call.problem("order_hdr?page_mode=offset")[0] == 400


@pytest.mark.parametrize("mode", ["paged", "sequenced"])
def test_no_rows_is_404_with_standard_error_body(call: Caller, mode: str) -> None:
    assert call.problem(f"order_hdr?status_id=77&page_mode={mode}") == (404, None)


@pytest.mark.parametrize("mode", ["paged", "sequenced"])
@pytest.mark.parametrize("code", [200, 204, 404])
def test_empty_status_is_configurable_from_26a(call: Caller, mode: str, code: int) -> None:
    path = f"order_hdr?status_id=77&page_mode={mode}&empty_response_http_code={code}"
    assert call.problem(path)[0] == 400
    call.simulator.set_behaviour(Behaviour(release="26A"))
    answer = call(path)
    assert answer.status_code == code
    if code == 200:
        assert answer.json()["results"] == []
    if code == 204:
        assert answer.content == b""
    assert call(path, method="HEAD").status_code == code
    assert call.problem("order_hdr?empty_response_http_code=500")[0] == 400


def test_ordering_can_be_refused_by_entity(call: Caller, simulator: RunningSimulator) -> None:
    simulator.set_behaviour(Behaviour(ordering_refused=frozenset({"order_dtl"})))
    assert call.problem("order_dtl?ordering=id")[0] == 400
    assert call("order_hdr?ordering=id").status_code == 200


@pytest.mark.parametrize("ordering", ["zzz", "-zzz", "id__gt", "order_dtl_set", "facility_id__zzz", "id,,mod_ts"])
def test_unknown_ordering_is_400(call: Caller, ordering: str) -> None:
    assert call.problem(f"order_hdr?ordering={ordering}")[0] == 400


def test_keyset_scan_reads_only_the_first_page(call: Caller, simulator: RunningSimulator) -> None:
    """The loader's own way (wms-api 8.4): its cost is the rows it gets."""
    read, last = [], 0
    while True:
        answer = call(f"order_hdr?page_mode=sequenced&ordering=id&page_size=15&id__gt={last}")
        if answer.status_code == 404:
            break
        read += [row["id"] for row in answer.json()["results"]]
        last = read[-1]
    assert read == ALL
    assert simulator.stats.rows_sent == ORDERS
    assert simulator.stats.rows_scanned <= ORDERS + 3
