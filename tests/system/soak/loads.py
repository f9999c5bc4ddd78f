"""Server process for loads that die on demand: it imports everything once and forks one process per load.

Orders are JSON lines on stdin. For each, stdout has the load's process id and, at its end, its wait status. The
load's outcome is in the order's `result` file, which a killed load doesn't write.
"""

from __future__ import annotations

import faulthandler
import gc
import importlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from loader.errors import WmsEltError
from loader.extract.window import Window
from loader.pipeline.load import Backfill, LoadResult, load
from loader.report import Silent
from loader.runs.finalize import finalize_run
from loader.runs.run import drafted
from loader.runs.run_session import run_session
from loader.settings import Settings, load_settings
from loader.warehouse import open_warehouse
from loader.warehouse.source_guard import claim_source
from loader.wms import times
from tests.system.soak.kill_points import KillPoint, arm

IMPORTED_LATE = (
    *("dlt._workspace._plugins", "dlt.common.libs.pyarrow", "dlt.sources.helpers.requests", "loader.pipeline.naming"),
    *("numpy.ma", "pendulum.locales.en.locale", "pyarrow.compute", "pyarrow.parquet", "pytz"),
)
"""Modules that a load would import after its start."""
LONGEST_WAIT = 0.002
"""Real duration of a retry wait, in seconds."""


@dataclass(frozen=True)
class Order:
    """A load to run.

    Args:
        environment: settings, as the variables a user would set.
        result: file for the outcome.
        now: this machine's clock at the start, ISO 8601; empty for the real time.
        speed: virtual seconds per real second.
        chunk_rows: rows per load package; smaller than the settings allow, to get many packages.
        passes: forced catch-up passes.
        backfill: entity, first and last instant (ISO 8601); empty for none.
        kill_point: where the load dies.
    """

    environment: dict[str, str]
    result: str
    now: str = ""
    speed: float = 0.0
    chunk_rows: int = 250_000
    passes: tuple[str, ...] = ()
    backfill: tuple[str, ...] = ()
    kill_point: KillPoint | None = None

    @classmethod
    def read(cls, line: str) -> Order:
        """Parse an order from JSON."""
        members = json.loads(line)
        kill_point = members.pop("kill_point")
        return cls(**members, kill_point=KillPoint(**kill_point) if kill_point else None)

    def line(self) -> str:
        """Return the order as JSON."""
        return json.dumps(asdict(self)) + "\n"


class Hasty(threading.Event):
    """Wait for almost no time: the simulator's clock defines the time, not this machine's."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(LONGEST_WAIT if timeout is None else min(timeout, LONGEST_WAIT))


def set_clock(now: str, speed: float) -> None:
    """Make the loader use this time for the machine, so that machine and simulated WMS share one clock."""
    began, start = time.monotonic(), datetime.fromisoformat(now)

    class Virtual(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return (start + timedelta(seconds=(time.monotonic() - began) * speed)).astimezone(tz)

        # parsed instants keep their ordinary type
        fromisoformat = datetime.fromisoformat  # type: ignore[assignment]

    times.datetime = Virtual  # type: ignore[misc]


def perform(order: Order) -> None:
    """Run the load from settings to result file."""
    stop = Hasty()
    if order.now:
        set_clock(order.now, order.speed)
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    events = arm(order.kill_point)
    try:
        settings = _settings(order)
        # with lock, run history and alerts, as in every run from the command line
        with run_session(settings, "backfill" if order.backfill else "load", Silent()) as run:
            with open_warehouse(settings) as target:
                target.ensure_run_tables()
                claim_source(target, settings, run.started_at)
            result = load(
                settings,
                stop=stop,
                observer=Silent(),
                forced_passes=frozenset(order.passes),
                backfill=_backfill(order),
            )
            finalize_run(settings, drafted(run, result))
        content = _shown(result)
    except WmsEltError as error:
        content = {"error": error.code, "exit_code": error.exit_code, "message": str(error)}
    except BaseException:
        content = {"error": "crash", "exit_code": 70, "message": traceback.format_exc()}
    draft = Path(f"{order.result}.draft")
    draft.write_text(json.dumps({"events": events(), **content}))
    draft.replace(order.result)


def _settings(order: Order) -> Settings:
    settings = load_settings(order.environment, env_file=None)
    pipeline = settings.pipeline.model_copy(update={"chunk_rows": order.chunk_rows})
    return settings.model_copy(update={"pipeline": pipeline})


def _backfill(order: Order) -> Backfill | None:
    if not order.backfill:
        return None
    entity, first, last = order.backfill
    return Backfill(entity, Window(datetime.fromisoformat(first), datetime.fromisoformat(last)))


def _shown(result: LoadResult) -> dict[str, Any]:
    outcomes = {
        name: {
            "status": outcome.status,
            "mode": outcome.mode,
            "rows_read": outcome.rows_read,
            "pages": outcome.pages,
            "deleted_rows": outcome.deleted_rows,
            "warnings": [warning.text for warning in outcome.warnings],
            "error": outcome.error.code if outcome.error else "",
            "message": str(outcome.error) if outcome.error else "",
        }
        for name, outcome in result.outcomes.items()
    }
    return {"error": "", "exit_code": 0, "message": "", "outcomes": outcomes, "landed": dict(result.landed_rows)}


def main() -> None:
    """Serve orders until stdin ends."""
    # print where a library crashed
    faulthandler.enable()
    for module in IMPORTED_LATE:
        importlib.import_module(module)
    # keep garbage collection in the children from copying the shared pages
    gc.freeze()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            perform(Order.read(line))
            os._exit(0)
        print(pid, flush=True)
        print(os.waitpid(pid, 0)[1], flush=True)


if __name__ == "__main__":
    main()
