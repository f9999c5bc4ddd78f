"""Tasks for orchestrators: the functions of the command line for one entity, raising TaskError on failure."""

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
from loader.pipeline.scope_guard import release_scope
from loader.report import ErrorEntry, RunReport, Silent
from loader.report.build_states import forget_state
from loader.report.reconciliation import Reconciliation
from loader.runs import reconcile, run_backfill, run_load
from loader.runs.before_build import before_build
from loader.runs.build_stage import measured, of_configured_entities
from loader.runs.finalize import finalize_run
from loader.runs.locks import acquire_locks
from loader.runs.run_session import Run, new_run_id
from loader.settings import Settings, hide_secrets
from loader.warehouse import Sessions, open_warehouse
from loader.warehouse.source_guard import check_source

Log = Callable[[str], None]

_WITHOUT_MOD_TS = "WMS_CONF_021"
# invalid settings or arguments, and failed tests: a retry gives the same result
_FINAL = frozenset({10, 40})


class TaskError(Exception):
    """A failed task, with code, message and hint. Contains no secrets.

    Args:
        is_final: a retry would fail again.
    """

    def __init__(self, message: str, *, is_final: bool) -> None:
        super().__init__(message)
        self.is_final = is_final


class LogProgress(Silent):
    """Progress that writes steps and notes to the orchestrator's log."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def step(self, title: str) -> None:
        """Log the step's title."""
        self._log(title)

    def note(self, text: str) -> None:
        """Log the note."""
        self._log(text)


def load_entity(settings: Settings, entity: str, log: Log, *, full: bool = False) -> RunReport:
    """Load the changes of an entity, or all documents with `full`. Raises TaskError."""
    with _as_task_error():
        return _raise_on_failure(run_load(worker_settings(settings, entity), full=full, progress=LogProgress(log)))


def reread_entity(settings: Settings, entity: str, start: datetime, end: datetime, log: Log) -> RunReport | None:
    """Load an entity's rows with mod_ts in ``[start, end)``, both aware.

    Returns:
        The report, or None for an entity without mod_ts, which every incremental run reads in full.

    Raises:
        TaskError: the backfill failed.
    """
    period = (start.astimezone(UTC).isoformat(), end.astimezone(UTC).isoformat())
    with _as_task_error():
        report = run_backfill(worker_settings(settings, entity), entity, *period, progress=LogProgress(log))
        if any(error.code == _WITHOUT_MOD_TS for error in report.errors):
            return None
        return _raise_on_failure(report)


def compare_entity(settings: Settings, entity: str, log: Log) -> list[Reconciliation]:
    """Compare source, raw table and staging by facility. Raises TaskError if the comparison fails."""
    with _as_task_error():
        lines = reconcile(worker_settings(settings, entity), progress=LogProgress(log))
        for line in lines:
            if line.error:
                raise line.error
        return lines


def source_ages(settings: Settings, project: DbtProject) -> dict[str, SourceFreshness]:
    """Return each entity's freshness from ``dbt source freshness``, which only reads.

    Raises:
        TaskError: dbt can't start, or the target belongs to another source.
    """
    with _as_task_error():
        # dbt reports why it can't connect
        with suppress(TargetError), open_warehouse(settings) as target:
            check_source(target, settings)
        return {source.source.rpartition(".")[2]: source for source in project.freshness().sources}


@dataclass
class BuildRecord:
    """A build that an orchestrator runs.

    Args:
        artifacts: directory of this dbt invocation's artifacts, set by the orchestrator's code.
        freshness: source freshness before the build; None for a partial build.
    """

    artifacts: Path | None = None
    freshness: FreshnessResult | None = None


@contextmanager
def record_build(settings: Settings, project: DbtProject, *, whole: bool) -> Iterator[BuildRecord]:
    """Hold the pipeline's locks while an orchestrator runs dbt, and record the result as a run.

    Args:
        project: source of the freshness check before a whole build. The orchestrator's own freshness step may run in
            another process, so the run records its own check.
        whole: True records command `build`, which evaluates alerts; False records `dbt`, which doesn't.

    Raises:
        TaskError: another run is in progress, or the target belongs to another source or can't be written.
            Exceptions of the orchestrator propagate.
    """
    now = datetime.now(UTC)
    run = Run(settings, Silent(), "build" if whole else "dbt", new_run_id(now), now, Sessions(settings))
    owner = this_process(run.run_id, run.command)
    with _as_task_error(), run.sessions, acquire_locks(settings, owner, lambda: None, run.sessions):
        built = BuildRecord()
        with run.sessions.open() as target:
            check_source(target, settings)
        try:
            # the next `wms-elt elt` builds everything: this build may be a part, or fail
            with run.sessions.open() as target:
                forget_state(target, settings.pipeline.name)
            before_build(settings, run.progress, sessions=run.sessions)
            if whole:
                _release_scopes(run)
            built.freshness = of_configured_entities(project.freshness(), run) if whole else None
            yield built
        except Exception:
            _record_run(run, built)
            raise
        _record_run(run, built)


def _release_scopes(run: Run) -> None:
    """No worker loads an entity that is no longer configured, so none releases its scope."""
    with run.sessions.open() as target:
        target.ensure_run_tables()
        release_scope(target, run.settings.pipeline.name, run.settings.pipeline.all_entities, workers=True)


def _record_run(run: Run, built: BuildRecord) -> None:
    results = read_build(built.artifacts) if built.artifacts else None
    if results is None:
        finalize_run(run.settings, run.report(errors=(ErrorEntry.of(_without_results()),)), run.sessions)
        return
    draft = run.report(source="raw tables", freshness=built.freshness, build=results)
    finalize_run(run.settings, measured(draft, run.sessions), run.sessions)


def _without_results() -> InternalError:
    return InternalError(
        "WMS_DBT_004",
        "Can't record the build: dbt ended without results.",
        hint="Check the orchestrator's log of this step.",
    )


def _raise_on_failure(report: RunReport) -> RunReport:
    if report.exit_code:
        errors = "; ".join(f"{error.code}: {error.message} {error.hint}".rstrip() for error in report.errors)
        raise TaskError(
            hide_secrets(f"run {report.run_id}: {errors or report.status}"),
            is_final=any(_is_final(error.code, error.exit_code) for error in report.errors),
        )
    return report


def _is_final(code: str, exit_code: int) -> bool:
    return exit_code in _FINAL or code in LOGIN_CODES


@contextmanager
def _as_task_error() -> Iterator[None]:
    try:
        yield
    except WmsEltError as error:
        raise TaskError(hide_secrets(str(error)), is_final=_is_final(error.code, error.exit_code)) from error
