"""Checks that a target belongs to the configured source, and binds an empty one to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
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
"""Tables with a row for each file and package that landed: while both are empty, the target holds nothing."""


class ForeignTarget(ConfigError):
    """The target belongs to another source than the settings name; nothing was read or changed."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Which source a target belongs to.

    Args:
        configured: the source that the settings name.
        recorded: the source the target belongs to; None when it belongs to none yet.
        refusal: why a command must not go on; None when it may.
    """

    configured: SourceIdentity
    recorded: SourceIdentity | None
    refusal: ForeignTarget | None


def check_source(target: Warehouse, settings: Settings, *, to_load: bool = False) -> None:
    """Refuses a target that holds data of another source; reads only.

    Args:
        to_load: whether the command reads the source.

    Raises:
        ForeignTarget: ``WMS_CONF_030`` another source, ``WMS_CONF_031`` an Oracle target and a simulator that was not
            asked for (only `to_load`), ``WMS_CONF_032`` the target belongs to a WMS and the settings name none.
        TargetError: the target cannot be read.
    """
    refusal = source_binding(target, settings, to_load=to_load).refusal
    if refusal:
        raise refusal


def source_binding(target: Warehouse, settings: Settings, *, to_load: bool = False) -> Binding:
    """What `check_source` decides on. Raises TargetError when the target cannot be read."""
    mine, owner = configured_source(settings), recorded_source(target, settings.pipeline.name)
    refusal = _refusal(target, settings, mine, owner)
    if refusal is None and to_load:
        refusal = unnamed_simulator(settings, target.description)
    return Binding(mine, owner, refusal)


def claim_source(target: Warehouse, settings: Settings, at: datetime) -> None:
    """Binds the target to the configured source, or confirms that it is bound to it; the run tables must exist.

    Two first runs at once are safe: the key of the table lets one row in, and the second run checks it.

    Raises:
        As `check_source`.
    """
    check_source(target, settings, to_load=True)
    mine, row = configured_source(settings), _row(target)
    if row == mine:
        _confirm(target, at)
        return
    # none, one of a target that holds nothing, or one that an earlier release described in fewer words
    try:
        _replace(target, row, mine, at)
    except TargetError:
        if _row(target) is None:
            raise
    check_source(target, settings)


def move_source(target: Warehouse, mine: SourceIdentity, at: datetime) -> None:
    """Binds the target to another address of its source, after somebody has compared them (`loader.runs.rebind`)."""
    _replace(target, _row(target), mine, at)


def recorded_source(target: Warehouse, pipeline: str = "") -> SourceIdentity | None:
    """The source that the target's data came from; None when it holds nothing, or an earlier release did not say.

    A target that an earlier release filled is asked for its newest run that landed documents. A target that another
    run is about to fill belongs to the source of that run.

    Args:
        pipeline: name of the pipeline that asks; its own run is not another one.
    """
    row = _row(target)
    if holds_documents(target):
        return row or _former(target)
    return row if row and pipeline and _is_contested(target, pipeline) else None


def holds_documents(target: Warehouse) -> bool:
    """Whether anything was ever landed: until then a target belongs to no source, whatever was tried."""
    return any(target.exists(table) and bool(_count(target, table)) for table in map(target.raw, _DOCUMENTS))


def ways_out(settings: Settings) -> str:
    """What can be done about a target of another source, with the variables of this kind of target."""
    variables = "GRUPONOS_TARGET__ORACLE_USER" if settings.target.kind == "oracle" else "GRUPONOS_TARGET__DUCKDB_PATH"
    return (
        f"Set {variables} to another target. To start afresh on this one, run `wms-elt reset`. "
        "If it is the same tenant under a new address, run `wms-elt rebind`."
    )


def _refusal(
    target: Warehouse, settings: Settings, mine: SourceIdentity, owner: SourceIdentity | None
) -> ForeignTarget | None:
    context = {"target": target.description}
    if settings.uses_simulator and owner is not None and owner.kind == "wms" and not settings.wms.simulator:
        return ForeignTarget(
            WMS_UNNAMED,
            f"This target holds data of {owner}, but no WMS is configured.",
            hint="Set GRUPONOS_WMS__BASE_URL, or run in the directory that holds your .env.",
            context=context,
        )
    if owner is None or owner.is_same(mine):
        return None
    return ForeignTarget(
        OTHER_SOURCE,
        f"This target holds data of {owner}, but the settings name {mine}.",
        hint=ways_out(settings),
        context=context,
    )


def unnamed_simulator(settings: Settings, target: str = "") -> ForeignTarget | None:
    """The refusal of an Oracle target and a simulator that was not asked for, from the settings alone."""
    if settings.target.kind != "oracle" or not settings.uses_simulator or settings.wms.simulator:
        return None
    return ForeignTarget(
        SIMULATOR_UNNAMED,
        "No WMS is configured, and an Oracle target takes data of the simulator only when asked to.",
        hint="Set GRUPONOS_WMS__BASE_URL to your WMS, or GRUPONOS_WMS__SIMULATOR=true for the bundled simulator.",
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
    """Whether a run of another pipeline holds a lock in this target; on DuckDB a file lock keeps such runs out."""
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
            # only the row that was seen: another first run may have written its own since
            target.execute(f"delete from {table} where slot = ? and identity = ?", (SLOT, seen.identity))  # noqa: S608
        target.insert(SOURCE, [row])


def _confirm(target: Warehouse, at: datetime) -> None:
    table = target.raw(SOURCE.name)
    naive = at.astimezone(UTC).replace(tzinfo=None)
    target.execute(f"update {table} set confirmed_at = ? where slot = ?", (naive, SLOT))  # noqa: S608


def _count(target: Warehouse, table: str) -> int:
    return int(str(target.fetch(f"select count(*) from {table}")[0][0]))  # noqa: S608
