"""Reads what the verdict is made of from the target, each part by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar, cast

from loader.errors import TargetError
from loader.report.overall import AlertSeen, Evidence, FreshnessState, MartsState, RunSeen
from loader.settings import PipelineSettings
from loader.warehouse import ALERT, ENTITY_RUN, NODE_RESULT, RECONCILIATION, RUN, Row, Warehouse
from loader.warehouse.quarantine import count_set_aside

_Part = TypeVar("_Part")

_UNKNOWN: Final[FreshnessState] = "unknown"
_LEDGER: Final = "elt_landing"
_LAST_RUN: Final = """
    select run_id, status, error_code from {runs} order by started_at desc, run_id desc fetch first 1 rows only
"""
_SCORE: Final = """
    select quality_score from {runs} where quality_score is not null
    order by started_at desc, run_id desc fetch first 1 rows only
"""
_ALERTS: Final = """
    select kind, subject, severity, summary from {alerts} where closed_at is null order by severity, kind, subject
"""
_GAPS: Final = """
    select distinct entity from {lines} lines
    where compared_at = (select max(later.compared_at) from {lines} later where later.entity = lines.entity)
        and (message is not null or missing_rows > 0 or stale_rows > 0 or vanished_rows > 0 or staging_behind > 0)
    order by entity
"""
_UNSTAGED: Final = "select entity from {reconciliation} where is_agreeing = 0 order by entity"
_ATTEMPTS: Final = """
    select entity, status, nth_newest, succeeded_at from (
        select
            entity,
            status,
            row_number() over (partition by entity order by finished_at desc, run_id desc) as nth_newest,
            max(case when status = 'ok' then finished_at end) over (partition by entity) as succeeded_at
        from {entity_runs} where load_mode <> 'backfill'
    ) attempts
    where nth_newest = 1
"""
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
_CAPPED: Final = "select entity, rule from {rules} where is_capped = 1 order by entity, rule"
# two clocks: the database's and this machine's
_TOLERANCE: Final = timedelta(seconds=60)


def read_evidence(target: Warehouse, pipeline: PipelineSettings, now: datetime) -> Evidence:
    """What the target knows; a part that it refuses is named in `unreadable`.

    Args:
        now: aware.
    """
    reader = _Reader(target)
    at = now.astimezone(UTC).replace(tzinfo=None)
    return Evidence(
        run=reader.part("the runs", _last_run, None),
        alerts=reader.part("the alerts", _alerts, ()),
        gaps=reader.part("the comparisons", _gaps, ()),
        unstaged=reader.part("source_reconciliation", _unstaged, ()),
        freshness=reader.part(
            "the freshness",
            lambda target: _freshness(target, pipeline.all_entities, at),
            tuple((entity, _UNKNOWN) for entity in pipeline.all_entities),
        ),
        marts=reader.part("the builds", _marts, "none"),
        score=reader.part("the quality score", _score, None),
        quality_warn=pipeline.quality_warn,
        quality_error=pipeline.quality_error,
        capped=reader.part("business_rules", capped_rules, ()),
        set_aside=reader.part("elt_quarantine", lambda target: tuple(sorted(count_set_aside(target).items())), ()),
        unreadable=tuple(reader.unreadable),
    )


class _Reader:
    def __init__(self, target: Warehouse) -> None:
        self._target = target
        self.unreadable: list[str] = []

    def part(self, name: str, read: Callable[[Warehouse], _Part], otherwise: _Part) -> _Part:
        try:
            return read(self._target)
        except TargetError:
            self.unreadable.append(name)
            return otherwise


def capped_rules(target: Warehouse) -> tuple[str, ...]:
    """Rules that flag in this build because they would hide too much, as ``entity.rule``."""
    rules = target.model("business_rules")
    if "is_capped" not in target.columns(rules):
        return ()
    return tuple(f"{entity}.{rule}" for entity, rule in target.fetch(_CAPPED.format(rules=rules)))


def _rows(target: Warehouse, table: str, sql: str, params: Sequence[object] = ()) -> list[Row]:
    return target.fetch(sql, params) if target.exists(table) else []


def _last_run(target: Warehouse) -> RunSeen | None:
    runs = target.raw(RUN.name)
    for run_id, status, code in _rows(target, runs, _LAST_RUN.format(runs=runs)):
        return RunSeen(run_id=str(run_id), status=str(status), error_code=str(code or ""))
    return None


def _alerts(target: Warehouse) -> tuple[AlertSeen, ...]:
    alerts = target.raw(ALERT.name)
    return tuple(
        AlertSeen(
            kind=str(kind),
            subject=str(subject),
            severity="error" if severity == "error" else "warn",
            summary=str(summary or ""),
        )
        for kind, subject, severity, summary in _rows(target, alerts, _ALERTS.format(alerts=alerts))
    )


def _gaps(target: Warehouse) -> tuple[str, ...]:
    lines = target.raw(RECONCILIATION.name)
    return tuple(str(entity) for (entity,) in _rows(target, lines, _GAPS.format(lines=lines)))


def _unstaged(target: Warehouse) -> tuple[str, ...]:
    mart = target.model("source_reconciliation")
    return tuple(str(entity) for (entity,) in _rows(target, mart, _UNSTAGED.format(reconciliation=mart)))


def _score(target: Warehouse) -> float | None:
    runs = target.raw(RUN.name)
    found = _rows(target, runs, _SCORE.format(runs=runs))
    return float(str(found[0][0])) if found else None


def _freshness(target: Warehouse, entities: Sequence[str], now: datetime) -> tuple[tuple[str, FreshnessState], ...]:
    attempts, limits = target.raw(ENTITY_RUN.name), target.model("data_freshness")
    last = {str(row[0]): row for row in _rows(target, attempts, _ATTEMPTS.format(entity_runs=attempts))}
    allowed = {
        str(entity): (_seconds(warn), _seconds(error))
        for entity, warn, error in _rows(target, limits, _LIMITS.format(freshness=limits))
    }
    return tuple((entity, _state(last.get(entity), allowed.get(entity, (None, None)), now)) for entity in entities)


def _state(attempt: Row | None, allowed: tuple[float | None, float | None], now: datetime) -> FreshnessState:
    """A reading that failed or was skipped makes no entity fresh, however young the one before it is."""
    if attempt is None or not isinstance(attempt[3], datetime):
        return "never"
    age, (warn_after, error_after) = (now - attempt[3]).total_seconds(), allowed
    if error_after is not None and age > error_after:
        return "stale"
    if attempt[1] != "ok":
        return "not_read"
    return "late" if warn_after is not None and age > warn_after else "fresh"


def _marts(target: Warehouse) -> MartsState:
    runs, ledger = target.raw(RUN.name), target.raw(_LEDGER)
    landed = [at for (at,) in _rows(target, ledger, _LANDED.format(ledger=ledger)) if isinstance(at, datetime)]
    # a run that an earlier release wrote has only its end
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
