"""Reads and writes elt_build_state: what the builds of a pipeline have covered (`loader.dbt.plan`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from loader.dbt.plan import BuildState, current_as_of
from loader.dbt.relations import mart_names
from loader.report.model import MartAge
from loader.warehouse import BUILD_STATE, RECONCILIATION, Warehouse
from loader.warehouse.schema import LEDGER

_STORED: Final = "select pipeline_name, state from {table}"
_REPLACE: Final = "update {table} set saved_at = ?, state = ? where pipeline_name = ?"
_FORGET: Final = "delete from {table} where pipeline_name = ?"
# a sum, because a file with lower read_order may be loaded later
_LANDED: Final = """
    select entity, sum(rows_landed), max(last_read_order), cast(null as timestamp) from {ledger} group by entity
"""
_COMPARED: Final = "select null, 0, null, max(compared_at) from {lines}"


def read_state(target: Warehouse, pipeline: str) -> BuildState | None:
    """Returns the state of a pipeline; None if there is none, or another release wrote it.

    Raises:
        TargetError: the target can't be read.
    """
    return read_states(target).get(pipeline)


def read_states(target: Warehouse) -> Mapping[str, BuildState | None]:
    """Returns the state of each pipeline that builds in this target; None if another release wrote it.

    Raises:
        TargetError: the target can't be read.
    """
    table = target.raw(BUILD_STATE.name)
    rows = target.fetch(_STORED.format(table=table)) if target.exists(table) else []
    return {str(pipeline): _decoded(content) for pipeline, content in rows}


def _decoded(content: object) -> BuildState | None:
    try:
        return msgspec.json.decode(content, type=BuildState) if isinstance(content, bytes) else None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def other_builds(states: Mapping[str, BuildState | None], pipeline: str) -> str | None:
    """Returns a text that changes with each build of another pipeline; None while one may be changing the marts."""
    others = {name: state for name, state in sorted(states.items()) if name != pipeline}
    known = [f"{name} {state.built_at.isoformat()}" for name, state in others.items() if state and not state.is_running]
    return " ".join(known) if len(known) == len(others) else None


def save_state(target: Warehouse, pipeline: str, state: BuildState) -> None:
    """Replaces the state of a pipeline. Raises TargetError; the old state is kept then."""
    with target.transaction():
        replace_state(target, pipeline, state)


def replace_state(target: Warehouse, pipeline: str, state: BuildState) -> None:
    """Replaces the state of a pipeline in an open transaction."""
    row = {"pipeline_name": pipeline, "saved_at": state.covered_at, "state": msgspec.json.encode(state)}
    replace = _REPLACE.format(table=target.raw(BUILD_STATE.name))
    if not target.update(replace, (row["saved_at"], row["state"], pipeline)):
        target.insert(BUILD_STATE, [row])


def forget_state(target: Warehouse, pipeline: str) -> None:
    """Deletes the state, so the next run builds everything. Raises TargetError."""
    table = target.raw(BUILD_STATE.name)
    if target.exists(table):
        with target.transaction():
            target.execute(_FORGET.format(table=table), (pipeline,))


class Landed(NamedTuple):
    """What the ledger says of an entity: the number of landed versions, and the highest `read_order`."""

    versions: int
    read_order: int


def read_landed(target: Warehouse) -> Mapping[str, Landed]:
    """Returns what was landed, by entity. Raises TargetError: the target can't be read."""
    return read_marks(target)[0]


def read_marks(target: Warehouse) -> tuple[Mapping[str, Landed], Mapping[str, int]]:
    """Returns what was landed, by entity, and the marks of the sources.

    A mark is a number by dbt source that grows with every landed version, and with every comparison with the WMS.

    Raises:
        TargetError: the target can't be read.
    """
    ledger, lines = target.raw(LEDGER), target.raw(RECONCILIATION.name)
    queries = [
        query
        for table, query in ((ledger, _LANDED.format(ledger=ledger)), (lines, _COMPARED.format(lines=lines)))
        if target.exists(table)
    ]
    rows = target.fetch(" union all ".join(queries)) if queries else []
    landed = {
        str(entity): Landed(int(str(versions or 0)), int(str(highest)))
        for entity, versions, highest, _ in rows
        if highest is not None
    }
    compared = {f"elt.{RECONCILIATION.name}": _microseconds(at) for *_, at in rows if isinstance(at, datetime)}
    return landed, landed_versions(landed) | compared


def landed_marks(target: Warehouse) -> Mapping[str, int]:
    """Returns the marks of `read_marks`."""
    return read_marks(target)[1]


def landed_versions(landed: Mapping[str, Landed]) -> dict[str, int]:
    """Returns the number of landed versions by source of the WMS."""
    return {f"wms.{entity}": found.versions for entity, found in landed.items() if found.versions}


def has_new_versions(state: BuildState, marks: Mapping[str, int]) -> bool:
    """Whether versions were landed since the last build began; `marks` are those of `landed_marks`."""
    sources = {source for source in {*marks, *state.marks} if source.startswith("wms.")}
    return any(marks.get(source) != state.marks.get(source) for source in sources)


def mart_ages(state: BuildState | None, *projects: Path) -> tuple[MartAge, ...]:
    """Returns each mart of dbt projects with the instant up to which it has all versions; none without a state."""
    if state is None:
        return ()
    return tuple(MartAge(mart=mart, as_of=current_as_of(state, mart)) for mart in sorted(mart_names(*projects)))


def _microseconds(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp() * 1_000_000)
