"""Profiles expand to entities, and missing parents are added."""

from __future__ import annotations

import re

import pytest
import yaml

from loader.errors import ConfigError
from loader.settings import load_settings
from loader.settings.profiles import PARENTS, PROFILES, resolved
from tests.support.harness import REPOSITORY


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["order_hdr"], ("order_hdr",)),
        (["allocation"], ("order_hdr", "order_dtl", "allocation")),
        (["allocation", "order_hdr"], ("order_dtl", "allocation", "order_hdr")),
        (["order_dtl", "ib_shipment_dtl"], ("order_hdr", "order_dtl", "ib_shipment", "ib_shipment_dtl")),
        (["core"], PROFILES["core"]),
        (["core", "vendor", "item"], (*PROFILES["core"], "vendor")),
    ],
)
def test_resolved_adds_missing_parents_once(names: list[str], expected: tuple[str, ...]) -> None:
    assert resolved(names, parents=True) == expected


def test_resolved_without_parents_keeps_names() -> None:
    assert resolved(["allocation", "core"], parents=False)[0] == "allocation"
    assert resolved(["allocation"], parents=False) == ("allocation",)


def test_every_profile_contains_its_parents() -> None:
    for profile, entities in PROFILES.items():
        assert {PARENTS[entity] for entity in entities if entity in PARENTS} <= set(entities), profile


def test_profiles_may_have_capital_letters() -> None:
    assert load_settings({"GRUPONOS_PIPELINE__ENTITIES": "Core,core"}, None).pipeline.entities == ("core",)


def test_message_about_an_invalid_name_lists_the_profiles() -> None:
    with pytest.raises(ConfigError, match=r"The profiles are core, operations, full"):
        load_settings({"GRUPONOS_PIPELINE__ENTITIES": "Order Header"}, None)


def test_marts_of_the_page_need_the_profile_that_it_names() -> None:
    page = (REPOSITORY / "docs" / "how-to" / "choose-entities.md").read_text(encoding="utf-8")
    listed = page.partition("## Profiles")[2].partition("Start with")[0]
    parts = re.split(r"^- `(\w+)` ", listed, flags=re.MULTILINE)[1:]
    named = {profile: set(re.findall(r"`(\w+)`", text)) for profile, text in zip(parts[::2], parts[1::2], strict=True)}
    assert list(named) == list(PROFILES)
    smaller: set[str] = set()
    for profile, entities in PROFILES.items():
        added, smaller = set(entities) - smaller, set(entities)
        needing = {mart for mart, needs in needed_entities().items() if needs & added and needs <= smaller}
        assert named[profile] - needing == set(), profile
        assert profile == "core" or named[profile], profile


def needed_entities() -> dict[str, set[str]]:
    """Return the entities without which a mart is empty."""
    found = {}
    for path in (REPOSITORY / "dbt_project" / "models" / "marts").rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models") or ():
            needs = ((model.get("config") or {}).get("meta") or {}).get("needs") or ()
            found[model["name"]] = set(needs)
    return found


def test_settings_read_parents_unless_disabled() -> None:
    chosen = {"GRUPONOS_PIPELINE__ENTITIES": "allocation", "GRUPONOS_PIPELINE__EXTRA_ENTITIES": "ob_stop_dtl"}
    expected = ("order_hdr", "order_dtl", "allocation", "load", "ob_stop", "ob_stop_dtl")
    assert load_settings(chosen, None).pipeline.all_entities == expected
    literal = load_settings({**chosen, "GRUPONOS_PIPELINE__READ_PARENTS": "false"}, None)
    assert literal.pipeline.all_entities == ("allocation", "ob_stop_dtl")


def excluding(excluded: str, **others: str) -> tuple[str, ...]:
    given = {"EXCLUDE_ENTITIES": excluded, **others}
    settings = load_settings({f"GRUPONOS_PIPELINE__{name}": value for name, value in given.items()}, None)
    return settings.pipeline.all_entities


def test_excluded_entities_are_not_read() -> None:
    left = excluding("wave,wave_status,allocation", EXTRA_ENTITIES="uom")
    assert set(PROFILES["core"]) - set(left) == {"wave", "wave_status", "allocation"}
    assert "uom" in left
    assert excluding("order_hdr", READ_PARENTS="false", ENTITIES="order_hdr,order_dtl") == ("order_dtl",)
    assert excluding("order_hdr,order_dtl,allocation", ENTITIES="allocation,wave") == ("wave",)


@pytest.mark.parametrize(
    ("excluded", "message"),
    [
        ("vendor", "names vendor, which ENTITIES doesn't include"),
        ("wav", "names the unknown entity wav. Did you mean wave?"),
        ("zzz", "names the unknown entity zzz"),
        ("core", "must name entities, not the profile core"),
        ("order_hdr", "must not name order_hdr, the parent of order_dtl. Exclude the children too"),
        ("order_hdr,order_dtl", "must not name order_dtl, the parent of allocation"),
        (",".join(PROFILES["core"]), "must leave at least one entity to read"),
    ],
)
def test_exclusion_that_makes_no_sense_is_refused(excluded: str, message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        excluding(excluded)
    assert raised.value.code == "WMS_CONF_001"
    assert f"GRUPONOS_PIPELINE__EXCLUDE_ENTITIES {message}" in raised.value.message
