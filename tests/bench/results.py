"""What was measured, held against what was promised."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound that a value must keep."""

    limit: float
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"

    def met_by(self, value: float) -> bool:
        """Whether the value keeps the bound."""
        return value >= self.limit if self.at_least else value <= self.limit


def at_least(limit: float) -> Goal:
    """A lower bound."""
    return Goal(limit, at_least=True)


def at_most(limit: float) -> Goal:
    """An upper bound."""
    return Goal(limit)


@dataclass(frozen=True, slots=True)
class Result:
    """One measured number.

    Args:
        name: stable, such as ``landing_200k_ours_cpu``.
        unit: ``CPU s``, ``s`` (wall), ``MB`` (10^6 bytes), ``x`` (a ratio), ``rows``, ``runs``.
        goal: None for a number that only informs.
    """

    name: str
    value: float
    unit: str
    goal: Goal | None = None

    @property
    def met(self) -> bool | None:
        """None without a goal."""
        return self.goal.met_by(self.value) if self.goal else None


def write_json(results: Iterable[Result], path: Path) -> None:
    """A list of ``{name, value, unit, goal, met}``.

    `goal` is text such as ``>= 6``; it and `met` are null for a number that only informs.
    """
    rows = [
        {
            "name": result.name,
            "value": round(result.value, 4),
            "unit": result.unit,
            "goal": str(result.goal) if result.goal else None,
            "met": result.met,
        }
        for result in results
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
