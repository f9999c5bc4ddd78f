"""Facts of facilities, completed samples, refusals and the order of findings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loader.discovery.examine import unreadable
from loader.discovery.facilities import facility_facts, offset_of
from loader.discovery.findings import findings
from loader.discovery.model import CustomField, FacilityFacts, RuleResult
from loader.discovery.samples import Samples
from loader.discovery.tenant import LimitReached
from loader.errors import SourceError
from tests.unit.discovery.scripted import IdsTenant, page, raw
from tests.unit.discovery.test_drift_baseline import DISCOVERY


def test_facility_zone_comes_from_relation_or_seed() -> None:
    documents = raw(
        {"id": 2, "code": "B", "time_zone_id": {"id": 1, "key": "Mars/Base"}},
        {"id": 1, "code": "A", "name": "North", "lang": "pt", "time_zone_id": "America/SAO_paulo"},
    )
    assert facility_facts(documents, [{"facility_code": "B", "time_zone": "UTC"}]) == (
        FacilityFacts(
            code="A", name="North", language="pt", time_zone="America/SAO_paulo", is_known_zone=True, seed_zone=""
        ),
        FacilityFacts(code="B", name="", language="", time_zone="Mars/Base", is_known_zone=False, seed_zone="UTC"),
    )


def test_offset_is_that_of_the_first_timestamp() -> None:
    assert offset_of(raw({"id": 1}, {"mod_ts": "2026-05-04T01:02:03.5-03:00"})) == "-03:00"
    assert offset_of(raw({"mod_ts": "2026-05-04"})) == ""


def test_sample_is_completed_with_parents() -> None:
    tenant = IdsTenant(range(1000))
    samples = Samples(["order_hdr", "order_dtl", "item", "location"])
    lines = [
        {"id": 1, "order_id": {"id": 500, "url": ""}, "item_id": {"id": 3, "url": "https://h/x/entity/item/3"}},
        {"id": 2, "order_id": {"id": 501, "url": ""}, "wave_id": {"id": 9, "url": ""}, "loc_id": None},
        {"id": 3, "order_id": {"id": 5000, "url": ""}, "location_id": {"id": 1, "url": ""}},
    ]
    samples.add(page("order_dtl", lines))
    samples.complete(tenant, lambda entity: [], {"location"})  # type: ignore[arg-type]
    assert {entity: sorted(rows) for entity, rows in samples.documents.items()} == {
        "order_dtl": [1, 2, 3],
        "order_hdr": [500, 501],
        "item": [3],
        "location": [],
    }
    # a row that the WMS doesn't show is asked for once
    assert len(tenant.asked) == 2


def test_sample_keeps_what_it_has_at_the_limit() -> None:
    samples = Samples(["order_hdr", "order_dtl"])
    samples.add(page("order_dtl", [{"id": 1, "order_id": {"id": 5, "url": ""}}]))
    with pytest.raises(LimitReached):
        samples.complete(IdsTenant(range(9), left=0), lambda entity: [], set())  # type: ignore[arg-type]
    assert samples.missing() == {"order_hdr": [5]}


@pytest.mark.parametrize(
    ("code", "readable", "hint"),
    [
        ("WMS_ENTITY_001", "no", "permission"),
        ("WMS_PERM_001", "no", "permission"),
        ("WMS_HTTP_002", "no response", "again later"),
        ("WMS_PROTO_002", "no response", "again later"),
    ],
)
def test_only_a_refusal_is_about_permission(code: str, readable: str, hint: str) -> None:
    facts = unreadable("item", SourceError(code, "No."), is_listed=True).facts
    assert facts.readable == readable
    (found,) = findings(replace(DISCOVERY, rules=(), entities=(replace(facts, is_configured=True),)))
    assert found.level == "act"
    assert hint in found.hint


def test_findings_put_actions_first() -> None:
    rule = RuleResult(entity="item", rule="unit_known", severity="error", reason="", checked=10, flagged=9)
    used = CustomField(entity="order_hdr", field="cust_field_1", kind="string", used=1, sampled=2)
    no_zone = FacilityFacts(code="X", name="", language="", time_zone="", is_known_zone=False, seed_zone="")
    found = findings(replace(DISCOVERY, rules=(rule,), custom_fields=(used,), facilities=(no_zone,), notes=("a note",)))
    assert [finding.level for finding in found] == ["act", "check", "check", "check"]
    assert "item.unit_known (9 of 10)" in found[1].text
    assert found[2].hint.endswith("order_hdr:cust_field_1=field_1")
    assert findings(replace(DISCOVERY, rules=())) == ()
