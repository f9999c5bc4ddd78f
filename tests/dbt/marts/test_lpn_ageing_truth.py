"""Aged LPNs equal those calculated from the WMS's documents."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from tests.dbt.marts.documents import instant, local_day, related
from tests.dbt.marts.full_world import AT, FullWorld

AGED = timedelta(days=90)
GONE = {"In transit", "Lost", "Consumed", "Cancelled", "Shipped", "Delivered"}
"""Statuses of inbound LPNs that are not in the warehouse."""


def test_aged_lpns_equal_documents(full_world: FullWorld) -> None:
    names = {key: row["description"] for key, row in full_world.documents("container_status").items()}
    stored, aged = Counter[object](), Counter[object]()
    for row in full_world.documents("container").values():
        if row["type"] == "I" and names[row["status_id"]] not in GONE:
            facility = related(row, "facility_id")
            began = instant(row["rcvd_ts"]) or instant(row["create_ts"])
            assert began
            day = facility, local_day(AT.isoformat(), facility)
            stored[day] += 1
            aged[day] += AT.replace(tzinfo=None) - began >= AGED
    rows = full_world.records(
        "select facility_id, business_date, numerator, denominator from wms.kpi_daily where kpi = 'aged_lpns'"
    )
    assert {(row["facility_id"], row["business_date"]): (row["numerator"], row["denominator"]) for row in rows} == {
        day: (aged[day], count) for day, count in stored.items()
    }
    assert 0 < aged.total() < stored.total()
