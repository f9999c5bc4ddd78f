"""Facilities of the tenant, with the time zones that the models need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from zoneinfo import available_timezones

import msgspec

from loader.discovery.model import FacilityFacts

_OFFSET: Final = re.compile(r"\d(Z|[+-]\d\d:\d\d)$")


def facility_facts(documents: Iterable[msgspec.Raw], seed: Iterable[Mapping[str, str]]) -> tuple[FacilityFacts, ...]:
    """Return the facilities by code.

    Args:
        seed: rows of `facility_time_zones`.
    """
    zones = {row.get("facility_code", ""): row.get("time_zone", "") for row in seed}
    known = {zone.lower() for zone in available_timezones()}
    rows = [row for document in documents if isinstance(row := msgspec.json.decode(document), dict)]
    return tuple(
        FacilityFacts(
            code=str(row.get("code") or ""),
            name=str(row.get("name") or ""),
            language=str(row.get("lang") or ""),
            time_zone=_zone(row.get("time_zone_id")),
            is_known_zone=_zone(row.get("time_zone_id")).lower() in known,
            seed_zone=zones.get(str(row.get("code") or ""), ""),
        )
        for row in sorted(rows, key=lambda row: str(row.get("code") or ""))
    )


def offset_of(documents: Iterable[msgspec.Raw]) -> str:
    """Return the UTC offset of the first timestamp, such as ``-03:00``; empty if no document has one."""
    for document in documents:
        row = msgspec.json.decode(document)
        for name in ("mod_ts", "create_ts"):
            found = _OFFSET.search(str(row.get(name))) if isinstance(row, dict) else None
            if found:
                return found[1]
    return ""


def _zone(value: Any) -> str:
    """Return the label of a relation, or the value itself."""
    found = value.get("key") if isinstance(value, dict) else value
    return "" if found is None else str(found)
