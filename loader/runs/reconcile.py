"""Compares WMS, raw tables and staging by counts and keys; repairs differences on demand."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from loader.alerts import from_reconciliation, notify
from loader.extract.context import RunContext
from loader.extract.defects import as_entity_error
from loader.extract.reconcile import Comparison, compare_entity
from loader.locking import this_process
from loader.pipeline.name_conflicts import refused_entities
from loader.pipeline.session import open_landing
from loader.report import Progress, Silent, save_reconciliation
from loader.report.entity_runs import read_until
from loader.report.reconciliation import Reconciliation
from loader.runs.locks import acquire_locks
from loader.runs.run import run_elt
from loader.runs.run_session import new_run_id, refuse_unnamed_simulator
from loader.runs.source import open_source
from loader.settings import Settings
from loader.warehouse import Sessions, Warehouse, open_warehouse
from loader.warehouse.quarantine import count_set_aside
from loader.warehouse.source_guard import check_source
from loader.wms.client import WmsClient

REPAIRS = frozenset({"null_mod_ts", "recheck", "reconcile"})


def reconcile(settings: Settings, *, repair: bool = False, progress: Progress | None = None) -> list[Reconciliation]:
    """Compares every entity; with `repair`, runs the catch-up passes and dbt if anything differs or is in quarantine,
    then compares again.

    Raises:
        LockedError: ``WMS_RUN_002``, a run is in progress.
        ForeignTarget: the data in the target comes from another source.
        WmsEltError: the WMS or the target can't be reached.
    """
    refuse_unnamed_simulator(settings)
    watched = progress or Silent()
    lines = _compare(settings, watched)
    if not repair or (all(line.agrees for line in lines) and not _has_quarantined(settings)):
        return lines
    # everything, because staging may differ from the raw tables without a new version
    run_elt(settings, everything=True, passes=REPAIRS, progress=watched)
    return _compare(settings, watched)


def _has_quarantined(settings: Settings) -> bool:
    """Whether documents are set aside: the passes release those that are corrected or gone."""
    with open_warehouse(settings, read_only=True) as target:
        return bool(count_set_aside(target))


def _compare(settings: Settings, progress: Progress) -> list[Reconciliation]:
    run_id = new_run_id(datetime.now(UTC))
    owner = this_process(run_id, "reconcile")
    with Sessions(settings) as sessions, acquire_locks(settings, owner, lambda: None, sessions):
        with sessions.open() as target:
            check_source(target, settings, to_load=True)
        lines = _compared(settings, progress, sessions)
        with sessions.open() as target:
            save_reconciliation(lines, run_id, datetime.now(UTC), target)
        for warning in notify(settings, lambda target: from_reconciliation(lines, target), run_id, sessions):
            progress.note(warning)
        return lines


def _compared(settings: Settings, progress: Progress, sessions: Sessions) -> list[Reconciliation]:
    progress.step("Comparing source, raw and staging")
    stop = threading.Event()
    lines: list[Reconciliation] = []
    with sessions.open() as target:
        ends = {entity: known.window_end for entity, known in read_until(target).items()}
    with (
        open_source(settings, progress) as reachable,
        open_landing(reachable, sessions) as session,
        WmsClient(reachable.wms, stop=stop) as client,
    ):
        context = RunContext(reachable, client, session.raw_store, stop=stop, observer=progress)
        refused = refused_entities(settings.target, settings.pipeline.all_entities)
        for entity in settings.pipeline.all_entities:
            if entity in refused:
                lines.append(Reconciliation(Comparison(entity, None, 0, 0), error=refused[entity]))
                continue
            try:
                lines += [Reconciliation(found) for found in compare_entity(context, entity, ends.get(entity))]
            except Exception as error:
                lines.append(Reconciliation(Comparison(entity, None, 0, 0), error=as_entity_error(error, entity)))
    with sessions.open() as target:
        return [line for _, same in groupby(lines, _entity) for line in _with_staging(list(same), target)]


def _entity(line: Reconciliation) -> str:
    return line.comparison.entity


def _with_staging(lines: Sequence[Reconciliation], target: Warehouse) -> list[Reconciliation]:
    """Adds the comparison with staging to the lines of one entity, in one query for all facilities.

    A facility that only staging lacks gets a line of its own.
    """
    entity = _entity(lines[0])
    staging = target.model(f"stg_wms__{entity}")
    if lines[0].error or not target.exists(staging):
        return list(lines)
    sql = _BEHIND.format(raw=target.raw(entity), staging=staging, entity=entity)
    behind = {None if facility is None else int(str(facility)): int(str(rows)) for facility, rows in target.fetch(sql)}
    known = [replace(line, staging_behind=behind.pop(line.comparison.facility_id, 0)) for line in lines]
    found = lines[0].comparison
    counts = (found.counted_rows, found.shown_rows, found.count_agrees)
    return known + [
        Reconciliation(Comparison(entity, facility, 0, 0, 0, 0, 0, 0, (), *counts), rows)
        for facility, rows in behind.items()
    ]


_BEHIND = """
    with ranked as (
        select entity_id, facility_id, read_order,
            row_number() over (partition by entity_id order by read_order desc) as version_rank
        from {raw}
    )
    select ranked.facility_id, count(*) from ranked
    left join {staging} staged
        on staged.{entity}_id = ranked.entity_id
        and staged.read_order = ranked.read_order
    where ranked.version_rank = 1 and staged.{entity}_id is null
    group by ranked.facility_id
"""
