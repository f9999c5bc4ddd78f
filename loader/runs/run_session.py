"""Session of a run: holds the locks and records the run however it ends."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version

import structlog

from loader.alerts import notify_unreachable
from loader.errors import InternalError, Interrupted, TargetError, WmsEltError
from loader.files import file_mode
from loader.locking import this_process
from loader.report import ErrorEntry, Progress, RunReport
from loader.runs.finalize import finalize_run
from loader.runs.locks import acquire_locks
from loader.runs.source import source_name
from loader.settings import Settings
from loader.warehouse import Sessions, open_warehouse
from loader.warehouse.source_guard import ForeignTarget, check_source, unnamed_simulator

STOPPED = "WMS_RUN_001"


@dataclass(frozen=True, slots=True)
class Run:
    """A run in progress.

    Args:
        command: name of the command.
        sessions: opens the target.
        stop: set by a signal or a lost lock; ends the load after the current page.
        lost: set if another run has taken over the lock.
    """

    settings: Settings
    progress: Progress
    command: str
    run_id: str
    started_at: datetime
    sessions: Sessions
    stop: threading.Event = field(default_factory=threading.Event)
    lost: threading.Event = field(default_factory=threading.Event)

    def report(self, **facts: object) -> RunReport:
        """Returns a report with the fields that every run has; `facts` are further fields."""
        known: dict[str, object] = {
            "run_id": self.run_id,
            "status": "ok",
            "exit_code": 0,
            "started_at": self.started_at,
            "finished_at": self.started_at,
            "duration_s": 0.0,
            "source": source_name(self.settings),
            "target": "",
            "command": self.command,
            "host": socket.gethostname(),
            "release": version("wms-elt"),
            "uses_simulator": self.settings.uses_simulator,
            "environment": self.settings.environment,
        }
        return RunReport(**{**known, **facts})  # type: ignore[arg-type]

    def lock_lost(self) -> None:
        """Stops this run, because another run has taken over the lock."""
        self.lost.set()
        self.stop.set()


def new_run_id(at: datetime) -> str:
    """Returns a unique run id for a start time (UTC); ids sort by time."""
    return f"{at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


@contextmanager
def run_session(settings: Settings, command: str, progress: Progress, entities: tuple[str, ...] = ()) -> Iterator[Run]:
    """Starts a run that holds the locks. Records an error that ends the block and raises it again.

    Args:
        entities: entities that the run loads; empty = all entities of the pipeline.

    Raises:
        LockedError: ``WMS_RUN_002`` or ``WMS_RUN_004``, another run is in progress.
        ForeignTarget: ``WMS_CONF_030`` to ``WMS_CONF_032``, the target has data of another source; nothing is changed.
        WmsEltError: any error that ended the block.
    """
    refuse_unnamed_simulator(settings)
    now = datetime.now(UTC)
    run = Run(settings, progress, command, new_run_id(now), now, Sessions(settings, progress.note))
    owner = this_process(run.run_id, command, entities or settings.pipeline.all_entities)
    with (
        file_mode(settings),
        run.sessions,
        acquire_locks(settings, owner, run.lock_lost, run.sessions) as dead,
        structlog.contextvars.bound_contextvars(run_id=run.run_id, command=command),
    ):
        if dead:
            progress.note(f"took over the lock of {dead}, which ended without releasing it")
        try:
            with run.sessions.open() as target:
                check_source(target, settings, to_load=True)
            yield run
        except ForeignTarget as refusal:
            # not recorded: the run tables also belong to the other source
            for warning in notify_unreachable(settings, refusal, run.run_id):
                progress.note(warning)
            raise
        except WmsEltError as error:
            _record(run, error)
            raise
        except KeyboardInterrupt:
            _record(run, stopped())
            raise
        except Exception as defect:
            _record(
                run, InternalError("INT_001", f"Can't finish the run: a defect of wms-elt ({type(defect).__name__}).")
            )
            raise
        finally:
            structlog.contextvars.unbind_contextvars("load_ids")


def refuse_unnamed_simulator(settings: Settings) -> None:
    """Raises an error for a run without a WMS on an Oracle target, even if the database can't be reached.

    Raises:
        ForeignTarget: ``WMS_CONF_031``, or ``WMS_CONF_032`` if the target has data of a WMS.
    """
    refusal = unnamed_simulator(settings)
    if refusal is None:
        return
    with suppress(TargetError), open_warehouse(settings, read_only=True) as target:
        check_source(target, settings, to_load=True)
    raise refusal


def stopped() -> Interrupted:
    """Returns the error of a run that was stopped."""
    return Interrupted(
        STOPPED, "The run was stopped before its end.", hint="Run the command again. It resumes where it stopped."
    )


def _record(run: Run, error: WmsEltError) -> None:
    try:
        # separate sessions: the error may have left a session of the run in the middle of a call
        with Sessions(run.settings) as sessions:
            finalize_run(run.settings, run.report(errors=(ErrorEntry.of(error),)), sessions)
    except WmsEltError as unrecorded:
        run.progress.note("can't record the failed run")
        for warning in notify_unreachable(run.settings, unrecorded, run.run_id):
            run.progress.note(warning)
