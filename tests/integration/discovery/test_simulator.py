"""Discovery of the simulator."""

from __future__ import annotations

from loader.discovery import Discovery
from loader.settings import PipelineSettings


def test_all_default_entities_are_readable_and_counted(simulated: Discovery) -> None:
    configured = [facts for facts in simulated.entities if facts.is_configured]
    assert [facts.name for facts in configured] == list(PipelineSettings().all_entities)
    assert {facts.readable for facts in configured} == {"yes"}
    assert {facts.orders for facts in configured} == {True}
    assert all(facts.rows and facts.is_counted and facts.fields for facts in configured)


def test_cost_is_bounded(simulated: Discovery) -> None:
    assert simulated.requests <= simulated.limit
    assert simulated.notes == ()


def test_first_load_covers_every_entity(simulated: Discovery) -> None:
    assert simulated.first_load is not None
    assert len(simulated.first_load.entities) == len(PipelineSettings().all_entities)
    assert simulated.first_load.rows == sum(facts.rows or 0 for facts in simulated.entities)
    assert simulated.first_load.pages >= len(simulated.first_load.entities)


def test_facilities_have_known_time_zones(simulated: Discovery) -> None:
    assert len(simulated.facilities) >= 2
    assert all(facility.is_known_zone for facility in simulated.facilities)


def test_labels_look_english(simulated: Discovery) -> None:
    assert "en" in simulated.languages
