"""Discovery of the simulator."""

from __future__ import annotations

from loader.discovery import Discovery
from loader.settings import PipelineSettings


def test_all_default_entities_are_readable_and_counted(described: Discovery) -> None:
    configured = [facts for facts in described.entities if facts.is_configured]
    assert [facts.name for facts in configured] == list(PipelineSettings().all_entities)
    assert {facts.readable for facts in configured} == {"yes"}
    assert {facts.orders for facts in configured} == {True}
    assert all(facts.rows and facts.is_counted and facts.fields for facts in configured)


def test_cost_is_bounded(described: Discovery) -> None:
    assert described.requests <= described.limit
    assert described.notes == ()


def test_first_load_covers_every_entity(described: Discovery) -> None:
    assert described.first_load is not None
    assert len(described.first_load.entities) == len(PipelineSettings().all_entities)
    assert described.first_load.rows == sum(facts.rows or 0 for facts in described.entities)
    assert described.first_load.pages >= len(described.first_load.entities)


def test_facilities_have_known_time_zones(described: Discovery) -> None:
    assert len(described.facilities) >= 2
    assert all(facility.is_known_zone for facility in described.facilities)


def test_labels_look_english(described: Discovery) -> None:
    assert "en" in described.languages


def test_openapi_document_saves_requests_and_gives_the_same_fields(
    described: Discovery, from_openapi: Discovery
) -> None:
    assert (described.schema_from, from_openapi.schema_from) == ("describe", "OpenAPI document")
    assert from_openapi.requests < described.requests
    later = {facts.name: facts.fields for facts in from_openapi.entities}
    for facts in described.entities:
        for name, field in facts.fields.items():
            assert later[facts.name][name].kind == field.kind, (facts.name, name)
            assert later[facts.name][name].max_length == field.max_length, (facts.name, name)


def test_renumbered_statuses_are_recognised_as_portuguese(from_openapi: Discovery) -> None:
    assert from_openapi.languages == ("pt",)
