"""Reads the data tests of tables and columns from dbt's manifest, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTest:
    """A data test in words; `name` is its name in dbt, `condition` limits it to some rows."""

    name: str
    label: str
    severity: str
    condition: str


DataTests = Mapping[tuple[str, str], list[DataTest]]
"""Tests by unique id of the table and column; tests of a whole table have an empty column."""


def depends_on(node: Mapping[str, Any]) -> list[str]:
    """Returns the unique ids of the nodes that a node reads, once each."""
    return list(dict.fromkeys(node.get("depends_on", {}).get("nodes", ())))


def data_tests(nodes: Iterable[Mapping[str, Any]]) -> DataTests:
    """Returns the tests by table and column; tests of a whole table have the column ``""``."""
    found: dict[tuple[str, str], list[DataTest]] = defaultdict(list)
    for node in nodes:
        if node["resource_type"] == "test":
            column = (node.get("column_name") or "").lower()
            for parent in [node["attached_node"]] if node.get("attached_node") else depends_on(node):
                found[parent, column].append(_test(node))
    return found


def _test(node: Mapping[str, Any]) -> DataTest:
    return DataTest(
        name=node["name"],
        label=_label(node),
        severity=str(node["config"].get("severity", "error")).lower(),
        condition=node["config"].get("where") or "",
    )


def _label(node: Mapping[str, Any]) -> str:
    meta = node.get("test_metadata")
    if not meta:
        return str(node["name"]).removeprefix("assert_").replace("_", " ")
    arguments = {key: value for key, value in meta["kwargs"].items() if key not in {"model", "column_name"}}
    match meta["name"]:
        case "accepted_values":
            return f"one of {', '.join(str(value) for value in arguments['values'])}"
        case "relationships":
            return f"exists in {str(arguments['to']).partition(chr(39))[2].partition(chr(39))[0]}"
        case "unique_combination":
            return f"unique: {', '.join(arguments['columns'])}"
        case name:
            return str(name).replace("_", " ")
