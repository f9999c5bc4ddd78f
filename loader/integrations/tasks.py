"""One piece of work as an engine starts it: the functions of the command line, for one entity, failing loudly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from loader.dbt import DbtProject, FreshnessResult, SourceFreshness
from loader.dbt.artifacts import read_build
from loader.errors import LOGIN_CODES, InternalError, TargetError, WmsEltError
from loader.integrations.plan import worker_settings
from loader.locking import this_process
from loader.report import ErrorEntry, RunReport, Silent
from loader.report.reconciliation import Reconciliation
from loader.runs import reconcile, run_backfill, run_load
from loader.runs.before_build import before_build
from loader.runs.build_stage import measured
from loader.runs.finalize import finalize_run
from loader.runs.locks import acquire_locks
from loader.runs.run_session import Run, new_run_id
from loader.settings import Settings, hide_secrets
from loader.warehouse import Sessions, open_warehouse
from loader.warehouse.source_guard import check_source

Log = Callable[[str], None]

_WITHOUT_MOD_TS = "WMS_CONF_021"
# a setting or an argument is wrong, or tests failed: the same again comes to the same
_FINAL = frozenset({10, 40})


class TaskError(Exception):
    """What an engine shows of a failure: code, message and hint, no secret.

    Args:
        is_final: the same again would fail again, so it must not be retried.
    """

    def __init__(self, message: str, *, is_final: bool) -> None:
        super().__init__(message)
        self.is_final = is_final


class LogProgress(Silent):
    """Progress whose steps and notes go to the engine's log."""

    def __init__(self, say: Log) -> None:
        self._say = say

    def step(self, title: str) -> None:
        """A line."""
        self._say(title)

    def note(self, text: str) -> None:
        """A line."""
        self._say(text)


def load_entity(settings: Settings, entity: str, say: Log, *, full: bool = False) -> RunReport:
    """Lands what changed of an entity, or with `full` all of it. Raises TaskError."""
    with _failing():
        return _raise_on_failure(run_load(worker_settings(settings, entity), full=full, progress=LogProgress(say)))


def reread_entity(settings: Settings, entity: str, start: datetime, end: datetime, say: Log) -> RunReport | None:
    """Lands the rows of an entity whose mod_ts lies in ``[start, end)``; aware instants.

    Returns:
        None when the entity has no mod_ts: every incremental run reads it whole.

    Raises:
        TaskError: the backfill failed.
    """
    period = (start.astimezone(UTC).isoformat(), end.astimezone(UTC).isoformat())
    with _failing():
        report = run_backfill(worker_settings(settings, entity), entity, *period, progress=LogProgress(say))
        if any(error.code == _WITHOUT_MOD_TS for error in report.errors):
            return None
        return _raise_on_failure(report)


def compare_entity(settings: Settings, entity: str, say: Log) -> list[Reconciliation]:
    """Source against raw against staging, by facility. Raises TaskError when that cannot be told."""
    with _failing():
        lines = reconcile(worker_settings(settings, entity), progress=LogProgress(say))
        for line in lines:
            if line.error:
                raise line.error
        return lines


def source_ages(settings: Settings, project: DbtProject) -> dict[str, SourceFreshness]:
    """Each entity's raw table against its thresholds, by ``dbt source freshness``, which only reads.

    Raises:
        TaskError: dbt cannot start; the target belongs to another source.
    """
    with _failing():
        # dbt itself says what keeps it from the target
        with suppress(TargetError), open_warehouse(settings) as target:
            check_source(target, settings)
        return {source.source.rpartition(".")[2]: source for source in project.freshness().sources}


@dataclass
class Building:
    """A build that an engine runs.

    Args:
        artifacts: the directory in which this invocation of dbt leaves its files; told by the engine's own code.
        freshness: of the sources before it; None when only a part is built.
    """

    artifacts: Path | None = None
    freshness: FreshnessResult | None = None


@contextmanager
def building(settings: Settings, project: DbtProject, *, whole: bool) -> Iterator[Building]:
    """Holds the pipeline's locks while an engine runs dbt, and keeps what it came to as a run.

    Args:
        project: whose sources' freshness is checked before a whole build, as ``make elt`` does, to be kept in the run:
            an engine's own step for it may be another process, before or after this one.
        whole: of the whole project, `build`, which judges alerts; a part of it, `dbt`, judges none, as by hand.

    Raises:
        TaskError: another run is in progress, the target belongs to another source or cannot be written; what
            the engine raises passes through.
    """
    now = datetime.now(UTC)
    run = Run(settings, Silent(), "build" if whole else "dbt", new_run_id(now), now, Sessions(settings))
    owner = this_process(run.run_id, run.command)
    with _failing(), run.sessions, acquire_locks(settings, owner, lambda: None, run.sessions):
        built = Building()
        with run.sessions.open() as target:
            check_source(target, settings)
        try:
            before_build(settings, run.progress, sessions=run.sessions)
            built.freshness = project.freshness() if whole else None
            yield built
        except Exception:
            _record(run, built)
            raise
        _record(run, built)


def _record(run: Run, built: Building) -> None:
    results = read_build(built.artifacts) if built.artifacts else None
    if results is None:
        finalize_run(run.settings, run.report(errors=(ErrorEntry.of(_without_results()),)), run.sessions)
        return
    draft = run.report(source="raw tables", freshness=built.freshness, build=results)
    finalize_run(run.settings, measured(draft, run.sessions), run.sessions)


def _without_results() -> InternalError:
    return InternalError("WMS_DBT_004", "dbt ended without results.", hint="The engine's log of the step says why.")


def _raise_on_failure(report: RunReport) -> RunReport:
    if report.exit_code:
        said = "; ".join(f"{error.code}: {error.message} {error.hint}".rstrip() for error in report.errors)
        raise TaskError(
            hide_secrets(f"run {report.run_id}: {said or report.status}"),
            is_final=any(_is_final(error.code, error.exit_code) for error in report.errors),
        )
    return report


def _is_final(code: str, exit_code: int) -> bool:
    return exit_code in _FINAL or code in LOGIN_CODES


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except WmsEltError as error:
        raise TaskError(hide_secrets(str(error)), is_final=_is_final(error.code, error.exit_code)) from error
