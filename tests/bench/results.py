"""Compares results with goals."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit for a value."""

    limit: float
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"

    def met_by(self, value: float) -> bool:
        """Whether the value is within the limit."""
        return value >= self.limit if self.at_least else value <= self.limit


def at_least(limit: float) -> Goal:
    """Return a lower limit."""
    return Goal(limit, at_least=True)


def at_most(limit: float) -> Goal:
    """Return an upper limit."""
    return Goal(limit)


@dataclass(frozen=True, slots=True)
class Result:
    """A measured number.

    Args:
        name: stable name, such as ``landing_200k_ours_cpu``.
        unit: ``CPU s``, ``s`` (wall), ``MB`` (10^6 bytes), ``x`` (a ratio), ``rows``, ``runs``, ``times``.
        goal: None for a number without a goal.
    """

    name: str
    value: float
    unit: str
    goal: Goal | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        return self.goal.met_by(self.value) if self.goal else None


def write_json(results: Iterable[Result], path: Path) -> None:
    """Write a list of ``{name, value, unit, goal, met}``.

    `goal` is text such as ``>= 6``. Without a goal, `goal` and `met` are null.
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
