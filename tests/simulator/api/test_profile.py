"""Permissions and preferences of users (wms-api 1; 9.2, 9.3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loader.simulator import RunningSimulator

from .conftest import Caller, FakeWorld


def test_user_without_read_access_gets_403(call: Caller, simulator: RunningSimulator) -> None:
    simulator.set_profile(replace(simulator.profile, read_access=False))
    for path in ("", "order_hdr", "order_hdr/104", "order_hdr/describe/"):
        assert call.problem(path) == (403, None)


def test_denied_entity_is_404_and_not_in_map(call: Caller, simulator: RunningSimulator) -> None:
    simulator.set_profile(replace(simulator.profile, denied_entities=frozenset({"facility"})))
    assert "facility" not in call("").json()
    for path in ("facility", "facility/1", "facility/describe/"):
        assert call.problem(path) == (404, None)
    # the relation stays, but its URL is empty
    assert call("order_hdr/104").json()["facility_id"] == {"id": 1, "key": "DC01", "url": ""}


@pytest.mark.parametrize(
    ("entity", "rows"), [("order_hdr", 20), ("order_dtl", 40), ("facility", 1), ("item", 4), ("order_status", 3)]
)
def test_rows_of_other_facilities_are_omitted(
    call: Caller, simulator: RunningSimulator, entity: str, rows: int
) -> None:
    simulator.set_profile(replace(simulator.profile, facilities=frozenset({"DC01"})))
    assert call(f"{entity}?page_size=1").json()["result_count"] == rows
    assert len(call.rows(f"{entity}?page_mode=sequenced&ordering=id&page_size=500")) == rows


def test_lost_eligibility_looks_like_deletion(call: Caller, simulator: RunningSimulator) -> None:
    assert call("order_hdr/101").status_code == 200
    simulator.set_profile(replace(simulator.profile, facilities=frozenset({"DC01"})))
    assert call.problem("order_hdr/101") == (404, None)
    assert call.problem("order_hdr?id=101") == (404, None)
    simulator.set_profile(replace(simulator.profile, facilities=frozenset({"DC01", "DC02"})))
    assert call("order_hdr/101").status_code == 200


def test_rows_of_other_companies_are_omitted(call: Caller, simulator: RunningSimulator, world: FakeWorld) -> None:
    world.put("item", 50, code="OTHER", company_id=2)
    simulator.set_profile(replace(simulator.profile, companies=frozenset({"ACME"})))
    assert call.ids("item?ordering=id") == [50]
    assert call.ids("company") == [2]
    assert call.problem("order_hdr") == (404, None)


def test_orphans_belong_to_no_facility(call: Caller, simulator: RunningSimulator, world: FakeWorld) -> None:
    world.put("order_dtl", 5000, order_id=424242, seq_nbr=1)
    assert call("order_dtl/5000").json()["order_id"]["id"] == 424242
    simulator.set_profile(replace(simulator.profile, facilities=frozenset({"DC01", "DC02"})))
    assert call.problem("order_dtl/5000") == (404, None)


def test_default_page_size_is_rows_per_page(call: Caller, simulator: RunningSimulator) -> None:
    simulator.set_profile(replace(simulator.profile, rows_per_page=10))
    assert len(call.rows("order_hdr")) == 10
    assert len(call.rows("order_hdr?page_size=0")) == 10
    assert len(call.rows("order_hdr?page_size=many")) == 10
    assert len(call.rows("order_hdr?page_size=12")) == 12


def test_time_zone_moves_output_and_naive_filters(call: Caller, simulator: RunningSimulator) -> None:
    naive = "order_hdr?mod_ts__gte=2025-06-01T08:50:00&page_size=100"
    in_sao_paulo = call.ids(naive)
    assert in_sao_paulo == call.ids("order_hdr?mod_ts__gte=2025-06-01T11:50:00Z&page_size=100")
    simulator.set_profile(replace(simulator.profile, time_zone="UTC"))
    assert call("order_hdr/104").json()["mod_ts"] == "2025-06-01T11:24:30Z"
    assert call("order_hdr/104").headers["last-modified"] == "2025-06-01T11:24:30Z"
    assert len(call.ids(naive)) > len(in_sao_paulo)


def test_user_profiles_are_independent(call: Caller, simulator: RunningSimulator) -> None:
    simulator.set_profile(replace(simulator.profile, time_zone="Asia/Kolkata"))
    first = call("order_hdr/104").json()["mod_ts"]
    simulator.set_profile(replace(simulator.profile, time_zone="America/Sao_Paulo"))
    assert (first, call("order_hdr/104").json()["mod_ts"]) == (
        "2025-06-01T16:54:30+05:30",
        "2025-06-01T08:24:30-03:00",
    )
