"""The small WMS follows the API guide; the other tests in this folder rely on it."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.system.field.conftest import Wms
from tests.system.field.small_wms import SmallWms
from tests.system.field.worlds import orders


@pytest.fixture
def wms(serve: Wms) -> SmallWms:
    return serve(orders(range(1, 8)) + orders(range(8, 11), facility=2))


def get(wms: SmallWms, path: str, user: str | None = None) -> tuple[int, Any]:
    answer = requests.get(f"{wms.url}/wms/lgfapi/v10/entity/{path}", auth=(user or wms.user, wms.password), timeout=5)
    assert answer.headers["Date"]
    return answer.status_code, answer.json() if answer.content else None


def ids(wms: SmallWms, query: str) -> list[int]:
    status, body = get(wms, f"order_hdr/?{query}")
    return [row["id"] for row in body["results"]] if status == 200 else []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("id__gt=3&id__lte=5", [4, 5]),
        ("id__in=2,9", [2, 9]),
        ("facility_id__code=DC02", [8, 9, 10]),
        ("facility_id__code__in=DC01,DC02&id__gte=7", [7, 8, 9, 10]),
        ("facility_id!=1", [8, 9, 10]),
        ("company_id__code=GNOS&id=4", [4]),
        ("mod_ts__isnull=true", []),
        ("mod_ts__gte=2000-01-01T00:00:00Z&mod_ts__lt=2000-01-02T00:00:00Z", []),
        ("create_ts__gte=2000-01-01T00:00:00Z&ordering=-id&page_size=2", [10, 9]),
        ("page_mode=sequenced&ordering=id&page_size=3&id__gt=8", [9, 10]),
    ],
)
def test_filters_and_ordering_are_applied(wms: SmallWms, query: str, expected: list[int]) -> None:
    assert ids(wms, query) == expected


def test_pages_count_and_sequences_link(wms: SmallWms) -> None:
    _, paged = get(wms, "order_hdr?page_size=4&page=2")
    assert (paged["result_count"], paged["page_count"], paged["page_nbr"]) == (10, 3, 2)
    assert "page=3" in paged["next_page"]
    _, sequenced = get(wms, "order_hdr?page_size=4&page_mode=sequenced")
    assert set(sequenced) == {"next_page", "previous_page", "results"}
    assert sequenced["next_page"].startswith(wms.url)
    assert get(wms, "order_hdr?page_size=4&page=9")[0] == 404


def test_values_list_and_fields_select_columns(wms: SmallWms) -> None:
    _, values = get(wms, "order_hdr?values_list=id,facility_id:place&id=9")
    assert values["results"] == [{"id": 9, "place": 2}]
    _, fields = get(wms, "order_hdr?fields=id,order_nbr&id=9")
    assert fields["results"] == [{"id": 9, "order_nbr": "ORD-9"}]


@pytest.mark.parametrize(
    ("path", "status"),
    [("order_hdr?id__gt=10", 404), ("nothing", 404), ("order_hdr?zzz=1", 400), ("order_hdr?ordering=id", 400)],
)
def test_error_responses_have_documented_body(wms: SmallWms, path: str, status: int) -> None:
    wms.refuses_ordering = {"order_hdr"}
    found, body = get(wms, path)
    assert found == status
    assert {"reference", "code", "message"} <= set(body)


def test_describe_entity_map_and_credentials_match_guide(wms: SmallWms) -> None:
    assert list(get(wms, "")[1]) == ["company", "facility", "order_hdr"]
    _, described = get(wms, "order_hdr/describe/")
    assert described["fields"]["facility_id"]["type"] == "relation"
    assert described["fields"]["mod_ts"]["type"] == "datetime"
    assert get(wms, "order_hdr", user="unknown")[0] == 401
    wms.withdrawn = {"order_hdr": 403}
    assert get(wms, "order_hdr/describe/")[0] == 403
