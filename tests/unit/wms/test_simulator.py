"""The client against the bundled simulator: two independent implementations of the API reference must agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from loader.errors import SourceError
from loader.simulator import Behaviour, RunningSimulator
from loader.wms import BadRequestError, WmsClient, is_ordering_refused, utc_text
from loader.wms.instants import read_instants
from tests.unit.wms.simulated import NOON, scan, settings


@pytest.mark.parametrize("entity", ["order_hdr", "order_dtl", "allocation", "item", "order_status"])
def test_documents_equal_ground_truth_byte_for_byte(
    client: WmsClient, simulator: RunningSimulator, entity: str
) -> None:
    read = [bytes(memoryview(document)) for page in scan(client, entity) for document in page.documents]
    assert read == simulator.documents(entity)


def test_keys_match_documents(client: WmsClient, simulator: RunningSimulator) -> None:
    keys = [key for page in scan(client, "order_hdr") for key in page.keys]
    truth: list[dict[str, Any]] = simulator.truth("order_hdr")
    assert [key.id for key in keys] == [row["id"] for row in truth]
    assert [key.mod_ts for key in keys] == [row["mod_ts"] for row in truth]
    assert [key.facility_id and key.facility_id.id for key in keys] == [
        row["facility_id"] and row["facility_id"]["id"] for row in truth
    ]


def test_window_filter_uses_utc(client: WmsClient, simulator: RunningSimulator) -> None:
    low, high = NOON - timedelta(hours=30), NOON - timedelta(hours=2)
    window = [("mod_ts__gte", utc_text(low)), ("mod_ts__lt", utc_text(high))]
    found = [key for page in scan(client, "order_dtl", *window) for key in page.keys]
    times = read_instants([str(row["mod_ts"]) for row in simulator.truth("order_dtl")]).values.to_pylist()
    inside = [time for time in times if low <= time.replace(tzinfo=UTC) < high]
    assert 0 < len(inside) < len(times)
    assert len(found) == len(inside)


def test_negated_filter_excludes_rows(client: WmsClient, simulator: RunningSimulator) -> None:
    found = sum(len(page.keys) for page in scan(client, "order_hdr", ("status_id!", "90")))
    assert found == sum(row["status_id"] != 90 for row in simulator.truth("order_hdr")) > 0


def test_cursor_paging_reads_same_rows(client: WmsClient, simulator: RunningSimulator) -> None:
    ids: list[int] = []
    params = [("page_mode", "sequenced"), ("page_size", "100")]
    page = client.page("order_hdr", params)
    while True:
        ids += [key.id for key in page.keys]
        if page.cursor is None:
            break
        page = client.page("order_hdr", [*params, ("cursor", page.cursor)])
    assert sorted(ids) == [row["id"] for row in simulator.truth("order_hdr")]


def test_values_list_shows_plain_relation_ids(client: WmsClient, simulator: RunningSimulator) -> None:
    keys = [key for page in scan(client, "order_hdr", ("values_list", "id,mod_ts,facility_id")) for key in page.keys]
    truth: list[dict[str, Any]] = simulator.truth("order_hdr")
    assert read_instants([key.mod_ts for key in keys]).values == read_instants([row["mod_ts"] for row in truth]).values
    assert [key.facility_id and key.facility_id.id for key in keys] == [
        row["facility_id"] and row["facility_id"]["id"] for row in truth
    ]


def test_every_entity_description_has_known_types(client: WmsClient) -> None:
    for entity in client.entities():
        description = client.describe(entity)
        assert description.fields["id"].kind == "integer"
        assert not [field for field in description.fields.values() if field.kind == "other"], entity
        assert "id" in description.parameters
    assert client.describe("order_hdr").has_mod_ts
    assert not client.describe("order_status").has_mod_ts


def test_wms_release_changes_digest(simulator: RunningSimulator) -> None:
    def digest() -> str:
        with WmsClient(settings(simulator)) as client:
            return client.describe("company").digest

    before = digest()
    assert digest() == before
    simulator.set_behaviour(Behaviour(release="26A"))
    assert digest() != before


def test_server_clock_skew_is_measured(client: WmsClient, simulator: RunningSimulator) -> None:
    simulator.clock.skew = timedelta(minutes=-10)
    assert client.server_now() == NOON - timedelta(minutes=10)


def test_empty_denied_and_unknown_entities_differ(client: WmsClient, simulator: RunningSimulator) -> None:
    assert client.page("order_hdr", [("id__gt", str(2**40))]).keys == []
    with pytest.raises(SourceError, match=r"Did you mean order_hdr\?") as caught:
        client.page("order_hdrs", [])
    assert caught.value.code == "WMS_ENTITY_001"
    simulator.set_profile(replace(simulator.profile, denied_entities=frozenset({"item"})))
    with WmsClient(settings(simulator)) as denied, pytest.raises(SourceError) as caught:
        denied.page("item", [])
    assert caught.value.code == "WMS_ENTITY_001"


def test_user_without_permission_gets_perm_error(client: WmsClient, simulator: RunningSimulator) -> None:
    simulator.set_profile(replace(simulator.profile, read_access=False))
    with pytest.raises(SourceError) as caught:
        client.entities()
    assert caught.value.code == "WMS_PERM_001"


def test_wrong_password_gets_auth_error(simulator: RunningSimulator) -> None:
    with WmsClient(settings(simulator, password="wrong")) as client, pytest.raises(SourceError) as caught:
        client.server_now()
    assert caught.value.code == "WMS_AUTH_001"


def test_wrong_environment_gets_protocol_error(simulator: RunningSimulator) -> None:
    with WmsClient(settings(simulator, base_url=f"{simulator.url}x")) as client, pytest.raises(SourceError) as caught:
        client.server_now()
    assert caught.value.code == "WMS_PROTO_002"
    assert "GRUPONOS_WMS__BASE_URL" in caught.value.hint


def test_unknown_filter_gets_bad_request(client: WmsClient) -> None:
    with pytest.raises(BadRequestError, match="zzz") as caught:
        client.page("order_hdr", [("zzz", "1"), ("ordering", "id")])
    assert caught.value.context["reference"]
    assert not is_ordering_refused(caught.value)


def test_entity_that_rejects_ordering_is_recognised(client: WmsClient, simulator: RunningSimulator) -> None:
    simulator.set_behaviour(Behaviour(ordering_refused=frozenset({"order_hdr"})))
    with pytest.raises(BadRequestError) as caught:
        client.page("order_hdr", [("ordering", "id")])
    assert is_ordering_refused(caught.value)


@pytest.mark.parametrize("grant", ["client_credentials", "password"])
def test_oauth_token_revoked_during_run_is_renewed(simulator: RunningSimulator, grant: str) -> None:
    oauth = {"client_id": simulator.client_id, "client_secret": simulator.client_secret, "grant": grant}
    with WmsClient(settings(simulator, auth="oauth2", **oauth)) as client:
        pages = scan(client, "order_hdr", page_size=50)
        first = next(pages)
        simulator.tokens.revoke_all()
        read = [key.id for page in (first, *pages) for key in page.keys]
    assert read == [row["id"] for row in simulator.truth("order_hdr")]
