"""fields, values_list, distinct (wms-api 2; 9.7)."""

from __future__ import annotations

import pytest

from loader.simulator import Behaviour, RunningSimulator

from .conftest import Caller


def test_fields_come_in_document_order(call: Caller) -> None:
    row = call.rows("order_hdr?fields=mod_ts,order_nbr,id&id=104")[0]
    assert list(row) == ["id", "mod_ts", "order_nbr"]
    assert list(call("order_hdr/104?fields=order_nbr,url").json()) == ["url", "order_nbr"]


def test_fields_equal_those_of_whole_documents(call: Caller) -> None:
    whole = call("order_hdr/104").json()
    for name in whole:
        assert call(f"order_hdr/104?fields={name}").json() == {name: whole[name]}


def test_image_data_needs_explicit_field(call: Caller) -> None:
    assert "image_data" not in call("item/1").json()
    assert call("item/1?fields=id,image_data").json() == {"id": 1, "image_data": "IMAGE"}


def test_unknown_field_is_400(call: Caller) -> None:
    assert call.problem("order_hdr?fields=id,zzz") == (400, {"fields": "Unknown fields: zzz."})
    assert call.problem("order_hdr/104?fields=zzz")[0] == 400


def test_values_list_shapes(call: Caller) -> None:
    body = call("order_hdr?values_list=id,facility_id,facility_id__code:where,mod_ts,total_orig_ord_qty&id=104").json()
    assert list(body)[-1] == "results"
    assert body["results"] == [
        {
            "id": 104,
            "facility_id": 1,
            "where": "DC01",
            "mod_ts": "2025-06-01T11:24:30Z",
            "total_orig_ord_qty": 1,
        }
    ]


def test_values_list_decimals_are_numbers(call: Caller) -> None:
    assert call.rows("order_dtl?values_list=ord_qty&id=1001") == [{"ord_qty": 16}]
    assert call.rows("order_dtl?fields=ord_qty&id=1001") == [{"ord_qty": "16"}]


def test_values_list_of_one_row_and_of_nulls(call: Caller) -> None:
    assert call("order_hdr/107?values_list=id,mod_ts,ord_date").json() == {"id": 107, "mod_ts": None, "ord_date": None}
    assert call("order_hdr/104?values_list=ord_date,stop_ship_flg").json() == {
        "ord_date": "2025-05-05",
        "stop_ship_flg": False,
    }


@pytest.mark.parametrize("listed", ["zzz", "order_dtl_set", "order_instructions_set", "facility_id__zzz", "id__gt", ""])
def test_unknown_values_are_refused(call: Caller, listed: str) -> None:
    assert call.problem(f"order_hdr?values_list=id,{listed}")[0] == 400


@pytest.mark.parametrize("listed", ["id,id", "id:x,order_nbr:x", "id:order_nbr,order_nbr"])
def test_aliases_must_be_unique(call: Caller, listed: str) -> None:
    assert call.problem(f"order_hdr?values_list={listed}") == (400, ["Values list alias names must be unique."])


def test_values_list_over_a_scan_of_ids(call: Caller) -> None:
    rows = call.rows("order_hdr?values_list=id&page_mode=sequenced&ordering=id&id__gte=110&id__lt=113")
    assert rows == [{"id": 110}, {"id": 111}, {"id": 112}]


def test_distinct(call: Caller) -> None:
    body = call("order_hdr?values_list=status_id&distinct=1&ordering=status_id").json()
    assert body["results"] == [{"status_id": 0}, {"status_id": 20}, {"status_id": 90}]
    assert body["result_count"] == 3
    second = call("order_hdr?values_list=status_id&distinct=true&ordering=status_id&page_size=2&page=2").json()
    assert second["results"] == [{"status_id": 90}]


def test_distinct_needs_values_list_and_from_25d_an_ordering(call: Caller, simulator: RunningSimulator) -> None:
    assert call("order_hdr?distinct=1").json()["result_count"] == 40
    assert len(call.rows("order_hdr?values_list=status_id&distinct=1")) == 3
    simulator.set_behaviour(Behaviour(release="25D"))
    assert len(call.rows("order_hdr?values_list=status_id&distinct=1&page_size=50")) == 40
    assert len(call.rows("order_hdr?values_list=status_id&distinct=1&ordering=-status_id")) == 3
