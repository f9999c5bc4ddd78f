"""Every fault over a real socket (wms-api 9, items 15 to 20): the response, and a normal next response."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
from requests.exceptions import ChunkedEncodingError, ReadTimeout

from loader.errors import ConfigError
from loader.simulator import Fault, Rule, RunningSimulator, SimulatorConfig, serve_in_thread
from loader.simulator.api.faults import Kind
from loader.simulator.api.faults.model import KINDS

from .conftest import START, Caller, FakeWorld

LIST = "order_hdr?page_mode=sequenced&ordering=id&page_size=10"
PAGED = "order_hdr?page_size=15&ordering=id"
ONCE = Rule(limit=1)


def inject(call: Caller, kind: Kind, rule: Rule = ONCE, **options: Any) -> None:
    call.simulator.faults.set([Fault(kind, rule, **options)])


@pytest.fixture
def call(call: Caller) -> Iterator[Caller]:
    """After faults are removed, no request is in flight, and new and old connections work."""
    yield call
    call.simulator.faults.clear()
    assert len(call.rows(LIST)) == 10
    assert requests.get(call.base, timeout=5).status_code == 401
    assert call.simulator.stats.in_flight == 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_kind_strikes_and_is_counted_and_logged(call: Caller, kind: Kind) -> None:
    inject(call, kind, seconds=0.01)
    with suppress(requests.RequestException):
        call(LIST, timeout=0.5)
    assert call(LIST).status_code == 200
    assert call.simulator.faults.struck == call.simulator.stats.faults == 1
    assert sorted(entry.fault or "" for entry in call.simulator.log) == ["", kind]


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("too_many_requests", 429, "TOO_MANY_REQUESTS"),
        ("unavailable", 503, "SERVICE_UNAVAILABLE"),
        ("server_error", 500, "INTERNAL_ERROR"),
        ("conflict", 409, "CONFLICT"),
        ("unauthorized", 401, "UNAUTHORIZED"),
        ("expired_tokens", 401, "UNAUTHORIZED"),
    ],
)
def test_refusals_have_the_error_shape(call: Caller, kind: Kind, status: int, code: str) -> None:
    inject(call, kind)
    answer = call(LIST)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert {"reference", "code", "message"} == set(answer.json())


@pytest.mark.parametrize("kind", ["too_many_requests", "unavailable"])
def test_retry_after_has_three_forms(call: Caller, kind: Kind) -> None:
    inject(call, kind, seconds=7)
    assert call(LIST).headers["retry-after"] == "7"
    inject(call, kind, seconds=90, retry_after="date")
    assert parsedate_to_datetime(call(LIST).headers["retry-after"]) == START + timedelta(seconds=90)
    inject(call, kind, retry_after="absent")
    assert "retry-after" not in call(LIST).headers


@pytest.mark.parametrize(("kind", "status"), [("bad_gateway", 502), ("gateway_timeout", 504)])
def test_gateways_answer_html(call: Caller, kind: Kind, status: int) -> None:
    inject(call, kind)
    answer = call(LIST)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert answer.text.startswith("<html>")


def test_login_redirect_returns_login_page(call: Caller) -> None:
    inject(call, "login_redirect")
    answer = call(LIST, allow_redirects=True)
    assert [hop.status_code for hop in answer.history] == [302]
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_slow_first_byte_and_time_by_page_size(call: Caller) -> None:
    inject(call, "slow_first_byte", seconds=0.2)
    assert call(LIST).elapsed >= timedelta(seconds=0.2)
    inject(call, "slow_by_page_size", Rule(), seconds=0.02)
    assert call("order_hdr?page_size=20").elapsed >= timedelta(seconds=0.4)


def test_drip_is_slow_but_completes(call: Caller) -> None:
    whole = call(LIST).content
    inject(call, "drip", seconds=0.4)
    began = time.monotonic()
    answer = call(LIST)
    assert time.monotonic() - began >= 0.3
    assert answer.content == whole


def test_hang_exceeds_the_callers_timeout(call: Caller) -> None:
    inject(call, "hang")
    with pytest.raises(ReadTimeout):
        call(LIST, timeout=0.2)


def test_simulator_stops_during_hanging_response(world: FakeWorld, capfd: pytest.CaptureFixture[str]) -> None:
    with serve_in_thread(SimulatorConfig(), world=world) as simulator:
        simulator.faults.set([Fault("hang")])
        address = simulator.url.split("/")[2].split(":")
        connection = socket.create_connection((address[0], int(address[1])))
        connection.sendall(b"GET /sim/ HTTP/1.1\r\nHost: x\r\n\r\n")
        while simulator.stats.in_flight == 0:
            time.sleep(0.005)
    connection.close()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["drop_before_headers", "reset"])
def test_connection_lost_before_headers(call: Caller, kind: Kind) -> None:
    inject(call, kind)
    with pytest.raises(requests.ConnectionError) as caught:
        call(LIST)
    assert ("Connection reset by peer" in str(caught.value)) == (kind == "reset")
    assert [entry.status for entry in call.simulator.log] == [0]


@pytest.mark.parametrize("kind", ["drop_mid_body", "drop_mid_chunk", "reset_mid_body"])
def test_connection_lost_within_body(call: Caller, kind: Kind) -> None:
    whole = call(LIST).content
    inject(call, kind, share=0.3)
    answer = call(LIST, stream=True)
    assert answer.status_code == 200
    assert ("content-length" in answer.headers) == (kind != "drop_mid_chunk")
    pieces: list[bytes] = []
    with pytest.raises((ChunkedEncodingError, requests.ConnectionError)):
        pieces.extend(answer.iter_content(64))
    read = b"".join(pieces)
    assert whole.startswith(read)
    assert len(read) <= 0.3 * len(whole)


def test_truncated_json_with_200_and_matching_length(call: Caller) -> None:
    whole = call(LIST).content
    inject(call, "truncated_json", share=0.7)
    answer = call(LIST)
    assert answer.status_code == 200
    assert answer.content == whole[: int(len(whole) * 0.7)]
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_wrong_shapes(call: Caller) -> None:
    inject(call, "results_missing")
    assert set(call(LIST).json()) == {"next_page", "previous_page"}
    inject(call, "results_null")
    assert call(LIST).json()["results"] is None
    inject(call, "results_object")
    assert call(LIST).json()["results"] == {"0": None}


def test_wrong_bytes(call: Caller) -> None:
    whole = call(LIST).content
    inject(call, "empty_body")
    answer = call(LIST)
    assert (answer.status_code, answer.content) == (200, b"")
    inject(call, "wrong_content_type")
    answer = call(LIST)
    assert (answer.headers["content-type"], answer.content) == ("text/html; charset=utf-8", whole)
    inject(call, "byte_order_mark")
    assert call(LIST).content == b"\xef\xbb\xbf" + whole
    inject(call, "padding")
    padded = call(LIST)
    assert len(padded.content) > len(whole) + 1_000_000
    assert padded.json() == json.loads(whole)
    inject(call, "invalid_utf8")
    broken = call(LIST).content
    with pytest.raises(UnicodeDecodeError):
        broken.decode()
    assert json.loads(broken.replace(b"\xff\xfe", b"")) == json.loads(whole)


def test_very_long_text_adds_one_mebibyte_field(call: Caller) -> None:
    whole = call(LIST).json()["results"]
    inject(call, "long_text")
    results = call(LIST).json()["results"]
    assert len(results[0].pop("long_text")) == 1 << 20
    assert results == whole


def test_gzip_response_is_valid(call: Caller) -> None:
    whole = call(LIST).content
    inject(call, "gzip")
    answer = call(LIST, stream=True)
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.raw.read(decode_content=False)) == whole


def test_tokens_expire_mid_scan(call: Caller, simulator: RunningSimulator) -> None:
    client = (simulator.client_id, simulator.client_secret)

    def token() -> dict[str, str]:
        form = {"grant_type": "client_credentials"}
        access = requests.post(simulator.token_url, data=form, auth=client, timeout=5).json()["access_token"]
        return {"Authorization": f"Bearer {access}"}

    first = token()
    inject(call, "expired_tokens", Rule(path="order_hdr", nth=(2,)))
    assert [call(LIST, auth=None, headers=first).status_code for _ in range(3)] == [200, 401, 401]
    assert call(LIST, auth=None, headers=token()).status_code == 200


def test_token_endpoint_can_fail_separately(call: Caller, simulator: RunningSimulator) -> None:
    inject(call, "server_error", Rule(path="oauth2/token"))
    assert requests.post(simulator.token_url, timeout=5).status_code == 500
    assert call(LIST).status_code == 200


def test_persistent_401_is_returned_for_every_request(call: Caller) -> None:
    inject(call, "unauthorized", Rule(path="order_hdr"))
    assert [call(LIST).status_code for _ in range(3)] == [401] * 3
    assert call("item").status_code == 200


@pytest.mark.parametrize("seconds", [600, -600])
def test_clock_skew_changes_some_date_headers(call: Caller, seconds: int) -> None:
    inject(call, "clock_skew", Rule(nth=(2,)), seconds=seconds)
    dates = [parsedate_to_datetime(call(LIST).headers["date"]) for _ in range(3)]
    assert dates == [START, START + timedelta(seconds=seconds), START]


def test_next_page_on_another_host(call: Caller) -> None:
    inject(call, "foreign_link", link="http://wms.invalid:80")
    link = call(LIST).json()["next_page"]
    assert link.startswith("http://wms.invalid:80/sim/wms/lgfapi/v10/entity/order_hdr?page_mode=sequenced")


def test_next_page_loop_repeats_page(call: Caller) -> None:
    inject(call, "link_loop", Rule())
    first = call(LIST).json()
    assert call(first["next_page"]).json() == first


def scan(call: Caller, path: str) -> tuple[list[int], list[int]]:
    """Return statuses and ids of a scan that follows the links."""
    statuses, read, link = [], [], path
    while link:
        answer = call(link)
        statuses.append(answer.status_code)
        body = answer.json()
        read += [row["id"] for row in body.get("results", [])]
        link = body.get("next_page")
    return statuses, read


ALL = list(range(100, 140))


def test_shifted_row_is_lost_only_in_offset_paging(call: Caller) -> None:
    inject(call, "page_shift", Rule())
    assert set(ALL) - set(scan(call, PAGED)[1]) == {115, 130}
    assert len(call.rows(LIST)) == 10


def test_duplicate_row_across_pages(call: Caller) -> None:
    inject(call, "duplicate_row", Rule())
    read = scan(call, PAGED)[1]
    assert sorted(set(read)) == ALL
    assert [row_id for row_id in ALL if read.count(row_id) > 1] == [114, 129]


def test_short_page_in_the_middle(call: Caller) -> None:
    inject(call, "short_page", Rule(nth=(2,)), share=0.2)
    assert scan(call, PAGED)[1] == ALL[:18] + ALL[30:]
    inject(call, "short_page", Rule(), share=0)
    assert call.ids(LIST) == [100]


def test_shrinking_count_promises_fewer_pages(call: Caller) -> None:
    inject(call, "shrinking_count", Rule())
    first = call(PAGED).json()
    assert (first["page_count"], first["result_count"]) == (2, 30)
    third = call(f"{PAGED}&page=3").json()
    assert (third["page_count"], len(third["results"])) == (3, 10)
    assert "page_count" not in call(LIST).json()


def test_phantom_last_page_fails(call: Caller) -> None:
    inject(call, "phantom_page", Rule())
    statuses, read = scan(call, PAGED)
    assert (statuses, read) == ([200, 200, 200, 500], ALL)
    assert call(f"{PAGED}&page=3").json()["page_count"] == 4


def test_rules_by_path_ordinal_and_limit(call: Caller) -> None:
    inject(call, "server_error", Rule(path=r"order_hdr\?.*page_size=10", nth=(1, 3), limit=1))
    assert [call(path).status_code for path in ("item", LIST, LIST, LIST)] == [200, 500, 200, 200]
    inject(call, "server_error", Rule(path="order_hdr", nth=(1, 3)))
    assert [call(path).status_code for path in ("item", LIST, LIST, LIST)] == [200, 500, 200, 500]


def test_probability_repeats_with_the_seed(world: FakeWorld) -> None:
    def struck(seed: int) -> list[int]:
        with serve_in_thread(SimulatorConfig(seed=seed), world=world) as simulator:
            simulator.faults.set([Fault("conflict", Rule(probability=0.3))])
            return [requests.get(simulator.url, timeout=5).status_code for _ in range(100)]

    first = struck(1)
    assert 15 < first.count(409) < 45
    assert struck(1) == first != struck(2)


def test_first_matching_fault_strikes(call: Caller) -> None:
    call.simulator.faults.set([Fault("conflict", Rule(nth=(2,))), Fault("server_error", Rule(limit=2))])
    assert [call(LIST).status_code for _ in range(4)] == [500, 409, 500, 200]


def test_faults_control_route_sets_and_clears_faults(call: Caller) -> None:
    url = call.simulator.url.removesuffix("/sim") + "/__sim__/faults"
    wanted = [{"kind": "conflict", "rule": {"path": "item", "nth": [2]}}]
    assert requests.put(url, data=json.dumps(wanted), timeout=5).status_code == 200
    assert [call("item").status_code for _ in range(3)] == [200, 409, 200]
    shown = requests.get(url, timeout=5).json()[0]
    assert (shown["fault"]["kind"], shown["matched"], shown["struck"]) == ("conflict", 3, 1)
    requests.delete(url, timeout=5)
    assert call.simulator.faults.armed == ()
    for wrong in ([{"kind": "zzz"}], [{"kind": "conflict", "rule": {"path": "("}}], {}, [{"kind": "drip", "share": 2}]):
        assert requests.put(url, data=json.dumps(wrong), timeout=5).status_code == 400


@pytest.mark.parametrize("wrong", [{"kind": "zzz"}, {"kind": "drip", "share": 2.0}])
def test_invalid_fault_is_config_error(wrong: Any) -> None:
    with pytest.raises(ConfigError, match="WMS_SIM_006"):
        Fault(**wrong)
    with pytest.raises(ConfigError, match="probability"):
        Fault("drip", Rule(probability=7))
