"""Four ``wms-elt elt`` into the Oracle emulator: the first, two after changes, one without changes.

Prints one JSON object per line: the counts of a run. The simulator's clock is moved through its control address.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest

from loader.errors import InternalError
from loader.runs import run_elt
from loader.settings import load_settings
from tests.bench.dataset import TUESDAY, Feed
from tests.bench.statements import counted
from tests.bench.whole import computed_whole, large
from tests.support.oracle_double.server import Server

STEP = timedelta(hours=2)


def rows_of(server: Server, name: str) -> int:
    """Return the number of rows of a model."""
    [(rows,)] = server.rows(f'select count(*) from "{server.user}"."{name.upper()}"')
    return int(rows)


def main() -> None:
    """Run with the settings in the environment. Raises InternalError if a run failed."""
    control = sys.argv[1]
    server = Server(19)
    with pytest.MonkeyPatch.context() as patch:
        server.install(patch)
        for run, passed in (("first", 0), ("second", 1), ("changes", 2), ("nothing", 2)):
            Feed.move(control, TUESDAY + passed * STEP)
            start, logons = len(server.statements), len(server.sessions)
            report = run_elt(load_settings(env_file=None))
            if report.exit_code:
                failed = "; ".join(
                    f"{node.name}: {node.message}" for node in (report.build.problems if report.build else ())
                )
                raise InternalError("WMS_BENCH_003", f"the {run} run failed: {report.errors} {failed}")
            sent = [entry.text for entry in server.statements[start:]]
            logged_on = len(server.sessions) - logons
            whole = computed_whole(report, Path(), partial(rows_of, server))
            line = {"run": run, **counted(sent), "logons": logged_on, "marts_computed_whole": len(large(whole))}
            print(msgspec.json.encode(line).decode())
            named = ", ".join(f"{name} ({rows:,})" for name, rows in whole.items())
            print(f"{run}: marts computed as a whole: {named or 'none'}")
    server.close()


if __name__ == "__main__":
    main()
