"""How things stand: runs, freshness, lag, alerts, and who is at work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from loader.alerts import Alert, open_alerts
from loader.errors import TargetError
from loader.locking.owner import Owner
from loader.report.evidence import read_evidence
from loader.report.next_passes import next_passes
from loader.report.overall import Evidence, Verdict, overall
from loader.report.past_runs import Record, last_runs, read_until
from loader.runs.locks import broken_off, current_owner
from loader.settings import Settings
from loader.warehouse import Warehouse, open_warehouse
from loader.warehouse.quarantine import count_set_aside
from loader.warehouse.source_guard import source_binding

LAST_RUNS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityStatus:
    """How far an entity has been read.

    Args:
        read_until: everything the WMS changed before it has been read; aware UTC; None = never read.
        lag_s: seconds between it and now.
        read_at: when the last good reading ended.
    """

    entity: str
    read_until: datetime | None
    lag_s: float | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What `wms-elt status` shows; instants are aware UTC.

    Args:
        running: the run at work; None when there is none.
        broken_off: the last run of this machine, when its process ended without recording it; None otherwise.
        is_readable: False when that run has the DuckDB file open, so that nothing else can be told.
        source: the source whose data the target holds; empty when it holds none.
        source_problem: why the settings do not fit that source; empty when they do.
        runs: the newest, newest first, as rows of elt_run.
        passes: name and time of the catch-up passes that are due next.
        verdict: on the data as a whole; None while the target cannot be asked.
        set_aside: documents that cannot be landed, by entity.
    """

    at: datetime
    target: str
    running: Owner | None
    broken_off: Owner | None = None
    is_readable: bool = True
    source: str = ""
    source_problem: str = ""
    runs: Sequence[Record] = ()
    entities: Sequence[EntityStatus] = ()
    passes: Sequence[tuple[str, datetime]] = ()
    alerts: Sequence[Alert] = ()
    verdict: Verdict | None = None
    set_aside: Mapping[str, int] = field(default_factory=dict)


def status(settings: Settings) -> Status:
    """Reads it from the locks and the target; changes nothing.

    Raises:
        TargetError: the target cannot be opened.
    """
    now, running = datetime.now(UTC), current_owner(settings)
    path = settings.target.duckdb_path
    if settings.target.kind == "duckdb" and not path.exists():
        last = broken_off(settings)
        return Status(at=now, target=f"DuckDB {path}", running=running, broken_off=last, verdict=overall(Evidence()))
    try:
        with open_warehouse(settings, read_only=True) as target:
            target.check_damage()
            return _read(settings, target, now, running)
    except TargetError as error:
        if running is None or error.code != "WMS_TGT_002":
            raise
        return Status(at=now, target=f"DuckDB {path}", running=running, is_readable=False)


def _read(settings: Settings, target: Warehouse, now: datetime, running: Owner | None) -> Status:
    known = {
        entity: tuple(instant.replace(tzinfo=UTC) for instant in instants)
        for entity, instants in read_until(target).items()
    }
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


def _entity(name: str, known: tuple[datetime, ...] | None, now: datetime) -> EntityStatus:
    if known is None:
        return EntityStatus(entity=name, read_until=None, lag_s=None, read_at=None)
    until, read_at = known
    return EntityStatus(entity=name, read_until=until, lag_s=(now - until).total_seconds(), read_at=read_at)
