"""A sequence of loads into Oracle whose observations change if a fix is undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loader.errors import TargetError
from loader.extract.context import RunContext
from loader.warehouse import RUN, open_warehouse
from loader.warehouse.oracle.ddl import INCOMING
from tests.oracle.conftest import OracleLoads
from tests.oracle.scenarios import LONG_AGO
from tests.support.fake_wms import START
from tests.support.oracle_double.faults import Fault
from tests.support.oracle_double.instance import UNLIMITED
from tests.support.oracle_double.server import Server

BIG = 2**53 + 1
AT = datetime(2026, 5, 4, 9, 0, 0, 123456, tzinfo=UTC)


def first_run(loads: OracleLoads) -> None:
    loads.wms.put("item", 1, LONG_AGO.replace(microsecond=123456), description="x" * 40_000)
    loads.wms.put("item", 2, LONG_AGO)
    # read completely in every run
    loads.wms.put("order_status", 0, description="A")
    loads.wms.put("order_status", BIG)
    # the response to the job's commit is lost, so the job runs twice
    loads.server.faults.plan(Fault("ORA-03113", 1, "^COMMIT$", after=True, follows="insert into wms_elt.elt_landing"))
    loads.run()


def run_on_another_machine(loads: OracleLoads) -> RunContext:
    loads.wms.now = START.replace(minute=30)
    loads.wms.put("item", 3, START)
    loads.wms.delete("order_status", BIG)
    loads.blank_machine()
    return loads.run()


def run_with_lost_commit(loads: OracleLoads) -> None:
    """Lose the response to the commit of the package row. The next run completes the package."""
    loads.wms.now = START.replace(hour=13)
    loads.wms.put("item", 4, START.replace(minute=45))
    # another table makes dlt compare its schema with the database
    loads.wms.put("wave", 1, START.replace(minute=45))
    loads.server.faults.plan(Fault("ORA-03113", 1, "^COMMIT$", after=True, follows="insert into wms_elt.dlt_loads"))
    with pytest.raises(TargetError):
        loads.run()
    loads.run()


def run_without_quota(loads: OracleLoads) -> int:
    """Return the number of attempts for a statement that can't succeed."""
    loads.wms.now = START.replace(hour=15)
    loads.wms.put("item", 5, START.replace(hour=14))
    before = len(loads.server.statements)
    loads.server.instance.quota = None
    with pytest.raises(TargetError):
        loads.run()
    loads.server.instance.quota = UNLIMITED
    sent = Counter(entry.text for entry in loads.server.statements[before:])
    return max((times for text, times in sent.items() if "insert into wms_elt." in text.lower()), default=0)


def run_rows(loads: OracleLoads) -> list[Any]:
    with open_warehouse(loads.settings()) as target:
        target.ensure_run_tables()
        target.insert(RUN, [{"run_id": "a", "rows_read": 1}, {"run_id": "b", "started_at": AT, "duration_s": 0.5}])
        return target.fetch(f"select run_id, rows_read, started_at, duration_s from {target.raw(RUN.name)} order by 1")


def play(directory: Path, patch: pytest.MonkeyPatch) -> Iterator[tuple[str, Any]]:
    """Yield what each load leaves: rows, types, indexes, sessions, attempts; or its error."""
    server = Server(19)
    server.install(patch)
    loads = OracleLoads(directory, server)
    try:
        first_run(loads)
        yield from _left(loads)
        outcome = run_on_another_machine(loads).outcomes["item"]
        yield "read", (outcome.mode, outcome.rows_read)
        yield from _left(loads)
        run_with_lost_commit(loads)
        yield from _left(loads)
        yield "attempts", run_without_quota(loads)
        yield "run", run_rows(loads)
    except Exception as error:
        yield type(error).__name__, str(error)[:300]
    finally:
        server.close()


def _left(loads: OracleLoads) -> Iterator[tuple[str, Any]]:
    server = loads.server
    yield "statements", {entry.text for entry in server.statements}
    yield "sessions", {(session.time_zone, *sorted(session.info.items())) for session in server.sessions}
    yield (
        "arguments",
        {
            (name, str(value))
            for session in server.sessions
            for name, value in session.arguments.items()
            if name != "session_callback"
        },
    )
    yield "created", sum(INCOMING in entry.text and "create" in entry.text for entry in server.statements)
    yield "columns", {name: str(c.type) for name, c in server.catalogue.find("WMS_ELT", "ITEM").columns.items()}
    yield "indexes", sorted(name for _, name in server.catalogue.indexes)
    columns = "entity_id, mod_ts, content_hash, is_deleted"
    for entity in loads.wms.rows:
        yield entity, loads.query(f"select {columns} from wms_raw.{entity} order by read_order")
    yield "packages", loads.query("select count(*), count(distinct load_id) from wms_raw.dlt_loads")
