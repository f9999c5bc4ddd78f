"""A load in its own process that dies by SIGKILL at a round trip. The double and its files survive."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loader.warehouse.oracle import direct_path
from tests.oracle.conftest import OracleLoads
from tests.oracle.scenarios import LONG_AGO
from tests.support.fake_wms import START
from tests.support.oracle_double.faults import KILL, Fault
from tests.support.oracle_double.server import Server


@dataclass(frozen=True)
class Load:
    """A load to run.

    Args:
        directory: contains the double's file, the work directory and the result.
        changed: whether the WMS has changes since the first load.
        direct: whether to use direct path load.
        step: the round trip at which the load dies; 0 = never.
        after: whether the server executes the statement first.
    """

    directory: str
    changed: bool = False
    direct: bool = False
    step: int = 0
    after: bool = False

    @property
    def result(self) -> Path:
        return Path(self.directory) / "result.json"


def perform(load: Load) -> None:
    """Run the load. Write its round trips and the contents of the tables."""
    directory = Path(load.directory)
    with pytest.MonkeyPatch.context() as patch:
        if load.direct:
            patch.setattr(direct_path, "MIN_ROWS", 1)
        server = Server(19, file=directory / "oracle.duckdb")
        server.install(patch)
        if load.step:
            server.faults.plan(Fault(KILL, load.step, after=load.after))
        loads = OracleLoads(directory, server)
        loads.options["GRUPONOS_TARGET__ORACLE_DIRECT_PATH"] = str(load.direct).lower()
        _fill(loads, changed=load.changed)
        loads.run()
        load.result.write_text(
            json.dumps({"sent": [entry.text for entry in server.statements], "rows": _contents(loads)})
        )
        server.close()


def _fill(loads: OracleLoads, *, changed: bool) -> None:
    for row_id in (1, 2):
        loads.wms.put("order_hdr", row_id, LONG_AGO)
    loads.wms.put("order_status", 0, description="A")
    if changed:
        loads.wms.put("order_hdr", 3, START)
        loads.wms.delete("order_hdr", 1)
        loads.wms.put("order_status", 0, description="B")
        loads.wms.now = START.replace(minute=30)


def _contents(loads: OracleLoads) -> dict[str, list[Any]]:
    columns = "entity_id, content_hash, is_deleted, row_number() over (order by read_order)"
    return {entity: loads.query(f"select {columns} from wms_raw.{entity}") for entity in loads.wms.rows}
