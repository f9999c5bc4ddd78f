"""Reads the inputs of the verdict from the target, part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, TypeVar, cast

from loader.dbt.plan import BuildState
from loader.dbt.results import FreshnessResult
from loader.errors import TargetError
from loader.report.build_states import has_new_versions, landed_marks, read_state
from loader.report.entity_runs import LastResult, LatestResults, last_results
from loader.report.model import RunReport
from loader.report.overall import AlertSeen, Evidence, FreshnessState, MartsState, RunSeen
from loader.report.past_runs import last_measured, last_runs
from loader.report.quality import capped_rules
from loader.settings import PipelineSettings
from loader.warehouse import ALERT, NODE_RESULT, RECONCILIATION, RUN, Row, Warehouse
from loader.warehouse.quarantine import count_set_aside

_Part = TypeVar("_Part")

ALERTS: Final = "the alerts"
"""Name of a part of the evidence."""

_UNKNOWN: Final[FreshnessState] = "unknown"
_LEDGER: Final = "elt_landing"
_ALERTS: Final = """
    select kind, subject, severity, summary, opened_at, rows_query from {alerts}
    where closed_at is null order by severity, kind, subject
"""
_GAPS: Final = """
    select distinct entity from {lines} lines
    where compared_at = (select max(later.compared_at) from {lines} later where later.entity = lines.entity)
        and (message is not null or missing_rows > 0 or stale_rows > 0 or vanished_rows > 0 or staging_behind > 0)
    order by entity
"""
_UNSTAGED: Final = "select entity from {reconciliation} where is_agreeing = 0 order by entity"
_LIMITS: Final = "select entity, warn_after_seconds, error_after_seconds from {freshness}"
# the command `dbt` is a build of a part, by an engine
_BUILD: Final = """
    select run_id, models_failed, {began} from {runs}
    where models_ok is not null and coalesce(command, '-') <> 'dbt'
    order by started_at desc, run_id desc fetch first 1 rows only
"""
_SKIPPED: Final = "select node_name from {nodes} where run_id = ? and node_kind = 'model' and status = 'skipped'"
_LOADED_SINCE: Final = """
    select count(*) from {runs} where new_versions > 0 and run_id <> ? and finished_at > ?
"""
_LANDED: Final = "select max(landed_at) from {ledger} where rows_landed > 0"
# for differences between the clocks of the database and this machine
_TOLERANCE: Final = timedelta(seconds=60)


class AlreadyRead(NamedTuple):
    """What a run has read before, so that the evidence needn't read it again.

    Args:
        last: last results of the entities.
        marks: of `read_marks`, if the run has compared them with the state and built nothing.
    """

    last: LatestResults | None = None
    marks: Mapping[str, int] | None = None


def read_evidence(
    target: Warehouse,
    pipeline: PipelineSettings,
    now: datetime,
    ended: RunReport | None = None,
    state: BuildState | None = None,
    known: AlreadyRead | None = None,
) -> Evidence:
    """Reads the inputs; a part that can't be read is named in `unreadable`.

    Args:
        now: aware.
        ended: the newest run, which was just stored; what it measured isn't read again.
        state: what the builds of the pipeline have covered; None = read it.
        known: what the run has read before.
    """
    reader, known = PartReader(target), known or AlreadyRead()
    last = known.last or reader.part("the freshness", last_results, None)
    unknown: tuple[tuple[str, FreshnessState], ...] = tuple((entity, _UNKNOWN) for entity in pipeline.all_entities)
    measured = ended.quality if ended else None
    return Evidence(
        run=_seen(ended) if ended else reader.part("the runs", _last_run, None),
        alerts=reader.part(ALERTS, _alerts, ()),
        gaps=reader.part("the comparisons", _gaps, ()),
        unstaged=reader.part("source_reconciliation", _unstaged, ()),
        freshness=reader.part(
            "the freshness",
            lambda target: _freshness(target, pipeline.all_entities, now, ended.freshness if ended else None, last),
            unknown,
        )
        if last
        else unknown,
        results=last.of_any if last else (),
        marts=reader.part(
            "the builds", lambda target: _marts(target, state or read_state(target, pipeline.name), known.marks), "none"
        ),
        score=measured.score
        if measured and measured.score is not None
        else reader.part("the quality score", lambda target: last_measured(target, "quality_score"), None),
        quality_warn=pipeline.quality_warn,
        quality_error=pipeline.quality_error,
        capped=tuple(found.rule for found in measured.capped)
        if measured
        else reader.part("business_rules", lambda target: tuple(found.rule for found in capped_rules(target)), ()),
        set_aside=reader.part("elt_quarantine", lambda target: tuple(sorted(count_set_aside(target).items())), ()),
        unreadable=tuple(reader.unreadable),
    )


class PartReader:
    """Reads part by part; a part that fails is listed in `unreadable`, and the others continue."""

    def __init__(self, target: Warehouse) -> None:
        self._target = target
        self.unreadable: list[str] = []

    def part(self, name: str, read: Callable[[Warehouse], _Part], otherwise: _Part) -> _Part:
        """Returns the result of `read`, or `otherwise` if the target refuses the query."""
        try:
            return read(self._target)
        except TargetError:
            self.unreadable.append(name)
            return otherwise


def _rows(target: Warehouse, table: str, sql: str, params: Sequence[object] = ()) -> list[Row]:
    return target.fetch(sql, params) if target.exists(table) else []


def _seen(report: RunReport) -> RunSeen:
    code = report.errors[0].code if report.errors else ""
    return RunSeen(run_id=report.run_id, status=report.status, error_code=code)


def _last_run(target: Warehouse) -> RunSeen | None:
    for run in last_runs(target, 1):
        return RunSeen(run_id=run["run_id"], status=run["status"], error_code=run["error_code"] or "")
    return None


def _alerts(target: Warehouse) -> tuple[AlertSeen, ...]:
    alerts = target.raw(ALERT.name)
    return tuple(
        AlertSeen(
            kind=str(kind),
            subject=str(subject),
            severity="error" if severity == "error" else "warn",
            summary=str(summary or ""),
            opened_at=opened if isinstance(opened, datetime) else None,
            rows_query=str(query or ""),
        )
        for kind, subject, severity, summary, opened, query in _rows(target, alerts, _ALERTS.format(alerts=alerts))
    )


def _gaps(target: Warehouse) -> tuple[str, ...]:
    lines = target.raw(RECONCILIATION.name)
    return tuple(str(entity) for (entity,) in _rows(target, lines, _GAPS.format(lines=lines)))


def _unstaged(target: Warehouse) -> tuple[str, ...]:
    mart = target.model("source_reconciliation")
    return tuple(str(entity) for (entity,) in _rows(target, mart, _UNSTAGED.format(reconciliation=mart)))


def _freshness(
    target: Warehouse,
    entities: Sequence[str],
    now: datetime,
    checked: FreshnessResult | None,
    last: LatestResults,
) -> tuple[tuple[str, FreshnessState], ...]:
    of_loads = {result.entity: result for result in last.of_loads}
    allowed = _checked_limits(checked) if checked else _limits(target)
    return tuple((entity, _state(of_loads.get(entity), allowed.get(entity, (None, None)), now)) for entity in entities)


def _checked_limits(checked: FreshnessResult) -> dict[str, tuple[float | None, float | None]]:
    """Limits that a run has compared the sources with: those that the mart has."""
    return {
        found.source.rpartition(".")[2]: (found.warn_after_seconds, found.error_after_seconds)
        for found in checked.sources
    }


def _limits(target: Warehouse) -> dict[str, tuple[float | None, float | None]]:
    table = target.model("data_freshness")
    return {
        str(entity): (_seconds(warn), _seconds(error))
        for entity, warn, error in _rows(target, table, _LIMITS.format(freshness=table))
    }


def _state(last: LastResult | None, allowed: tuple[float | None, float | None], now: datetime) -> FreshnessState:
    """A failed or skipped load doesn't make an entity fresh, even if the previous one is recent."""
    if last is None or last.succeeded_at is None:
        return "never"
    # a recent reading whose window ended long ago makes no entity fresh either
    read_to = min(last.succeeded_at, last.read_to) if last.status == "ok" and last.read_to else last.succeeded_at
    age, (warn_after, error_after) = (now - read_to).total_seconds(), allowed
    if error_after is not None and age > error_after:
        return "stale"
    if last.status != "ok":
        return "not_read"
    return "late" if warn_after is not None and age > warn_after else "fresh"


def _marts(target: Warehouse, state: BuildState | None, marks: Mapping[str, int] | None) -> MartsState:
    if state is None:
        return _marts_by_runs(target)
    if state.behind:
        return "failed"
    return "behind" if has_new_versions(state, landed_marks(target) if marks is None else marks) else "current"


def _marts_by_runs(target: Warehouse) -> MartsState:
    """For builds by an orchestrator or an earlier release."""
    runs, ledger = target.raw(RUN.name), target.raw(_LEDGER)
    landed = [at for (at,) in _rows(target, ledger, _LANDED.format(ledger=ledger)) if isinstance(at, datetime)]
    # a run of an earlier release has only its end
    began = "coalesce(built_from, finished_at)" if "built_from" in target.columns(runs) else "finished_at"
    build = _rows(target, runs, _BUILD.format(runs=runs, began=began))
    if not build:
        return "missing" if landed else "none"
    run_id, failed, built_from = build[0]
    if failed or _is_partly_skipped(target, str(run_id)):
        return "failed"
    [(loaded,)] = target.fetch(_LOADED_SINCE.format(runs=runs), (run_id, built_from))
    is_newer = bool(landed) and landed[0] > cast(datetime, built_from) + _TOLERANCE
    return "behind" if loaded or is_newer else "current"


def _is_partly_skipped(target: Warehouse, run_id: str) -> bool:
    """Whether a failed test or another node kept models from being built."""
    nodes = target.raw(NODE_RESULT.name)
    return bool(_rows(target, nodes, _SKIPPED.format(nodes=nodes), (run_id,)))


def _seconds(value: object) -> float | None:
    return None if value is None else float(str(value))
