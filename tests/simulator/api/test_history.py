"""inventory_history answers only to its mandatory combinations (wms-api 2; 9.9)."""

from __future__ import annotations

import pytest

from .conftest import Caller

WHERE = "company_id__code=GNOS&facility_id__code=DC01"


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("history_activity_id=1&status_id=0", [1, 2]),
        ("history_activity_id=11&status_id__exact=0", [3]),
        ("history_activity_id=1&item_code=X", []),
        ("group_nbr=0", [1, 2, 3]),
        ("group_nbr=0&id__gt=1&create_ts__gte=2025-01-01T00:00:00Z", [2, 3]),
    ],
)
def test_complete_combinations(call: Caller, query: str, ids: list[int]) -> None:
    answer = call(f"inventory_history?{WHERE}&{query}&ordering=id")
    assert [row["id"] for row in answer.json().get("results", [])] == ids


@pytest.mark.parametrize(
    "query",
    [
        "",
        "group_nbr=0",
        "company_id__code=GNOS&group_nbr=0",
        f"{WHERE}",
        f"{WHERE}&history_activity_id=1",
        f"{WHERE}&status_id=0",
        f"{WHERE}&group_nbr__gt=0",
        f"{WHERE}&group_nbr!=0",
        "company_id=1&facility_id=1&group_nbr=0",
        "company_id__code=&facility_id__code=DC01&group_nbr=0",
    ],
)
def test_incomplete_combinations_are_400(call: Caller, query: str) -> None:
    status, details = call.problem(f"inventory_history?{query}")
    assert status == 400
    assert "mandatory" in details[0].lower()
    assert call(f"inventory_history?{query}", method="HEAD").status_code == 400


def test_single_row_needs_no_filter_combination(call: Caller) -> None:
    assert call("inventory_history/1").status_code == 200
