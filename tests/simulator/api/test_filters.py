"""Filters over the socket (wms-api 2; 9.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from loader.simulator import Behaviour, RunningSimulator

from .conftest import ORDERS, START, Caller, FakeWorld

NUMBERS = list(range(ORDERS))


def orders(call: Caller, query: str) -> list[int]:
    """Return the serial numbers of matching orders, ascending."""
    answer = call(f"order_hdr?page_mode=sequenced&ordering=id&page_size=1250&{query}")
    if answer.status_code == 404:
        return []
    assert answer.status_code == 200, answer.text
    return [row["id"] - 100 for row in answer.json()["results"]]


MINUTE = "2025-06-01T11:20:{:02}Z"  # order 0 was created at 11:20:00Z and modified at 11:20:30Z

CASES = {
    "id=105": [5],
    "id__gt=137": [38, 39],
    "id__gte=138&id__lt=139": [38],
    "id__range=103,105": [3, 4, 5],
    "id__in=101,139,7": [1, 39],
    "id!=100&id__lte=102": [1, 2],
    "id__in!=100,101&id__lte=102": [2],
    "id__gt=139": [],
    "id__gt=110&id__lt=105": [],
    "status_id=90": NUMBERS[2::3],
    "status_id__in=20,90&id__lt=104": [1, 2],
    "status_id!=90&id__lt=104": [0, 1, 3],
    "status_id__gte=20&status_id__lt=90&id__lt=104": [1],
    "facility_id=2": NUMBERS[1::2],
    "facility_id__code=DC02&id__lt=104": [1, 3],
    "facility_id__code__in=DC01,DC02&id__lt=103": [0, 1, 2],
    "facility_id__code__startswith=DC&facility_id__code!=DC01&id__lt=104": [1, 3],
    "facility_id__code=dc02": [],
    "facility_id__code__iexact=dc02&id__lt=104": [1, 3],
    "order_nbr=ORD-007": [7],
    "order_nbr__contains=RD-01&id__lt=112": [10, 11],
    "order_nbr__icontains=rd-01&id__lt=112": [10, 11],
    "order_nbr__contains=rd-01": [],
    "order_nbr__endswith=9": [9, 19, 29, 39],
    "order_nbr__istartswith=ord-03&id__lt=132": [30, 31],
    "order_nbr__iendswith=039": [39],
    "order_nbr__gte=ORD-038": [38, 39],
    "cust_name__contains=%22&id__lte=108": [0, 4, 8],
    "cust_name=Jos%C3%A9%20%224%22%20100%25": [4],
    "cust_name__isnull=true&id__lt=105": [1, 2, 3],
    "cust_name=&id__lt=105": [1, 2, 3],
    "wave_id__isnull=false&id__lte=108": [0, 4, 8],
    "wave_id=9&id__lte=108": [0, 4, 8],
    "wave_id!=9&id__lte=102": [1, 2],
    "mod_ts__isnull=true": [7],
    "mod_ts__isnull=false": [n for n in NUMBERS if n != 7],
    "mod_ts__isnull!=false": [7],
    "mod_ts__isnull=true&mod_ts__gte=2000-01-01T00:00:00Z": [],
    "orderdtl__isnull=true&id__lt=106": [1, 2, 3, 5],
    "orderdtl__isnull=false&id__lt=106": [0, 4],
    "orderlockxref__isnull=false": [],
    "total_orig_ord_qty=2": [8],
    "total_orig_ord_qty__gt=8.99": [36],
    "total_orig_ord_qty__range=1,2.0": [4, 8],
    "stop_ship_flg=true": [],
    "stop_ship_flg=False&id__lt=102": [0, 1],
    "ord_date=2025-05-05": [4, 32],
    "ord_date__gt=2025-05-24": [24],
    "ord_date__day=5": [4, 32],
    "ord_date__year=2025&id__lt=108": [0, 4],
    "ord_date__week_day=1": [24],  # 25 May 2025 is the only Sunday among them
    f"create_ts={MINUTE.format(0)}": [0],
    f"create_ts__lte={MINUTE.format(0)}": [0],
    f"create_ts__lt={MINUTE.format(0)}": [],
    f"mod_ts__lt={MINUTE.format(31)}": [0],
    "mod_ts__gt=2025-06-01T11:21:30.738708Z&mod_ts__lt=2025-06-01T11:21:30.738710Z": [1],
    "mod_ts=2025-06-01T11:21:30.738709Z": [1],
    "mod_ts__gte=2025-06-01T08:59:30": [39],
    "mod_ts__gte=2025-06-01T13:59:30%2B02:00": [39],
    "mod_ts__range=2025-06-01T11:20:30Z,2025-06-01T11:22:30Z": [0, 1, 2],
    "mod_ts!=2025-06-01T11:20:30Z&id__lt=102": [1],
    "create_ts__hour=8&create_ts__minute=25": [5],
    "create_ts__hour=11": [],
    "create_ts__month=6&create_ts__week_day=1&create_ts__day=1&id=100": [0],
    "type_id=2&id=100": [0],
    "status_id__description=Shipped&id__lt=106": [2, 5],
}


@pytest.mark.parametrize("query", CASES)
def test_filter(call: Caller, query: str) -> None:
    assert orders(call, query) == CASES[query]


def test_filter_over_several_relations(call: Caller) -> None:
    path = "order_dtl?ordering=id&page_mode=sequenced"
    assert call.ids(f"{path}&order_id__order_nbr=ORD-003") == [1007, 1008]
    lines = f"{path}&order_id__facility_id__code=DC02&item_id__code=ITEM-2&seq_nbr=2&id__lt=1020"
    assert call.ids(lines) == [1004, 1012]
    assert len(call.ids(f"{path}&order_id__facility_id__code=DC02&page_size=100")) == 40


def test_orphan_has_nulls_behind_its_relation(call: Caller, world: FakeWorld) -> None:
    world.put("order_dtl", 5000, order_id=424242)
    path = "order_dtl?ordering=id&page_mode=sequenced"
    assert call.ids(f"{path}&order_id__order_nbr__isnull=true") == [5000]
    assert call.ids(f"{path}&order_id=424242&order_id__order_nbr!=ORD-003") == [5000]


@pytest.mark.parametrize(
    "query",
    [
        "zzz=1",
        "status_id__zzz=1",
        "facility_id__zzz=1",
        "facility_id__code__zzz=1",
        "status_id__contains=9",
        "order_nbr__year=2025",
        "ord_date__hour=1",
        "order_dtl_set=2",
        "order_instructions_set__gt=1",
        "orderdtl=1",
        "mod_ts=null",
        "mod_ts__gte=yesterday",
        "mod_ts__gte=2025-06-01T00:00:00.1234567Z",
        "mod_ts__gte=0001-01-01T00:00:00%2B14:00",
        "ord_date=2025-13-01",
        "ord_date=2025-06-01T00:00:00Z",
        "id=abc",
        "id=1_000",
        "id=9999999999999999999999",
        "id__in=1,,2",
        "id__range=1",
        "id__isnull=maybe",
        "total_orig_ord_qty=NaN",
        "total_orig_ord_qty=1e999999",
        "stop_ship_flg=2",
        "create_ts__year=x",
        "id__exact__exact=1",
        "=1",
        "url=1",
    ],
)
def test_invalid_filter_is_400_with_its_name(call: Caller, query: str) -> None:
    status, details = call.problem(f"order_hdr?{query}")
    assert status == 400
    assert list(details) == [query.partition("=")[0]]


def test_entity_without_mod_ts_refuses_mod_ts_filter(call: Caller) -> None:
    assert call.problem("order_status?mod_ts__gte=2025-01-01T00:00:00Z")[0] == 400


def test_unknown_filters_can_be_ignored(call: Caller, simulator: RunningSimulator) -> None:
    simulator.set_behaviour(Behaviour(ignore_unknown_filters=True))
    assert orders(call, "zzz=1&id__lt=102") == [0, 1]
    assert call.problem("order_hdr?id=abc")[0] == 400


def test_whole_second_mode(call: Caller, simulator: RunningSimulator) -> None:
    path = "mod_ts__gte=2025-06-01T11:21:30.900000Z&id__lt=103"
    assert orders(call, path) == [2]
    simulator.set_behaviour(Behaviour(fractions="truncate"))
    assert orders(call, path) == [1, 2]
    simulator.set_behaviour(Behaviour(fractions="reject"))
    assert call.problem(f"order_hdr?{path}")[0] == 400
    assert orders(call, "mod_ts__gte=2025-06-01T11:21:30Z&id__lt=103") == [1, 2]


def test_repeated_autumn_hour_means_first_occurrence(
    call: Caller, simulator: RunningSimulator, world: FakeWorld
) -> None:
    simulator.set_profile(replace(simulator.profile, time_zone="America/New_York"))
    first = datetime(2024, 11, 3, 5, 30, tzinfo=UTC)  # 01:30 EDT; an hour later it is 01:30 EST
    for row_id, moment in ((900, first), (901, first + timedelta(hours=1))):
        world.put("item", row_id, at=START - timedelta(days=1), code="DST", company_id=1, mod_ts=moment)
    base = "item?code=DST&ordering=id&page_mode=sequenced"
    assert call.ids(f"{base}&mod_ts__gte=2024-11-03T01:30:00") == [900, 901]
    assert call.ids(f"{base}&mod_ts__gt=2024-11-03T01:30:00") == [901]
    assert call.ids(f"{base}&mod_ts__gte=2024-11-03T01:30:00-05:00") == [901]
    assert [row["mod_ts"] for row in call.rows(base)] == ["2024-11-03T01:30:00-04:00", "2024-11-03T01:30:00-05:00"]
