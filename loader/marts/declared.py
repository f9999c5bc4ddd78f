"""Reads what the dbt project declares about marts and histories, from dbt's manifest: descriptions, keys, relations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

_REF: Final = re.compile(r"ref\(\s*'(\w+)'\s*\)")
_FOLDER: Final = "marts"


@dataclass(frozen=True, slots=True)
class Relation:
    """A column of a mart with the key of another mart."""

    column: str
    mart: str
    key: str


class Affected(msgspec.Struct, frozen=True):
    """A column of a mart, and the table with the values of it whose rows may change in a build of affected rows."""

    column: str
    keys: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mart:
    """A mart or history (snapshot) of the project; names in lower case.

    Args:
        description: ends with the grain.
        columns: descriptions by column, in order.
        key: columns that identify a row, from the tests `unique` or `unique_combination`; empty if not declared.
        relations: from the tests `relationships`, to keys of one column. Rows with an error may break them.
        affected: rows that a build of affected rows may change; None = any row.
        is_view: True if a query computes the rows when they are read.
    """

    name: str
    description: str
    columns: Mapping[str, str]
    key: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    affected: Affected | None = None
    is_view: bool = False


class _Metadata(msgspec.Struct):
    name: str
    kwargs: dict[str, Any] = {}


class _Column(msgspec.Struct):
    description: str = ""


class _Meta(msgspec.Struct):
    affected: Affected | None = None


class _Config(msgspec.Struct):
    materialized: str = ""
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _Node(msgspec.Struct):
    resource_type: str
    name: str
    description: str = ""
    fqn: list[str] = []
    columns: dict[str, _Column] = {}
    attached_node: str | None = None
    column_name: str | None = None
    test_metadata: _Metadata | None = None
    config: _Config = msgspec.field(default_factory=_Config)


class _Manifest(msgspec.Struct):
    nodes: dict[str, _Node]


def read_marts(manifest: Path) -> tuple[Mart, ...]:
    """Returns the tables for analysts by name: models in the folder marts, and snapshots, of each dbt project.

    Raises:
        OSError: there is no manifest; it is written by the first build.
        msgspec.ValidationError: the file isn't a manifest of a supported version.
    """
    nodes = msgspec.json.decode(manifest.read_bytes(), type=_Manifest).nodes
    tests: dict[str, list[_Node]] = {}
    for node in nodes.values():
        if node.attached_node and node.test_metadata:
            tests.setdefault(node.attached_node, []).append(node)
    models = {name: node for name, node in nodes.items() if _is_for_analysts(node)}
    keys = {node.name: _key(node, tests.get(name, ())) for name, node in models.items()}
    found = (_mart(node, keys, tests.get(name, ())) for name, node in models.items())
    return tuple(sorted(found, key=lambda mart: mart.name))


def _is_for_analysts(node: _Node) -> bool:
    return node.resource_type == "snapshot" or (node.resource_type == "model" and _FOLDER in node.fqn[1:2])


def _mart(node: _Node, keys: Mapping[str, tuple[str, ...]], tests: Iterable[_Node]) -> Mart:
    relations = sorted(_relations(tests), key=lambda relation: (relation.column, relation.mart))
    return Mart(
        name=node.name.lower(),
        description=node.description.strip(),
        columns={name.lower(): column.description.strip() for name, column in node.columns.items()},
        key=keys[node.name],
        relations=tuple(relation for relation in relations if keys.get(relation.mart) == (relation.key,)),
        affected=node.config.meta.affected,
        is_view=node.config.materialized == "view",
    )


def _key(node: _Node, tests: Iterable[_Node]) -> tuple[str, ...]:
    """Returns the first unique column, or else the first unique combination."""
    order = [name.lower() for name in node.columns]
    single = [test.column_name.lower() for test in tests if _is_test(test, "unique") and test.column_name]
    if single:
        return (min(single, key=order.index),)
    combined = (test.test_metadata.kwargs.get("columns", ()) for test in tests if test.test_metadata)
    return next((tuple(name.lower() for name in columns) for columns in combined if columns), ())


def _relations(tests: Iterable[_Node]) -> Iterator[Relation]:
    for test in tests:
        if _is_test(test, "relationships") and test.test_metadata and test.column_name:
            arguments = test.test_metadata.kwargs
            if other := _REF.search(str(arguments.get("to", ""))):
                yield Relation(test.column_name.lower(), other[1], str(arguments.get("field", "")).lower())


def _is_test(node: _Node, name: str) -> bool:
    return node.test_metadata is not None and node.test_metadata.name == name
