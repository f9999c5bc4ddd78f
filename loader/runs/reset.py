"""Reset: lists or drops everything that the target and this machine store about a source.

The order makes a killed reset safe to repeat, and safe for the next run. State is dropped before the tables it
describes, models before raw tables, and the recorded source last.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from loader.dbt import DbtProject
from loader.locking import this_process
from loader.report import Progress, Silent
from loader.runs.locks import acquire_locks
from loader.runs.run_session import new_run_id
from loader.settings import Settings
from loader.warehouse import BUILD_STATE, ENTITY_RUN, LOCK, NODE_RESULT, SCOPE, SOURCE, Warehouse, count, open_warehouse
from loader.warehouse.oracle.raw_names import entity_of
from loader.warehouse.relations import Relation, relations
from loader.warehouse.schema import LEDGER, RUN_TABLES
from loader.warehouse.source import STATE_FILE
from loader.warehouse.source_guard import recorded_source

Part = Literal["state", "models", "raw", "history", "files", "source"]

PARTS: Final[tuple[Part, ...]] = ("state", "models", "raw", "files", "history", "source")
"""Parts in the order in which they are dropped."""

_STATE: Final = ("dlt_version", "dlt_pipeline_state", BUILD_STATE.name)
_LAST: Final = ("dlt_loads", LEDGER, SOURCE.name)
_RANKED: Final = (*_STATE, *_LAST)
_HISTORY: Final = frozenset(spec.name for spec in RUN_TABLES) - {LOCK.name, SOURCE.name, BUILD_STATE.name}
_TOOLS: Final = frozenset({LOCK.name, "elt_incoming", "elt_incoming_files", "elt_wanted"})
"""The lock table, which this command uses, and temporary tables: they contain no data of a source."""
_RAW_COLUMNS: Final = frozenset({"entity_id", "content_hash", "read_order", "dlt_load_id"})
_BUILT: Final = frozenset({"model", "seed", "snapshot"})
_LEFTOVERS: Final = ("", "__dbt_tmp", "__dbt_backup", "__dbt_new")
_TEMPORARY: Final = re.compile(r"elt\$(?P<model>.+?)(?:\$[0-9a-f]{8})?")
"""Temporary table of a model on Oracle; former releases had no digest in the name."""


@dataclass(frozen=True, slots=True)
class Item:
    """A relation or file that belongs to the former source.

    Args:
        name: qualified name of a table or view, or a path.
        rows: number of rows of a table; None otherwise.
    """

    part: Part
    name: str
    kind: Literal["table", "view", "folder", "file"]
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Reset:
    """Result of a reset.

    Args:
        source: description of the target's source; empty if it has no data.
        items: what is dropped, in order.
        kept: other tables and views in the same schemas, which wms-elt didn't create.
    """

    source: str
    target: str
    items: Sequence[Item]
    kept: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Known:
    """Names in lower case: raw tables, relations that dbt has built, and columns of the project's models."""

    entities: Set[str]
    built: Set[str]
    models: Mapping[str, Set[str]]


def reset(settings: Settings, *, apply: bool = False, progress: Progress | None = None) -> Reset:
    """Lists, or with `apply` drops, everything that belongs to the target's source. Safe to repeat, even after a kill.

    Raises:
        LockedError: ``WMS_RUN_002`` or ``WMS_RUN_004``, a run is in progress.
        WmsEltError: the target can't be opened or written, or dbt can't parse the project.
    """
    watched = progress or Silent()
    if settings.target.kind == "duckdb" and not settings.target.duckdb_path.exists():
        return Reset("", f"DuckDB {settings.target.duckdb_path}", (), ())
    models = _models(settings)
    now = datetime.now(UTC)
    with (
        acquire_locks(settings, this_process(new_run_id(now), "reset", settings.pipeline.all_entities), lambda: None),
        open_warehouse(settings, read_only=not apply, say=watched.note) as target,
    ):
        found = _found(settings, target, models)
        if apply:
            watched.step("Dropping data of the former source")
            for item in found.items:
                _drop(target, item)
    return found


def _found(settings: Settings, target: Warehouse, models: Mapping[str, Set[str]]) -> Reset:
    owner = recorded_source(target)
    known = _Known(_entities(settings, target), _built(target), models)
    ours: list[Item] = []
    kept: list[str] = []
    for relation in relations(target, settings):
        part = _part(settings, target, relation, known)
        if part:
            ours.append(_item(target, relation, part))
        elif relation.name not in _TOOLS:
            kept.append(f"{relation.schema}.{relation.name}")
    is_simulated = owner is not None and owner.kind == "simulator"
    ours += _files(settings, _pipelines(settings, target), is_simulated=is_simulated)
    return Reset(str(owner or ""), target.description, sorted(ours, key=_order), kept)


def _order(item: Item) -> tuple[int, int, str]:
    name = item.name.rpartition(".")[2]
    rank = _RANKED.index(name) if name in _RANKED else -1
    return (PARTS.index(item.part), rank, item.name)


def _part(settings: Settings, target: Warehouse, relation: Relation, known: _Known) -> Part | None:
    """Returns the part that a relation belongs to; None if wms-elt didn't create it."""
    same_schema, found = settings.target.kind == "oracle", None
    if same_schema or relation.schema == settings.target.raw_schema.lower():
        found = _raw_part(target, relation, known)
    if found is None and (same_schema or relation.schema == settings.target.schema_name.lower()):
        found = _model_part(target, relation, known)
    return found


def _raw_part(target: Warehouse, relation: Relation, known: _Known) -> Part | None:
    name = relation.name
    if name in _STATE:
        return "state"
    if name in _LAST:
        return "source"
    if name in _HISTORY:
        return "history"
    columns = target.columns(_raw_name(target, name)) if name in known.entities else frozenset()
    return "raw" if columns >= _RAW_COLUMNS else None


def _model_part(target: Warehouse, relation: Relation, known: _Known) -> Part | None:
    """Checks that dbt built the relation or that it has a model's columns, as the schema may be shared."""
    temporary = _TEMPORARY.fullmatch(relation.name)
    name = temporary["model"] if temporary else relation.name
    if name in known.built or name.startswith("dq__"):
        return "models"
    columns = known.models.get(name)
    return "models" if columns and target.columns(target.model(relation.name)) >= columns else None


def _entities(settings: Settings, target: Warehouse) -> set[str]:
    """Returns the names of all raw tables in lower case, from settings, ledger, scope and run tables."""
    known = set(settings.pipeline.all_entities)
    for table, column in ((LEDGER, "entity"), (SCOPE.name, "entity"), (ENTITY_RUN.name, "entity")):
        known |= _distinct(target, table, column)
    return {target.raw(entity).rpartition(".")[2].strip('"').lower() for entity in known}


def _built(target: Warehouse) -> set[str]:
    """Returns every model, seed and snapshot ever built here, including ones removed from the project."""
    names = _distinct(target, NODE_RESULT.name, "node_name")
    return {relation for name in names for relation in _relations(name.lower())}


def _pipelines(settings: Settings, target: Warehouse) -> set[str]:
    mine = settings.pipeline.name
    backfills = {f"{mine}_backfill_{entity}" for entity in settings.pipeline.all_entities}
    named = _distinct(target, SCOPE.name, "pipeline_name") | _distinct(target, _STATE[1], "pipeline_name")
    return {mine} | backfills | named


def _distinct(target: Warehouse, table: str, column: str) -> set[str]:
    qualified = target.raw(table)
    if not target.exists(qualified):
        return set()
    values = target.fetch(f"select distinct {column} from {qualified} where {column} is not null")  # noqa: S608
    return {str(value) for (value,) in values}


def _files(settings: Settings, pipelines: Set[str], *, is_simulated: bool) -> Iterator[Item]:
    work_dir = settings.pipeline.work_dir
    for name in sorted(pipelines):
        for folder in (work_dir / "dlt" / name, work_dir / "dlt" / f"{name}.forgotten"):
            if folder.is_dir():
                yield Item("files", str(folder), "folder")
    copy = settings.target.read_copy
    if settings.target.kind == "duckdb" and copy.is_file():
        yield Item("files", str(copy), "file")
    state = work_dir / STATE_FILE
    if is_simulated and state.is_file():
        yield Item("files", str(state), "file")


def _item(target: Warehouse, relation: Relation, part: Part) -> Item:
    qualified = target.model(relation.name) if part == "models" else _raw_name(target, relation.name)
    if relation.kind == "view":
        return Item(part, qualified, "view")
    return Item(part, qualified, "table", count(target, f"select count(*) from {qualified}"))  # noqa: S608


def _raw_name(target: Warehouse, table: str) -> str:
    """Returns the qualified name of a raw or run table; on Oracle it may differ from the entity's name."""
    names = [target.raw(table), target.raw(entity_of(table))]
    return next((name for name in names if name.rpartition(".")[2].strip('"').lower() == table), names[0])


def _drop(target: Warehouse, item: Item) -> None:
    if item.kind == "folder":
        shutil.rmtree(item.name, ignore_errors=True)
    elif item.kind == "file":
        Path(item.name).unlink(missing_ok=True)
    else:
        target.execute(f"drop {item.kind} {item.name}")


class _Node(msgspec.Struct):
    resource_type: str
    name: str
    alias: str = ""
    columns: dict[str, object] = {}


class _Manifest(msgspec.Struct):
    nodes: dict[str, _Node]


def _models(settings: Settings) -> dict[str, Set[str]]:
    """Returns columns by relation name, in lower case, for all models and the leftovers of broken builds."""
    manifest = msgspec.json.decode(DbtProject(settings).manifest().read_bytes(), type=_Manifest)
    return {
        relation: frozenset(column.lower() for column in node.columns)
        for node in manifest.nodes.values()
        if node.resource_type in _BUILT
        for relation in _relations((node.alias or node.name).lower())
    }


def _relations(name: str) -> Iterator[str]:
    """Yields a model's relation and the leftovers of broken builds."""
    yield from (f"{name}{leftover}" for leftover in _LEFTOVERS)
