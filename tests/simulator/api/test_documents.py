"""Rendering of rows (wms-api 3; 9.8), the document cache, and releases (9.10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.errors import ConfigError
from loader.simulator import Behaviour, Clock, RunningSimulator, SimulatorConfig
from loader.simulator.api.documents import Documents
from loader.simulator.api.render import Rendering, decimal_text, timestamp
from loader.simulator.api.tenant import Tenant

from .conftest import START, Caller, FakeWorld


def test_document_has_expected_fields(call: Caller) -> None:
    base = call.base
    assert call("order_hdr/104").text == (
        f'{{"id":104,"url":"{base}/order_hdr/104","create_user":"SYS","create_ts":"2025-06-01T08:24:00-03:00",'
        '"mod_user":"SYS","mod_ts":"2025-06-01T08:24:30-03:00",'
        f'"facility_id":{{"id":1,"key":"DC01","url":"{base}/facility/1"}},'
        f'"company_id":{{"id":1,"key":"GNOS","url":"{base}/company/1"}},'
        '"order_nbr":"ORD-004","status_id":20,"type_id":{"id":2,"key":"Padrão","url":""},'
        '"wave_id":{"id":9,"key":"RUN-9","url":""},"cust_name":"José \\"4\\" 100%","ord_date":"2025-05-05",'
        '"order_shipped_ts":null,"total_orig_ord_qty":"1","orig_sale_price":null,"stop_ship_flg":false,"priority":4,'
        f'"order_dtl_set":{{"result_count":2,"url":"{base}/order_dtl/?order_id=104"}},'
        '"order_instructions_set":[],"order_lock_set":null}'
    )


def test_set_url_returns_children(call: Caller) -> None:
    children = call("order_hdr/104").json()["order_dtl_set"]
    assert call(children["url"]).json()["result_count"] == children["result_count"]


def test_relations_variants(call: Caller, world: FakeWorld) -> None:
    world.labels["wave"][10] = ""
    world.put("order_hdr", 500, facility_id=77, company_id=None, wave_id=10, type_id=None)
    row = call("order_hdr/500").json()
    assert row["facility_id"] == {"id": 77, "key": "", "url": f"{call.base}/facility/77"}
    assert row["company_id"] is None
    assert row["wave_id"] == {"id": 10, "key": "", "url": ""}
    assert row["type_id"] is None


def test_inline_instructions(call: Caller, world: FakeWorld) -> None:
    note = {"id": 1, "seq_nbr": 2, "qty": Decimal("1.50"), "at": START, "text": "frágil"}
    world.put("order_hdr", 500, facility_id=1, company_id=1, order_instructions_set=(note,))
    assert call("order_hdr/500").json()["order_instructions_set"] == [
        {"id": 1, "seq_nbr": 2, "qty": "1.5", "at": "2025-06-01T09:00:00-03:00", "text": "frágil"}
    ]


def test_text_is_never_null_and_round_trips(call: Caller, world: FakeWorld) -> None:
    nasty = 'a"\\\n\t\u2028<é>\x00\U0001f4a9'
    world.put("order_hdr", 500, facility_id=1, company_id=1, cust_name=nasty, order_nbr=None)
    row = call("order_hdr/500").json()
    assert (row["cust_name"], row["order_nbr"]) == (nasty, "")


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_decimals_are_plain_normalised_and_equal(value: Decimal) -> None:
    text = decimal_text(value)
    assert Decimal(text) == value
    assert "E" not in text
    assert text != "-0"
    assert "." not in text or not text.endswith("0")


@given(
    st.integers(600_000_000_000_000, 2_200_000_000_000_000).map(lambda us: EPOCH + timedelta(microseconds=us)),
    st.sampled_from(["America/Sao_Paulo", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
)
def test_timestamps_are_equal_in_all_time_zones(moment: datetime, zone: str) -> None:
    text = timestamp(moment, ZoneInfo(zone))
    assert datetime.fromisoformat(text) == moment
    assert ("." in text) == bool(moment.microsecond)
    assert text.endswith("Z") or zone != "UTC"
    assert not text.endswith("+00:00")


def test_history_in_whole_utc_seconds(call: Caller, world: FakeWorld, simulator: RunningSimulator) -> None:
    world.put(
        "inventory_history",
        9,
        facility_id=1,
        company_id=1,
        history_activity_id=4,
        create_ts=START - timedelta(microseconds=1),
    )
    path = "inventory_history/9"
    assert call(path).json()["create_ts"] == "2025-06-01T08:59:59.999999-03:00"
    simulator.set_behaviour(Behaviour(iso_8601_history=True))
    assert call(path).json()["create_ts"] == "2025-06-01T11:59:59Z"
    assert call("order_hdr/101").json()["mod_ts"] == "2025-06-01T08:21:30.738709-03:00"


def test_release_adds_fields_everywhere(call: Caller, simulator: RunningSimulator) -> None:
    def seen() -> tuple[set[str], set[str], int]:
        described = call("order_hdr/describe/").json()
        status = call("order_hdr?sustainability_score=0&page_size=1").status_code
        return set(described["fields"]), set(call("order_hdr/104").json()), status

    before = seen()
    simulator.set_behaviour(Behaviour(release="25C"))
    middle = seen()
    simulator.set_behaviour(Behaviour(release="26A"))
    after = seen()
    assert middle[0] - before[0] == middle[1] - before[1] == {"sustainability_score"}
    assert after[0] - middle[0] == after[1] - middle[1] == {"ai_note"}
    assert (before[2], middle[2], after[2]) == (400, 200, 200)


def test_invalid_release_is_refused(simulator: RunningSimulator) -> None:
    with pytest.raises(ConfigError, match="not a WMS release"):
        simulator.set_behaviour(Behaviour(release="latest"))
    assert simulator.behaviour.release == "25B"


def test_changed_row_is_rendered_again(call: Caller, world: FakeWorld, clock: Clock) -> None:
    assert call("order_hdr/104").json()["status_id"] == 20
    world.put("order_hdr", 104, at=START + timedelta(seconds=1), facility_id=1, company_id=1, status_id=90)
    assert call("order_hdr/104").json()["status_id"] == 20
    clock.advance(timedelta(seconds=1))
    assert call("order_hdr/104").json()["status_id"] == 90


def rendering(**changes: Any) -> Rendering:
    return Rendering(**{"release": "25B", "base_url": "http://h:1/entity", "zone": "UTC", **changes})


def test_cache_reads_row_once_and_respects_budget(world: FakeWorld) -> None:
    catalog = Tenant(world, Clock(START, speed=0), SimulatorConfig()).catalog
    table, ids = catalog.tables["order_dtl"], list(range(1001, 1081))
    documents = Documents(world, budget=20_000)
    first = documents.page(catalog, table, rendering(), ids[:10], START)
    reads = world.reads
    assert documents.page(catalog, table, rendering(), ids[:10], START) == first
    assert world.reads == reads
    for start in range(0, 80, 10):
        documents.page(catalog, table, rendering(), ids[start : start + 10], START)
        assert 0 < documents.size <= 20_000
    assert documents.page(catalog, table, rendering(), ids[:10], START) == first


def test_cache_keeps_renderings_apart(world: FakeWorld) -> None:
    catalog = Tenant(world, Clock(START, speed=0), SimulatorConfig()).catalog
    table, documents = catalog.tables["order_dtl"], Documents(world, budget=1 << 20)
    written = {
        documents.page(catalog, table, look, [1001], START)[0]
        for look in (
            rendering(),
            rendering(zone="Asia/Kolkata"),
            rendering(base_url="http://other:1/entity"),
            rendering(hidden=frozenset({"item"})),
            rendering(fields=frozenset({"id"})),
        )
    }
    assert len(written) == 5
