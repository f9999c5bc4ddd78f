"""Fields that a later run compares its describe with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from loader.discovery import Discovery, EntityFacts, known_fields
from loader.discovery.model import FieldFacts

FIELDS = {"a": FieldFacts(type="text", kind="string"), "b": FieldFacts(type="number", kind="decimal")}
DISCOVERY = Discovery(
    source_kind="wms",
    source="h/acme",
    discovered_at=datetime(2026, 5, 4, tzinfo=UTC),
    release="0",
    requests=1,
    limit=1,
    seconds=0,
    schema_from="describe",
    entities=(EntityFacts(name="item", is_listed=True, readable="yes", fields=FIELDS),),
)
OPENAPI = replace(DISCOVERY, schema_from="OpenAPI document")


def test_describe_is_compared_as_it_is() -> None:
    found = known_fields(DISCOVERY, {"item": {"a": "text"}, "wave": {"c": "text"}})
    assert found == {"item": {"a": "text", "b": "number"}}


@pytest.mark.parametrize(
    ("described", "before"),
    [
        ({"a": "string", "b": "float"}, {"a": "string", "b": "float"}),
        ({"a": "boolean"}, {"a": "text"}),
        ({"a": "time", "new": "string"}, {"a": "time", "new": "string"}),
    ],
    ids=["other names of the same kinds", "another kind", "unknown kind and field"],
)
def test_openapi_types_are_compared_by_kind(described: dict[str, str], before: dict[str, str]) -> None:
    assert known_fields(OPENAPI, {"item": described}) == {"item": before}


def test_no_discovery_gives_nothing() -> None:
    assert known_fields(None, {"item": {"a": "text"}}) == {}
