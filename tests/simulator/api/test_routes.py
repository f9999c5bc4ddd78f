"""Routes, verbs, error bodies and headers of the entity module (wms-api 1, 4, 5; 9.1)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from loader.simulator import Behaviour, Clock, RunningSimulator, SimulatorConfig, serve_in_thread

from .conftest import START, Caller, FakeWorld


def test_map_lists_entities_sorted_with_url(call: Caller) -> None:
    listed = call("").json()
    assert list(listed) == sorted(call.simulator.world.entities)
    assert listed["order_hdr"] == f"{call.base}/order_hdr"


@pytest.mark.parametrize("path", ["", "/", ".json"])
def test_map_with_and_without_slash(call: Caller, path: str) -> None:
    assert "order_hdr" in call(call.base + path).json()


@pytest.mark.parametrize(
    "path", ["order_hdr?page_size=1", "order_hdr/?page_size=1", "order_hdr.json?page_size=1", "order_hdr?format=json"]
)
def test_list_with_and_without_slash_and_suffix(call: Caller, path: str) -> None:
    answer = call(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["results"][0]["id"] == 100


@pytest.mark.parametrize("path", ["order_hdr/104", "order_hdr/104/", "order_hdr/104.json"])
def test_retrieve_with_and_without_slash_and_suffix(call: Caller, path: str) -> None:
    assert call(path).json()["order_nbr"] == "ORD-004"


@pytest.mark.parametrize("path", ["order_hdr/describe", "order_hdr/describe/", "order_hdr/describe.json"])
def test_describe_with_and_without_slash_and_suffix(call: Caller, path: str) -> None:
    assert list(call(path).json()) == ["parameters", "fields"]


@pytest.mark.parametrize(
    "path",
    ["order", "order_hdr/9999", "order_hdr/x", "order_hdr/1/2", "order_hdr/" + "9" * 30, "order/describe/"],
)
def test_unknown_entity_or_row_is_404_with_error_body(call: Caller, path: str) -> None:
    assert call.problem(path) == (404, None)


@pytest.mark.parametrize("path", ["/sim/wms/lgfapi/v9/entity/", "/prod/wms/lgfapi/v10/entity/", "/", "/__simx/"])
def test_other_environments_and_versions_are_404(call: Caller, path: str) -> None:
    root = call.simulator.url.removesuffix("/sim")
    assert call.problem(root + path) == (404, None)


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["", "order_hdr", "order_hdr/104", "order_hdr/describe/"])
def test_other_verbs_are_405(call: Caller, verb: str, path: str) -> None:
    answer = call(path, method=verb)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.json()["code"] == "METHOD_NOT_ALLOWED"


def test_error_body_has_problem_and_reference(call: Caller) -> None:
    answer = call("order_hdr?zzz=1&status_id=x")
    body = answer.json()
    assert answer.status_code == 400
    assert list(body) == ["reference", "code", "message", "details"]
    assert str(uuid.UUID(body["reference"])) == body["reference"]
    assert (body["code"], body["message"]) == ("VALIDATION_ERROR", "Invalid input.")
    assert body["details"] == {"zzz": "Unknown filter.", "status_id": "'x' is not an integer."}


def test_references_are_unique_and_repeat_with_seed(world: FakeWorld) -> None:
    def references(seed: int) -> list[str]:
        with serve_in_thread(SimulatorConfig(seed=seed), world=world) as simulator:
            url = f"{simulator.url}/wms/lgfapi/v10/entity/"
            return [requests.get(url, timeout=5).json()["reference"] for _ in range(3)]

    first = references(1)
    assert len(set(first)) == 3
    assert references(1) == first != references(2)


def test_head_on_list_tests_existence(call: Caller) -> None:
    found = call("order_hdr?status_id=90", method="HEAD")
    assert (found.status_code, found.content) == (200, b"")
    assert call("order_hdr?status_id=77", method="HEAD").status_code == 404
    assert call("order_hdr?zzz=1", method="HEAD").status_code == 400
    assert call.simulator.stats.counts == 0


def test_head_on_row_respects_if_modified_since(call: Caller) -> None:
    modified = call("order_hdr/104").headers["last-modified"]
    assert modified == "2025-06-01T08:24:30-03:00"
    for since, status in (
        (modified, 304),
        ("2025-06-01T08:24:29-03:00", 200),
        ("Sun, 01 Jun 2025 11:24:30 GMT", 304),
        ("Sun, 01 Jun 2025 11:24:29 GMT", 200),
        ("yesterday", 200),
    ):
        answer = call("order_hdr/104", method="HEAD", headers={"If-Modified-Since": since})
        assert (answer.status_code, answer.content) == (status, b""), since
    assert call("order_hdr/4711", method="HEAD").status_code == 404


def test_date_header_is_virtual_clock_with_skew(call: Caller, clock: Clock) -> None:
    assert parsedate_to_datetime(call("").headers["date"]) == START
    clock.advance(timedelta(hours=3))
    assert parsedate_to_datetime(call("").headers["date"]) == START + timedelta(hours=3)
    clock.skew = timedelta(minutes=-10)
    assert parsedate_to_datetime(call("zzz").headers["date"]) == START + timedelta(hours=2, minutes=50)


def test_links_have_real_port_or_443(call: Caller, simulator: RunningSimulator) -> None:
    assert call("").json()["item"].startswith(simulator.url + "/")
    simulator.set_behaviour(Behaviour(pretend_https=True))
    assert call("").json()["item"] == "https://127.0.0.1:443/sim/wms/lgfapi/v10/entity/item"
    named = call("item/1", headers={"Host": "gnos.wms.example"}).json()
    assert named["company_id"]["url"] == "https://gnos.wms.example:443/sim/wms/lgfapi/v10/entity/company/1"


def test_forged_host_is_refused(call: Caller) -> None:
    assert call.problem("", headers={"Host": 'x"y'})[0] == 400


def test_repeated_parameter_uses_last_value(call: Caller) -> None:
    assert {row["status_id"] for row in call.rows("order_hdr?status_id=0&status_id=90")} == {90}


def test_raw_plus_is_a_space(call: Caller) -> None:
    assert call.problem("order_hdr?mod_ts__gte=2025-06-01T00:00:00+03:00")[0] == 400
    assert call("order_hdr?mod_ts__gte=2025-06-01T00:00:00%2B03:00").status_code == 200


def test_xml_is_not_simulated(call: Caller) -> None:
    assert call.problem("order_hdr?format=xml") == (404, None)


def test_describe_shape(call: Caller) -> None:
    described = call("order_hdr/describe/").json()
    fields = described["fields"]
    assert list(fields)[:5] == ["id", "create_user", "create_ts", "mod_user", "mod_ts"]
    assert "url" not in fields
    assert fields["id"] == {"type": "integer", "required": False}
    assert fields["mod_ts"] == {"type": "datetime", "required": False, "default": "now"}
    assert fields["facility_id"] == {"type": "relation", "required": True}
    assert fields["total_orig_ord_qty"] == {"type": "decimal", "required": False, "default": "0"}
    assert fields["cust_name"] == {
        "type": "string",
        "required": False,
        "allow_blank": True,
        "max_length": 60,
        "default": "",
    }
    assert fields["priority"]["min_value"] == -99999999999
    assert {"id", "mod_ts", "facility_id", "facility_id__code", "orderdtl__isnull"} <= set(described["parameters"])


def test_described_parameters_filter(call: Caller) -> None:
    for name in call("order_hdr/describe/").json()["parameters"]:
        lookup = name if name.endswith("isnull") else f"{name}__isnull"
        assert call(f"order_hdr?{lookup}=false").status_code in (200, 404), name
