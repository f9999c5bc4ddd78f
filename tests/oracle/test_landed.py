"""The extraction's queries on the target give the same results on Oracle and DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from loader.pipeline.session import LandingSession, open_landing
from tests.integration.pipeline.conftest import Loads
from tests.oracle.conftest import OracleLoads
from tests.oracle.scenarios import LONG_AGO, ONE_READER
from tests.support.fake_wms import START

BIG = 2**53 + 1


def load_versions(loads: Loads) -> None:
    loads.options |= ONE_READER
    for row_id in (1, 2, 3, BIG):
        loads.wms.put("order_hdr", row_id, LONG_AGO, facility_id={"id": 1 + row_id % 2, "key": "", "url": ""})
    for row_id in range(5):
        loads.wms.put("order_status", row_id, description=str(row_id))
    loads.run()
    loads.wms.now = START.replace(minute=30)
    loads.wms.put("order_hdr", 2, START, facility_id={"id": 7, "key": "", "url": ""}, note="é")
    loads.wms.delete("order_status", 3)
    loads.run()


def answers(session: LandingSession) -> dict[str, Any]:
    landed = session.raw_store
    ids = np.asarray([2, BIG], dtype=np.int64)
    current = landed.current_versions("order_hdr", ids).drop_columns(["read_at"])
    return {
        "last": (landed.last_read_order("order_hdr"), landed.last_read_order("nothing")),
        "live": landed.live_ids("order_status").tolist() + landed.live_ids("order_hdr").tolist(),
        "between": landed.live_versions("order_hdr", 1, 3).to_pylist(),
        "above": landed.live_versions("order_hdr", 3, None).to_pylist(),
        "none": landed.live_versions("order_hdr", BIG, BIG + 9).to_pylist(),
        "none wanted": landed.current_versions("order_hdr", ids[:0]).to_pylist(),
        "absent": landed.live_versions("nothing", None, None).to_pylist(),
        "current": current.to_pylist(),
        "types": [str(kind) for kind in current.schema.types],
        "facilities": dict(landed.facility_counts("order_hdr", None)),
        "of ids": dict(landed.facility_counts("order_hdr", ids)),
        "no load": dict(landed.landed_rows([])),
    }


def test_raw_store_answers_equal_duckdb(oracle_loads: OracleLoads, tmp_path: Path) -> None:
    (tmp_path / "duckdb").mkdir()
    on_duckdb = Loads(tmp_path / "duckdb")
    found = []
    for loads in (oracle_loads, on_duckdb):
        load_versions(loads)
        with open_landing(loads.settings()) as session:
            found.append(answers(session))
    assert found[0] == found[1]
    assert BIG in found[0]["live"]
