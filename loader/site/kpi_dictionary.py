"""Reads the KPI dictionary from the dbt project: definitions from the seed, order and drivers from its YAML."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

SEED: Final = "kpi_definitions"
OTHER: Final = "other"
"""Question of KPIs that the project doesn't place."""
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiEntry:
    """A KPI of the dictionary.

    Args:
        question: the question that it answers, such as ``service``; ``other`` if the project doesn't say.
        also_called: other names, for the search.
        moved_by: names of KPIs and tables that explain a change of its value.
    """

    name: str
    title: str
    formula: str
    dated_by: str
    grain: str
    exclusions: str
    unit: str
    better_is: str
    owner: str
    source: str = ""
    target: float | None = None
    question: str = OTHER
    also_called: tuple[str, ...] = ()
    moved_by: tuple[str, ...] = ()

    @property
    def higher_is_better(self) -> bool:
        """Whether a higher value is better."""
        return self.better_is == "higher"


def read_dictionary(project: Path) -> tuple[KpiEntry, ...]:
    """Returns the KPIs by question, in the order of the YAML; KPIs that it doesn't list come last.

    A project without a dictionary has no KPIs.
    """
    path = project / "seeds" / f"{SEED}.csv"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        # a KPI without a target has an empty cell
        rows = {row["kpi"]: {**row, "target": row.get("target") or None} for row in csv.DictReader(file)}
    placed = {
        kpi: {"question": question, **(more or {})}
        for question, kpis in _questions(project / "seeds" / "_seeds.yml").items()
        for kpi, more in kpis.items()
        if kpi in rows
    }
    return tuple(
        msgspec.convert({**rows[kpi], "name": kpi, **placed.get(kpi, {})}, KpiEntry, strict=False)
        for kpi in dict.fromkeys((*placed, *rows))
    )


def _questions(path: Path) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Returns the KPIs by question from ``meta.kpis_by_question`` of the seed."""
    if not path.is_file():
        return {}
    content = _LOADER(path.read_bytes()).get_single_data() or {}
    seeds = {seed["name"]: seed for seed in content.get("seeds", ())}
    meta: Any = seeds.get(SEED, {}).get("config", {}).get("meta", {})
    return dict(meta.get("kpis_by_question", {}))
