"""Direct path load, if enabled: it lands the same rows, and duplicates nothing if it fails after its own commit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.errors import TargetError
from loader.extract.context import RunContext
from loader.extract.raw_rows import mod_ts_values, to_table
from loader.pipeline.packages import run_packages
from loader.warehouse.oracle import direct_path
from tests.integration.pipeline import conftest as landing_conftest
from tests.oracle.conftest import OracleLoads
from tests.oracle.scenarios import LONG_AGO
from tests.support.fake_wms import START
from tests.support.oracle_double.driver import Connection
from tests.support.oracle_double.faults import KNOWN, Fault
from tests.support.sampling import A_RELEASE

RELEASES = A_RELEASE
SWITCH = {"GRUPONOS_TARGET__ORACLE_DIRECT_PATH": "true"}


@pytest.fixture
def direct(oracle_loads: OracleLoads, monkeypatch: pytest.MonkeyPatch) -> OracleLoads:
    monkeypatch.setattr(direct_path, "MIN_ROWS", 3)
    oracle_loads.options = dict(SWITCH)
    for row_id in range(1, 6):
        oracle_loads.wms.put("item", row_id, LONG_AGO, description=f"É{row_id}")
    return oracle_loads


def direct_loads(loads: OracleLoads) -> int:
    return sum(entry.text.startswith("DIRECT PATH") for entry in loads.server.statements)


def test_first_load_uses_direct_path_and_is_counted(direct: OracleLoads) -> None:
    direct.run()
    assert direct_loads(direct) == 1
    assert [row[0] for row in direct.versions("item")] == [1, 2, 3, 4, 5]
    assert direct.query(
        "select rows_read, rows_landed, first_read_order, last_read_order from wms_raw.elt_landing"
    ) == [(5, 5, 1, 5)]


def test_changed_rows_use_ordinary_insert(direct: OracleLoads) -> None:
    direct.run()
    direct.wms.now = START + timedelta(minutes=5)
    for row_id in (2, 3, 4):
        direct.wms.put("item", row_id, START, description="changed")
    direct.run()
    assert direct_loads(direct) == 1
    assert len(direct.versions("item")) == 8


@pytest.mark.parametrize("after", [False, True])
def test_connection_lost_at_commit_duplicates_nothing(direct: OracleLoads, after: bool) -> None:
    direct.server.faults.plan(Fault("ORA-03113", 1, "^DIRECT PATH", after))
    direct.run()
    assert direct.server.faults.hits
    assert [row[0] for row in direct.versions("item")] == [1, 2, 3, 4, 5]


def there_and_back(context: RunContext, entity: str, _: object) -> Iterator[pa.Table]:
    """A file with versions A, B, A of an id, whose first version equals the last landed one."""
    wms: Any = context.client
    pages = [wms.page(entity, [("page_size", "10")])]
    for description in ("B", "É1"):
        wms.put(entity, 1, LONG_AGO, description=description)
        pages.append(wms.page(entity, [("page_size", "1")]))
    for page in pages:
        order = context.counter(entity).take(len(page.keys))
        yield to_table(page, mod_ts=mod_ts_values(page.keys), first_order=order)


@pytest.mark.parametrize("switch_afterwards", ["true", "false"])
@pytest.mark.parametrize("kept", [0, 3, 7])
def test_kill_between_commit_and_ledger_is_completed_row_by_row(
    direct: OracleLoads, kept: int, switch_afterwards: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Connection.direct_path_load

    def cut_short(self: Connection, schema: str, table: str, names: list[str], rows: pa.Table, **options: Any) -> None:
        real(self, schema, table, names, rows.slice(0, kept), **options)
        direct.server.stop()
        raise KNOWN["DOWN"]()

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "direct_path_load", cut_short)
        patch.setattr(landing_conftest, "run_packages", partial(run_packages, reader=there_and_back))
        with pytest.raises(TargetError):
            direct.run()
    direct.server.start()
    assert len(direct.query("select * from wms_raw.item")) == kept
    direct.options["GRUPONOS_TARGET__ORACLE_DIRECT_PATH"] = switch_afterwards
    direct.wms.rows["item"] = {}
    direct.run()
    found = direct.query("select entity_id, read_order from wms_raw.item where is_deleted = 0 order by read_order")
    assert found == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (1, 6), (1, 7)]
    ledger = "select rows_read, rows_landed, last_read_order from wms_raw.elt_landing order by landed_at"
    assert direct.query(ledger)[0] == (7, 7, 7)


def test_small_files_or_switch_off_use_ordinary_insert(oracle_loads: OracleLoads) -> None:
    oracle_loads.options = dict(SWITCH)
    oracle_loads.wms.put("item", 1, LONG_AGO)
    oracle_loads.run()
    assert direct_loads(oracle_loads) == 0


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from("ab"), st.integers(0, 1)), min_size=1, max_size=30))
def test_only_changed_versions_are_kept(rows: list[tuple[int, str, int]]) -> None:
    ids, hashes, deleted = zip(*rows, strict=True)
    order = np.random.default_rng(len(rows)).permutation(len(rows))
    keys = {"entity_id": ids, "read_order": order, "content_hash": hashes, "is_deleted": deleted}
    found = direct_path.differs_from_before(pa.table(keys))
    last: dict[int, tuple[str, int]] = {}
    for place in np.argsort(order):
        entity_id, *version = rows[place]
        assert found[place] == (last.get(entity_id) != tuple(version))
        last[entity_id] = (version[0], version[1])
