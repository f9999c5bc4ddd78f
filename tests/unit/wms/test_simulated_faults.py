"""Every fault of the simulator against the client: tolerated, retried, or reported with its code."""

from __future__ import annotations

import pytest

from loader.errors import SourceError
from loader.simulator import Fault, RunningSimulator
from loader.simulator.api.faults import Rule
from loader.simulator.api.faults.model import KINDS, Kind
from loader.wms import PageTooSlow, WmsClient
from tests.unit.wms.simulated import scan, settings

REPEATED: tuple[Kind, ...] = (
    "too_many_requests",
    "unavailable",
    "server_error",
    "bad_gateway",
    "gateway_timeout",
    "conflict",
    "drop_before_headers",
    "drop_mid_body",
    "drop_mid_chunk",
    "reset",
    "reset_mid_body",
    "truncated_json",
    "results_missing",
    "results_null",
    "results_object",
    "empty_body",
    "byte_order_mark",
    "invalid_utf8",
    "no_route",
)
SLOW: tuple[Kind, ...] = ("hang", "drip", "slow_first_byte", "slow_by_page_size")
REFUSED: tuple[Kind, ...] = ("unauthorized", "expired_tokens")
HARMLESS: tuple[Kind, ...] = (
    "wrong_content_type",
    "padding",
    "gzip",
    "clock_skew",
    "foreign_link",
    "link_loop",
    "short_page",
    "shrinking_count",
    "phantom_page",
)
TOLD: tuple[Kind, ...] = ("login_redirect", "forbidden")
TAKEN_AS_IT_IS: tuple[Kind, ...] = ("long_text",)
OF_THE_EXTRACTION: tuple[Kind, ...] = (
    *("page_shift", "duplicate_row", "no_rows", "no_content", "not_found", "withdrawn"),
    *("capped_page", "capped_page_without_link", "clock_jump", "impossible_mod_ts"),
)
"""Plausible responses: the scan checks order, bounds and end; the run checks its clock."""
SET_ASIDE: tuple[Kind, ...] = ("not_a_number", "lone_surrogate", "text_id", "huge_id")
"""One document can't be read: tests/system/field/test_documents.py."""

ORDERS = "/order_hdr[?]"


def test_every_simulator_fault_has_a_test() -> None:
    known = (*REPEATED, *SLOW, *REFUSED, *HARMLESS, *TOLD, *TAKEN_AS_IT_IS, *OF_THE_EXTRACTION, *SET_ASIDE)
    assert sorted(known) == sorted(KINDS)


def read(client: WmsClient, page_size: int = 25) -> list[bytes]:
    return [
        bytes(memoryview(document))
        for page in scan(client, "order_hdr", page_size=page_size)
        for document in page.documents
    ]


@pytest.mark.parametrize("kind", REPEATED)
def test_transient_fault_costs_attempt_but_no_row(simulator: RunningSimulator, kind: Kind) -> None:
    slept: list[float] = []
    with WmsClient(settings(simulator, retries=2), sleep=slept.append) as client:
        client.entities()
        # the same damage twice is in the document itself: it is quarantined, and the other rows are loaded
        struck = (1, 3) if kind == "invalid_utf8" else (1, 3, 4)
        simulator.faults.set([Fault(kind, Rule(ORDERS, nth=struck))])
        assert read(client) == simulator.documents("order_hdr")
    assert simulator.faults.struck == len(struck) == len(slept)


@pytest.mark.parametrize("retry_after", ["seconds", "date"])
def test_retry_after_fault_is_waited_for(simulator: RunningSimulator, retry_after: str) -> None:
    slept: list[float] = []
    fault = Fault("unavailable", Rule(ORDERS, nth=(2,)), seconds=42, retry_after=retry_after)  # type: ignore[arg-type]
    with WmsClient(settings(simulator, retries=2), sleep=slept.append) as client:
        simulator.faults.set([fault])
        read(client)
    assert slept == [42.0]


@pytest.mark.parametrize("kind", HARMLESS)
def test_harmless_fault_changes_nothing(simulator: RunningSimulator, client: WmsClient, kind: Kind) -> None:
    client.entities()
    simulator.faults.set([Fault(kind, Rule(ORDERS))])
    assert read(client) == simulator.documents("order_hdr")
    assert simulator.faults.struck > 1


@pytest.mark.parametrize("kind", TAKEN_AS_IT_IS)
def test_very_long_text_is_read_completely(simulator: RunningSimulator, client: WmsClient, kind: Kind) -> None:
    client.entities()
    simulator.faults.set([Fault(kind, Rule(ORDERS, nth=(1,)))])
    first, *others = read(client)
    expected = simulator.documents("order_hdr")
    assert others == expected[1:]
    assert first.startswith(expected[0][:-1])
    assert len(first) > 2**20


@pytest.mark.parametrize("kind", SLOW)
def test_late_page_requests_fewer_rows(simulator: RunningSimulator, kind: Kind) -> None:
    slept: list[float] = []
    with WmsClient(settings(simulator, retries=1, read_timeout=0.3), sleep=slept.append) as client:
        client.entities()
        simulator.faults.set([Fault(kind, Rule(ORDERS, nth=(1, 2)), seconds=2)])
        with pytest.raises(PageTooSlow) as caught:
            read(client, page_size=200)
        assert caught.value.code == "WMS_CONN_003"
        assert slept == []
        assert read(client) == simulator.documents("order_hdr")
    assert simulator.faults.struck == 2


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("auth", ["basic", "oauth2"])
def test_401_during_scan_is_recovered(simulator: RunningSimulator, kind: Kind, auth: str) -> None:
    oauth = {"auth": auth, "client_id": simulator.client_id, "client_secret": simulator.client_secret}
    with WmsClient(settings(simulator, **oauth)) as client:
        client.entities()
        simulator.faults.set([Fault(kind, Rule(ORDERS, nth=(2, 5)))])
        assert read(client) == simulator.documents("order_hdr")
    assert simulator.faults.struck == 2


def test_persistent_refusal_has_its_code(simulator: RunningSimulator, client: WmsClient) -> None:
    client.entities()
    simulator.faults.set([Fault("unauthorized")])
    for _ in range(3):
        with pytest.raises(SourceError) as caught:
            read(client)
        assert caught.value.code == "WMS_AUTH_001"
    assert simulator.faults.struck == 2


def test_login_redirect_is_protocol_error(simulator: RunningSimulator, client: WmsClient) -> None:
    simulator.faults.set([Fault("login_redirect", Rule(ORDERS))])
    with pytest.raises(SourceError, match="redirect") as caught:
        read(client)
    assert caught.value.code == "WMS_PROTO_002"
    assert simulator.faults.struck == 1


def test_token_service_fault_is_retried(simulator: RunningSimulator) -> None:
    oauth = {"auth": "oauth2", "client_id": simulator.client_id, "client_secret": simulator.client_secret}
    simulator.faults.set([Fault("server_error", Rule("/oauth2/token", limit=2))])
    with WmsClient(settings(simulator, retries=2, **oauth), sleep=lambda _: None) as client:
        assert read(client) == simulator.documents("order_hdr")


def test_all_faults_together_lose_no_rows(simulator: RunningSimulator) -> None:
    slept: list[float] = []
    faults = [Fault(kind, Rule(ORDERS, probability=0.03)) for kind in (*REPEATED, *HARMLESS)]
    with WmsClient(settings(simulator, retries=20), sleep=slept.append) as client:
        client.entities()
        simulator.faults.set(faults)
        assert read(client) == simulator.documents("order_hdr")
    assert len(slept) > 3
