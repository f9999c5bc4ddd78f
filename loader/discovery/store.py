"""Stores a discovery in the work directory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from loader.discovery.model import SCHEMA_VERSION, Discovery, FieldFacts
from loader.files import write_output
from loader.settings import Settings
from loader.warehouse.source import SourceIdentity, configured_source
from loader.wms.catalog import SYNONYMS

FILE: Final = "discovery.json"


def discovery_file(settings: Settings) -> Path:
    """Return the path of the JSON file: ``discovery/discovery.json`` in the work directory."""
    return settings.pipeline.work_dir / "discovery" / FILE


def write_discovery(settings: Settings, discovery: Discovery) -> Path:
    """Write the JSON file. Raises ConfigError ``WMS_CONF_005`` if it can't be written."""
    path = discovery_file(settings)
    content = msgspec.json.format(msgspec.json.encode(discovery), indent=1)
    write_output(path, content, "The result of the discovery")
    return path


def read_discovery(settings: Settings) -> Discovery | None:
    """Return the stored discovery of the configured source; None if there is none, or of another release's format."""
    try:
        found = msgspec.json.decode(discovery_file(settings).read_bytes(), type=Discovery)
    except (OSError, msgspec.MsgspecError):
        return None
    mine = SourceIdentity(found.source_kind, found.source)
    is_usable = found.schema_version == SCHEMA_VERSION and mine.is_same(configured_source(settings))
    return found if is_usable else None


def known_fields(
    discovery: Discovery | None, described: Mapping[str, Mapping[str, str]]
) -> Mapping[str, Mapping[str, str]]:
    """Return the discovered fields of entities, to compare a later describe with: entity -> field -> type.

    An OpenAPI document names types otherwise and may list other fields. So only types of fields that both have are
    compared then, by kind.

    Args:
        described: fields and types that the loader has read.
    """
    if discovery is None:
        return {}
    entities = {facts.name: facts.fields for facts in discovery.entities if facts.fields}
    if discovery.schema_from == "describe":
        return {name: {field: f.type for field, f in entities[name].items()} for name in described.keys() & entities}
    return {
        name: {field: _comparable(entities[name].get(field), after) for field, after in described[name].items()}
        for name in described.keys() & entities
    }


def _comparable(before: FieldFacts | None, after: str) -> str:
    """Return the type to compare with `after`: the same text unless the kinds are known and differ."""
    kind = SYNONYMS.get(after.strip().lower(), "other")
    return after if before is None or "other" in (kind, before.kind) or kind == before.kind else before.type
