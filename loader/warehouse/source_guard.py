"""Checks that a target belongs to the configured source, and binds an empty target to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from loader.errors import ConfigError, TargetError
from loader.settings import Settings
from loader.warehouse.base import Warehouse
from loader.warehouse.schema import LOCK, RUN, SOURCE
from loader.warehouse.source import Kind, SourceIdentity, configured_source, former_source

SLOT: Final = "raw tables"
OTHER_SOURCE: Final = "WMS_CONF_030"
SIMULATOR_UNNAMED: Final = "WMS_CONF_031"
WMS_UNNAMED: Final = "WMS_CONF_032"

_DOCUMENTS: Final = ("elt_landing", "dlt_loads")
"""Tables with a row per loaded file and package. If both are empty, the target holds no data."""


class ForeignTarget(ConfigError):
    """The target belongs to another source than the configured one. Nothing was read or changed."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Configured source and source of a target.

    Args:
        configured: the configured source.
        recorded: the source of the target; None if it has none yet.
        refusal: error that a command must raise; None if it may continue.
    """

    configured: SourceIdentity
    recorded: SourceIdentity | None
    refusal: ForeignTarget | None


def check_source(target: Warehouse, settings: Settings, *, to_load: bool = False) -> None:
    """Check that the target doesn't hold data of another source, without changing anything.

    Args:
        to_load: whether the command reads from the source.

    Raises:
        ForeignTarget: ``WMS_CONF_030``, the target has another source. ``WMS_CONF_031``, the simulator is not enabled
            for an Oracle target (only with `to_load`). ``WMS_CONF_032``, the target belongs to a WMS and none is
            configured.
        TargetError: the target can't be read.
    """
    _checked(target, settings, to_load=to_load)


def _checked(target: Warehouse, settings: Settings, *, to_load: bool = False) -> SourceIdentity | None:
    """Check as `check_source` and return the source of the target's row. The usual case needs one query."""
    row = _row(target)
    if row == configured_source(settings):
        refusal = unnamed_simulator(settings, target.description) if to_load else None
    else:
        refusal = source_binding(target, settings, to_load=to_load).refusal
    if refusal:
        raise refusal
    return row


def source_binding(target: Warehouse, settings: Settings, *, to_load: bool = False) -> Binding:
    """Return the binding that `check_source` checks.

    Raises:
        TargetError: the target can't be read.
    """
    mine, owner = configured_source(settings), recorded_source(target, settings.pipeline.name)
    refusal = _refusal(target, settings, mine, owner)
    if refusal is None and to_load:
        refusal = unnamed_simulator(settings, target.description)
    return Binding(mine, owner, refusal)


def claim_source(target: Warehouse, settings: Settings, at: datetime) -> None:
    """Bind the target to the configured source, or confirm the binding. The run tables must exist.

    Concurrent first runs are safe: the primary key allows one row, and the second run checks it.

    Raises:
        ForeignTarget, TargetError: see `check_source`.
    """
    mine = configured_source(settings)
    if unnamed_simulator(settings) is None and _is_confirmed(target, mine, at):
        return
    row = _checked(target, settings, to_load=True)
    # no row, a row of an empty target, or a row of an earlier release with a shorter description
    try:
        _replace(target, row, mine, at)
    except TargetError:
        if _row(target) is None:
            raise
    check_source(target, settings)


def move_source(target: Warehouse, mine: SourceIdentity, at: datetime) -> None:
    """Bind the target to another URL of its source, after `loader.runs.rebind` has compared them."""
    _replace(target, _row(target), mine, at)


def recorded_source(target: Warehouse, pipeline: str = "") -> SourceIdentity | None:
    """Return the source of the target's data; None if the target holds no data or the source is unknown.

    If an earlier release filled the target, the source of its newest run with new versions counts. If the target is
    empty and another pipeline is loading into it, the source of that run counts.

    Args:
        pipeline: name of the calling pipeline.
    """
    row = _row(target)
    if holds_documents(target):
        return row or _former(target)
    return row if row and pipeline and _is_contested(target, pipeline) else None


def holds_documents(target: Warehouse) -> bool:
    """Whether the target holds loaded data. Before the first load, a target belongs to no source."""
    return any(target.exists(table) and bool(_count(target, table)) for table in map(target.raw, _DOCUMENTS))


def ways_out(settings: Settings) -> str:
    """Return the hint for a target of another source, with the variables of this type of target."""
    variables = "GRUPONOS_TARGET__ORACLE_USER" if settings.target.kind == "oracle" else "GRUPONOS_TARGET__DUCKDB_PATH"
    return (
        f"Set {variables} to another target. To delete the data of this target, run `wms-elt reset`. "
        "If the same tenant has a new URL, run `wms-elt rebind`."
    )


def _refusal(
    target: Warehouse, settings: Settings, mine: SourceIdentity, owner: SourceIdentity | None
) -> ForeignTarget | None:
    context = {"target": target.description}
    if settings.uses_simulator and owner is not None and owner.kind == "wms" and not settings.wms.simulator:
        return ForeignTarget(
            WMS_UNNAMED,
            f"Can't use this target: it holds data of {owner}, but no WMS is configured.",
            hint="Set GRUPONOS_WMS__BASE_URL, or run in the directory with your .env file.",
            context=context,
        )
    if owner is None or owner.is_same(mine):
        return None
    return ForeignTarget(
        OTHER_SOURCE,
        f"Can't use this target: it holds data of {owner}, but {mine} is configured.",
        hint=ways_out(settings),
        context=context,
    )


def unnamed_simulator(settings: Settings, target: str = "") -> ForeignTarget | None:
    """Return the error for an Oracle target with a simulator that is not enabled, based on the settings only."""
    if settings.target.kind != "oracle" or not settings.uses_simulator or settings.wms.simulator:
        return None
    return ForeignTarget(
        SIMULATOR_UNNAMED,
        "Can't load into the Oracle target: no WMS is configured, and the simulator is not enabled.",
        hint="Set GRUPONOS_WMS__BASE_URL to the URL of your WMS. To load simulated data, set "
        "GRUPONOS_WMS__SIMULATOR=true.",
        context={"target": target} if target else {},
    )


def _row(target: Warehouse) -> SourceIdentity | None:
    table = target.raw(SOURCE.name)
    if not target.exists(table):
        return None
    rows = target.fetch(f"select kind, identity from {table} where slot = ?", (SLOT,))  # noqa: S608
    return SourceIdentity(cast(Kind, rows[0][0]), str(rows[0][1])) if rows else None


def _former(target: Warehouse) -> SourceIdentity | None:
    table = target.raw(RUN.name)
    if not target.exists(table):
        return None
    sql = f"select source from {table} where new_versions > 0 order by started_at desc"  # noqa: S608
    known = (former_source(str(source)) for (source,) in target.fetch(sql))
    return next((source for source in known if source), None)


def _is_contested(target: Warehouse, pipeline: str) -> bool:
    """Whether a run of another pipeline holds a lock in this target. On DuckDB, a file lock prevents such runs."""
    table = target.raw(LOCK.name)
    if not target.exists(table):
        return False
    sql = f"select count(*) from {table} where lock_name <> ?"  # noqa: S608
    return bool(int(str(target.fetch(sql, (pipeline,))[0][0])))


def _replace(target: Warehouse, seen: SourceIdentity | None, mine: SourceIdentity, at: datetime) -> None:
    table = target.raw(SOURCE.name)
    row = {"slot": SLOT, "kind": mine.kind, "identity": mine.identity, "first_seen_at": at, "confirmed_at": at}
    with target.transaction():
        if seen:
            # delete only this row: another first run may have written its own since
            target.execute(f"delete from {table} where slot = ? and identity = ?", (SLOT, seen.identity))  # noqa: S608
        target.insert(SOURCE, [row])


def _is_confirmed(target: Warehouse, mine: SourceIdentity, at: datetime) -> bool:
    """Whether the target has the row of this source, whose confirmation is then stored."""
    table = target.raw(SOURCE.name)
    sql = f"update {table} set confirmed_at = ? where slot = ? and kind = ? and identity = ?"  # noqa: S608
    return target.exists(table) and bool(target.update(sql, (at, SLOT, mine.kind, mine.identity)))


def _count(target: Warehouse, table: str) -> int:
    return int(str(target.fetch(f"select count(*) from {table}")[0][0]))  # noqa: S608
