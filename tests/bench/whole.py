"""Marts that a build computed as a whole, which grow with the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from loader.report import RunReport

SMALL: Final = 10_000
"""Rows up to which a mart may be computed as a whole in each build."""


def computed_whole(report: RunReport, directory: Path, count: Callable[[str], int]) -> dict[str, int]:
    """Return the rows of marts and snapshots without affected keys that the build wrote, largest first.

    Args:
        directory: the working directory of the run.
        count: returns the number of rows of a model.
    """
    manifest = msgspec.json.decode((directory / "work" / "dbt" / "target" / "manifest.json").read_bytes())
    built = {node.name for node in report.build.nodes if node.status == "ok"} if report.build else set()
    whole = [node["name"] for node in manifest["nodes"].values() if node["name"] in built and _is_whole(node)]
    return dict(sorted(((name, count(name)) for name in whole), key=lambda entry: -entry[1]))


def large(whole: Mapping[str, int]) -> list[str]:
    """Return those with too many rows for it."""
    return [name for name, rows in whole.items() if rows > SMALL]


def _is_whole(node: Mapping[str, Any]) -> bool:
    is_shown = node["resource_type"] == "snapshot" or node.get("access") == "public"
    return is_shown and node["config"]["materialized"] != "view" and "affected" not in node["config"]["meta"]
