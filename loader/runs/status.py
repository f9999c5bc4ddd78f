"""Status of the pipeline: run in progress, past runs, lag, passes, alerts and verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from loader.alerts import Alert, open_alerts
from loader.errors import TargetError
from loader.locking.owner import Owner
from loader.report.entity_runs import ReadUntil, read_until
from loader.report.evidence import read_evidence
from loader.report.next_passes import next_passes
from loader.report.overall import Evidence, Verdict, overall
from loader.report.past_runs import Record, last_runs
from loader.runs.locks import broken_off, current_owner
from loader.settings import Settings
from loader.warehouse import Warehouse, open_warehouse, without_wait
from loader.warehouse.quarantine import count_set_aside
from loader.warehouse.source_guard import source_binding

LAST_RUNS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadState:
    """How far an entity has been read.

    Args:
        read_until: all changes before this instant have been read; aware UTC; None = never read.
        lag_s: seconds from `read_until` to now.
        read_at: end of the last successful load.
    """

    entity: str
    read_until: datetime | None
    lag_s: float | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What `wms-elt status` shows; instants are aware UTC.

    Args:
        running: the run in progress, or None.
        broken_off: last run of this machine, if its process ended without recording it, otherwise None.
        is_readable: False if that run has the DuckDB file open; then only `running` is known.
        source: the source of the data in the target; empty if it has no data.
        source_problem: why the settings don't match that source; empty if they do.
        runs: last runs as rows of elt_run, newest first.
        passes: catch-up passes with the time when each is due.
        verdict: verdict on the data as a whole; None if the target can't be read.
        set_aside: number of documents in quarantine, by entity.
    """

    at: datetime
    target: str
    running: Owner | None
    broken_off: Owner | None = None
    is_readable: bool = True
    source: str = ""
    source_problem: str = ""
    runs: Sequence[Record] = ()
    entities: Sequence[ReadState] = ()
    passes: Sequence[tuple[str, datetime]] = ()
    alerts: Sequence[Alert] = ()
    verdict: Verdict | None = None
    set_aside: Mapping[str, int] = field(default_factory=dict)


def status(settings: Settings) -> Status:
    """Reads the status from the locks and the target without changing anything.

    Raises:
        TargetError: the target can't be opened.
    """
    now, running = datetime.now(UTC), current_owner(settings)
    path = settings.target.duckdb_path
    if settings.target.kind == "duckdb" and not path.exists():
        last = broken_off(settings)
        return Status(at=now, target=f"DuckDB {path}", running=running, broken_off=last, verdict=overall(Evidence()))
    try:
        # a run has it open for minutes
        with open_warehouse(without_wait(settings) if running else settings, read_only=True) as target:
            target.check_damage()
            return _read(settings, target, now, running)
    except TargetError as error:
        if running is None or error.code != "WMS_TGT_002":
            raise
        return Status(at=now, target=f"DuckDB {path}", running=running, is_readable=False)


def _read(settings: Settings, target: Warehouse, now: datetime, running: Owner | None) -> Status:
    known = read_until(target)
    passes = next_passes(target, settings.pipeline)
    binding = source_binding(target, settings)
    return Status(
        at=now,
        target=target.description,
        running=running,
        broken_off=None if running else broken_off(settings),
        source=str(binding.recorded or ""),
        source_problem=str(binding.refusal or ""),
        runs=last_runs(target, LAST_RUNS),
        entities=[_entity(name, known.get(name), now) for name in settings.pipeline.all_entities],
        passes=sorted(passes.items(), key=lambda item: item[1]),
        alerts=open_alerts(target),
        verdict=overall(read_evidence(target, settings.pipeline, now)),
        set_aside=count_set_aside(target),
    )


def _entity(name: str, known: ReadUntil | None, now: datetime) -> ReadState:
    if known is None:
        return ReadState(entity=name, read_until=None, lag_s=None, read_at=None)
    until, read_at = known.until.replace(tzinfo=UTC), known.ended_at.replace(tzinfo=UTC)
    return ReadState(entity=name, read_until=until, lag_s=(now - until).total_seconds(), read_at=read_at)
