"""Reads the tables of the project from dbt's manifest and catalog: columns, tests, SQL and dependencies."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from loader.site.data_tests import DataTest, DataTests, data_tests, depends_on
from loader.site.kpi_dictionary import KpiEntry, read_dictionary
from loader.site.units import unit_of

_PROJECT: Final = "wms_elt"
_GUIDE: Final = f"doc.{_PROJECT}.__overview__"
_GRAIN: Final = re.compile(r"\s*Grain: (.+)$", re.DOTALL)
_KINDS: Final = {"staging": "staging", "intermediate": "intermediate", "marts": "mart"}

Kind = Literal["mart", "snapshot", "seed", "staging", "intermediate", "raw table", "run table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; `path` is the JSON path of a staging column, `unit` is empty if it has none."""

    name: str
    type: str
    unit: str
    description: str
    path: str
    is_personal: bool
    tests: tuple[DataTest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table or view that dbt knows.

    Args:
        node: unique id in dbt.
        area: folder of a model, such as ``fulfilment``; source of a raw table.
        purpose: description without the grain.
        relation: name in the target, in lower case: ``schema.table``.
        needs, improved_by: entities without which the table has no rows, and optional ones.
        parents, children: unique ids of tables.
        code: SQL as written, `compiled`: SQL as executed; empty for tables that dbt doesn't build.
    """

    node: str
    name: str
    kind: Kind
    area: str
    purpose: str
    grain: str
    relation: str
    materialized: str
    owner: str
    path: str
    questions: tuple[str, ...]
    needs: tuple[str, ...]
    improved_by: tuple[str, ...]
    columns: tuple[Column, ...]
    tests: tuple[DataTest, ...]
    parents: tuple[str, ...]
    children: tuple[str, ...]
    code: str
    compiled: str

    @property
    def column_names(self) -> frozenset[str]:
        """Names of the columns that are declared or exist in the target."""
        return frozenset(column.name for column in self.columns)

    @property
    def is_public(self) -> bool:
        """Whether analysts may use it: a mart, snapshot or seed."""
        return self.kind in {"mart", "snapshot", "seed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A dbt exposure: a report or system that reads tables, given by their unique ids."""

    label: str
    description: str
    maturity: str
    owner: str
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything the site shows of the project; `guide` is Markdown, `tables` is by unique id.

    `words` has the doc blocks by name: they describe columns that have the same meaning in all tables.
    """

    guide: str
    words: Mapping[str, str]
    dialect: str
    tables: Mapping[str, Table]
    kpis: tuple[KpiEntry, ...]
    exposures: tuple[Exposure, ...]

    def of_kind(self, *kinds: Kind) -> tuple[Table, ...]:
        """Returns the tables of these kinds by area and name."""
        found = (table for table in self.tables.values() if table.kind in kinds)
        return tuple(sorted(found, key=lambda table: (kinds.index(table.kind), table.area, table.name)))


def read_catalogue(manifest: Path, catalog: Path, project: Path) -> Catalogue:
    """Reads the files of dbt; the KPI dictionary is read from the project directory."""
    content, columns = msgspec.json.decode(manifest.read_bytes()), _catalog_columns(catalog)
    # the tables of an overlay belong to the root project
    projects = {_PROJECT, content["metadata"].get("project_name")}
    nodes = [node for node in (*content["nodes"].values(), *content["sources"].values()) if _is_table(node, projects)]
    tests, ids = data_tests(content["nodes"].values()), {node["unique_id"] for node in nodes}
    parents = {node["unique_id"]: [parent for parent in depends_on(node) if parent in ids] for node in nodes}
    children: dict[str, list[str]] = defaultdict(list)
    for child, found in parents.items():
        for parent in found:
            children[parent].append(child)
    owners = {group["name"]: group["owner"].get("name") or "" for group in content["groups"].values()}
    tables = (
        _table(
            node,
            owner=owners.get(node.get("group") or "", ""),
            columns=_columns(node, columns.get(node["unique_id"], {}), tests),
            tests=tuple(tests.get((node["unique_id"], ""), ())),
            parents=tuple(sorted(parents[node["unique_id"]])),
            children=tuple(sorted(children[node["unique_id"]])),
        )
        for node in nodes
    )
    return Catalogue(
        guide=content["docs"].get(_GUIDE, {}).get("block_contents", ""),
        words={name.rpartition(".")[2]: block["block_contents"].strip() for name, block in content["docs"].items()},
        dialect=content["metadata"].get("adapter_type") or "duckdb",
        tables={table.node: table for table in tables},
        kpis=read_dictionary(project),
        exposures=tuple(_exposure(exposure) for exposure in content["exposures"].values()),
    )


def _is_table(node: Mapping[str, Any], projects: Collection[str | None]) -> bool:
    return node["package_name"] in projects and node["resource_type"] in {"model", "seed", "snapshot", "source"}


def _table(node: Mapping[str, Any], **given: Any) -> Table:
    description, meta = node["description"].strip(), node["config"].get("meta") or {}
    grain = _GRAIN.search(description)
    kind: Any = node["resource_type"]
    if kind == "source":
        kind = "run table" if node["source_name"] == "elt" else "raw table"
    elif kind == "model":
        kind = _KINDS.get(node["fqn"][1], "mart")
    relation = f"{node['schema']}.{node.get('alias') or node.get('identifier') or node['name']}".lower()
    return Table(
        node=node["unique_id"],
        name=node["name"],
        kind=kind,
        area=node["fqn"][2] if node["resource_type"] == "model" and len(node["fqn"]) > 3 else "",
        purpose=_GRAIN.sub("", description),
        grain=grain[1].strip() if grain else "",
        relation=relation,
        materialized=node["config"].get("materialized", ""),
        path=node["original_file_path"],
        questions=tuple(meta.get("questions", ())),
        needs=tuple(meta.get("needs", ())),
        improved_by=tuple(meta.get("improved_by", ())),
        code=node.get("raw_code") or "",
        compiled=node.get("compiled_code") or "",
        **given,
    )


def _catalog_columns(catalog: Path) -> Mapping[str, Mapping[str, str]]:
    """Returns the types of the columns in the target, by unique id and name in lower case."""
    content = msgspec.json.decode(catalog.read_bytes())
    return {
        unique_id: {
            name.lower(): str(column["type"]).lower()
            for name, column in sorted(found["columns"].items(), key=lambda pair: pair[1]["index"])
        }
        for unique_id, found in (*content["nodes"].items(), *content["sources"].items())
    }


def _columns(node: Mapping[str, Any], types: Mapping[str, str], tests: DataTests) -> tuple[Column, ...]:
    """Declared columns in the order of the YAML, then those that exist in the target only."""
    declared = {name.lower(): column for name, column in node["columns"].items()}
    return tuple(
        _column(name, declared.get(name, {}), types.get(name, ""), tuple(tests.get((node["unique_id"], name), ())))
        for name in dict.fromkeys((*declared, *types))
    )


def _column(name: str, declared: Mapping[str, Any], found_type: str, tests: tuple[DataTest, ...]) -> Column:
    config = declared.get("config") or {}
    meta = {**(declared.get("meta") or {}), **(config.get("meta") or {})}
    kind = declared.get("data_type") or found_type
    return Column(
        name=name,
        type=kind,
        unit=unit_of(name, kind),
        description=(declared.get("description") or "").strip(),
        path=str(meta.get("json_path", "")),
        is_personal=bool(meta.get("personal_data")),
        tests=tests,
    )


def _exposure(exposure: Mapping[str, Any]) -> Exposure:
    return Exposure(
        label=exposure["label"] or exposure["name"],
        description=exposure["description"],
        maturity=exposure["maturity"] or "",
        owner=exposure["owner"].get("name") or exposure["owner"].get("email") or "",
        reads=tuple(depends_on(exposure)),
    )
