"""Discovery of a WMS of other making, whose answers differ from those of the simulator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loader.discovery import Discovery, read_discovery, write_discovery
from loader.discovery.discover import Limits
from loader.discovery.findings import findings
from loader.errors import SourceError
from loader.settings import Settings
from loader.site.discovery import discovery_text
from tests.integration.discovery.conftest import ENTITIES, examined, settings_of
from tests.support.spanish_wms import SpanishWms

NO_RULES = Limits(with_rules=False)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Discovery:
    """Return a discovery with rules."""
    work_dir = tmp_path_factory.mktemp("spanish")
    with SpanishWms().serve() as wms:
        settings = settings_of(wms.url, wms.user, wms.password, work_dir, GRUPONOS_PIPELINE__ENTITIES=ENTITIES)
        return examined(settings, Limits())


def test_only_get_requests_within_the_limit(spanish: SpanishWms, spanish_settings: Settings) -> None:
    found = examined(spanish_settings, NO_RULES)
    assert {method for method, _, _ in spanish.asked} == {"GET"}
    assert found.requests == len(spanish.asked) <= found.limit
    assert not any("values_list" in query or "page_mode=paged" in query for _, _, query in spanish.asked)


def test_unreadable_and_missing_entities_are_listed(found: Discovery) -> None:
    entities = {facts.name: facts for facts in found.entities}
    assert {name for name, facts in entities.items() if facts.readable == "yes" and facts.is_configured} == {
        "company",
        "facility",
        "item",
        "order_hdr",
        "order_dtl",
        "order_status",
        "task_status",
    }
    assert entities["location"].reason.startswith("WMS_ENTITY_001")
    assert entities["inventory"].reason.startswith("WMS_PERM_001")
    assert (entities["wave"].readable, entities["wave"].is_listed) == ("no", False)
    assert entities["bay_of_the_moon"].readable == "not asked"


def test_sizes_are_exact_for_small_entities(found: Discovery) -> None:
    entities = {facts.name: facts for facts in found.entities}
    order_hdr, task_status, lines = entities["order_hdr"], entities["task_status"], entities["order_dtl"]
    assert (order_hdr.rows, order_hdr.is_counted, order_hdr.orders, order_hdr.has_mod_ts) == (30, True, False, True)
    assert (task_status.rows, task_status.size) == (0, "empty")
    # 60 rows, of which the tenant gives 50 and refuses to order them
    assert (lines.rows, lines.size, lines.sampled) == (None, "unknown", 50)
    assert found.first_load is not None
    assert found.first_load.unknown == ("order_dtl",)


def test_statuses_are_mapped_by_their_spanish_labels(found: Discovery) -> None:
    (table,) = [table for table in found.statuses if table.entity == "order_status"]
    assert [(code.id, code.description) for code in table.codes][:2] == [(5, "Creada"), (25, "Asignada")]
    assert table.is_staged
    # no id of the seed applies to a renumbered table
    assert {code.mapped_by for code in table.codes} <= {"label", ""}
    assert ("order_status", "En la luna") in [(entity, code.description) for entity, code in found.unmapped]


def test_gaps_name_missing_retyped_and_longer_fields(found: Discovery) -> None:
    gaps = {(gap.model, gap.field): gap.kind for gap in found.gaps}
    assert gaps["stg_wms__order_hdr", "route_nbr"] == "missing"
    assert gaps["stg_wms__order_hdr", "priority"] == "as text"
    assert gaps["stg_wms__order_hdr", "order_nbr"] == "longer text"
    assert ("stg_wms__order_hdr", "facility_id") not in gaps
    assert ("stg_wms__order_hdr", "ord_date") not in gaps


def test_custom_fields_in_use_are_counted_without_values(found: Discovery, spanish_settings: Settings) -> None:
    assert [(f.entity, f.field, f.used, f.sampled) for f in found.custom_fields] == [
        ("order_hdr", "cust_field_1", 5, 30)
    ]
    stored = write_discovery(spanish_settings, found).read_text()
    assert "canal" not in stored
    assert "PED-" not in stored


def test_facilities_show_zones_and_offset(found: Discovery) -> None:
    north, south = found.facilities
    assert (north.code, north.time_zone, north.is_known_zone, north.language) == (
        "MX01",
        "America/Mexico_City",
        True,
        "es",
    )
    assert (south.time_zone, south.is_known_zone) == ("", False)
    assert found.offset == "-06:00"


def test_rules_are_evaluated_on_the_sample(found: Discovery) -> None:
    assert found.rules_note == ""
    flagged = {(rule.entity, rule.rule): rule.flagged for rule in found.rules or () if rule.flagged}
    assert flagged["order_dtl", "ordered_above_zero"] == 1
    # parents that the sample refers to were read
    assert not flagged.keys() & {("order_dtl", "order_exists"), ("order_dtl", "item_known")}


def test_findings_tell_what_to_fix(found: Discovery) -> None:
    texts = [f"{finding.level} {finding.text}" for finding in findings(found)]
    assert any(text.startswith("act The user can't read 3 configured entities") for text in texts)
    assert any("1 facility has no known time zone: MX02" in text for text in texts)
    assert any("En la luna" in text for text in texts)


def test_markdown_has_all_sections(found: Discovery) -> None:
    text = discovery_text(found)
    for title in ("Entities", "Statuses", "Differences from staging", "Facilities", "First load"):
        assert f"## {title}\n" in text


def test_every_entity_is_examined_with_all(spanish_settings: Settings) -> None:
    found = examined(spanish_settings, Limits(every_entity=True, with_rules=False))
    assert {facts.name for facts in found.entities if facts.readable == "not asked"} == set()
    assert next(facts for facts in found.entities if facts.name == "bay_of_the_moon").rows == 1


def test_openapi_document_is_used_for_listed_entities_only(spanish: SpanishWms, spanish_settings: Settings) -> None:
    row = {"type": "object", "properties": {"id": {"type": "integer"}, "code": {"type": "string", "maxLength": 30}}}
    content = {"application/json": {"schema": {"type": "array", "items": row}}}
    listed = {"get": {"responses": {"200": {"content": content}}}}
    spanish.openapi = {"paths": {f"/bodega/entity/{name}/": listed for name in ("company", "wave", "location")}}
    found = examined(spanish_settings, NO_RULES)
    assert found.schema_from == "OpenAPI document"
    entities = {facts.name: facts for facts in found.entities}
    assert list(entities["company"].fields) == ["id", "code"]
    assert "order_nbr" in entities["order_hdr"].fields
    # not in the entity map; and listed, but refused when its rows are requested
    assert (entities["wave"].readable, entities["location"].readable) == ("no", "no")
    described = [path for _, path, _ in spanish.asked if path.endswith("/describe/")]
    assert "/company/describe/" not in described
    assert found.requests == len(spanish.asked)


@pytest.mark.parametrize("limit", [10, 16, 28])
def test_limit_ends_the_discovery_with_a_note(spanish: SpanishWms, spanish_settings: Settings, limit: int) -> None:
    found = examined(spanish_settings, Limits(requests=limit, with_rules=False))
    assert len(spanish.asked) == found.requests <= limit
    assert found.notes
    assert "the limit of" in found.notes[0]


def test_wrong_password_is_an_error(spanish: SpanishWms, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as raised:
        examined(settings_of(spanish.url, spanish.user, "wrong", tmp_path), NO_RULES)
    assert raised.value.code == "WMS_AUTH_001"
    assert len(spanish.asked) == 1


def test_excluded_fields_are_not_requested(spanish: SpanishWms, tmp_path: Path) -> None:
    options = {
        "GRUPONOS_PIPELINE__ENTITIES": "order_hdr",
        "GRUPONOS_PIPELINE__EXCLUDE_FIELDS": "order_hdr:cust_field_1",
    }
    found = examined(settings_of(spanish.url, spanish.user, spanish.password, tmp_path, **options), NO_RULES)
    lists = [query for _, path, query in spanish.asked if path == "/order_hdr"]
    assert lists
    assert all("fields=" in query and "cust_field_1" not in query for query in lists)
    # this server ignores `fields`, so that the field still arrives
    assert found.requests == len(spanish.asked)


def test_stored_discovery_is_read_back_for_its_source_only(
    found: Discovery, spanish_settings: Settings, tmp_path: Path
) -> None:
    path = write_discovery(spanish_settings, found)
    assert json.loads(path.read_text())["source_kind"] == "wms"
    # the module's discovery ran against another port
    assert read_discovery(spanish_settings) is None
    again = examined(spanish_settings, NO_RULES)
    write_discovery(spanish_settings, again)
    assert read_discovery(spanish_settings) == again
    path.write_text("{")
    assert read_discovery(spanish_settings) is None
