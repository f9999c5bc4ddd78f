"""Reads the contents of the overview from dbt's manifest."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

_PROJECT = "wms_elt"
_KPIS = "kpi_definitions"
_GUIDE = f"doc.{_PROJECT}.__overview__"
_HOURS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mart:
    """A mart: its description ends with the grain; `area` is its folder."""

    name: str
    area: str
    description: str
    questions: tuple[str, ...]
    columns: tuple[str, ...]
    owner: str
    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessLimit:
    """Maximum age of sources: hours after which a run warns and fails; None if there is no limit."""

    sources: tuple[str, ...]
    warn_after_hours: float | None
    error_after_hours: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A dbt exposure: a report or system that reads the marts."""

    label: str
    description: str
    maturity: str
    owner: str
    url: str
    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Contents of the overview; `guide` is Markdown, `kpis` are rows of the KPI dictionary."""

    guide: str
    marts: Mapping[str, tuple[Mart, ...]]
    kpis: tuple[Mapping[str, str], ...]
    freshness: tuple[FreshnessLimit, ...]
    exposures: tuple[Exposure, ...]


def read_catalogue(manifest: Path, project: Path) -> Catalogue:
    """Reads the catalogue from a manifest; seeds are read from the project directory."""
    content = msgspec.json.decode(manifest.read_bytes())
    nodes = [node for node in content["nodes"].values() if node["package_name"] == _PROJECT]
    marts: dict[str, list[Mart]] = {}
    for mart in sorted(_marts(nodes, content["groups"]), key=lambda mart: (mart.area, mart.name)):
        marts.setdefault(mart.area, []).append(mart)
    return Catalogue(
        guide=content["docs"].get(_GUIDE, {}).get("block_contents", ""),
        marts={area: tuple(found) for area, found in marts.items()},
        kpis=tuple(_kpis(nodes, project)),
        freshness=tuple(_freshness(content["sources"].values())),
        exposures=tuple(_exposure(exposure) for exposure in content["exposures"].values()),
    )


def _marts(nodes: list[Any], groups: Mapping[str, Any]) -> Iterator[Mart]:
    owners = {group["name"]: group["owner"].get("name") or "" for group in groups.values()}
    for node in nodes:
        if node["resource_type"] == "model" and node["fqn"][1] == "marts":
            yield Mart(
                name=node["name"],
                area=node["fqn"][2] if len(node["fqn"]) > 3 else "",
                description=node["description"].strip(),
                questions=tuple(node["config"]["meta"].get("questions", ())),
                columns=tuple(node["columns"]),
                owner=owners.get(node["group"] or "", ""),
                node=node["unique_id"],
            )


def _kpis(nodes: list[Any], project: Path) -> Iterator[Mapping[str, str]]:
    for node in nodes:
        if node["resource_type"] == "seed" and node["name"] == _KPIS:
            with (project / node["original_file_path"]).open(encoding="utf-8", newline="") as file:
                yield from csv.DictReader(file)


def _freshness(sources: Any) -> Iterator[FreshnessLimit]:
    """Yields freshness limits with their sources, strictest first."""
    grouped: dict[tuple[float | None, float | None], list[str]] = {}
    for source in sources:
        limits = source.get("freshness") or {}
        warn, error = (_hours(limits.get(name)) for name in ("warn_after", "error_after"))
        if warn or error:
            grouped.setdefault((warn, error), []).append(source["name"])
    found = (
        FreshnessLimit(sources=tuple(sorted(names)), warn_after_hours=warn, error_after_hours=error)
        for (warn, error), names in grouped.items()
    )
    yield from sorted(found, key=lambda limit: limit.error_after_hours or limit.warn_after_hours or 0.0)


def _hours(limit: Mapping[str, Any] | None) -> float | None:
    if not limit or not limit.get("count"):
        return None
    return float(limit["count"]) * _HOURS[limit["period"]]


def _exposure(exposure: Mapping[str, Any]) -> Exposure:
    return Exposure(
        label=exposure["label"] or exposure["name"],
        description=exposure["description"],
        maturity=exposure["maturity"] or "",
        owner=exposure["owner"].get("name") or exposure["owner"].get("email") or "",
        url=exposure["url"] or "",
        node=exposure["unique_id"],
    )
