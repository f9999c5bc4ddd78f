"""Queries as Arrow batches, which exports read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from loader.warehouse import Warehouse, open_warehouse
from tests.oracle.conftest import OracleLoads


@pytest.fixture
def target(oracle_loads: OracleLoads) -> Iterator[Warehouse]:
    with open_warehouse(oracle_loads.settings()) as opened:
        yield opened


def test_batches_have_the_types_of_the_columns(target: Warehouse) -> None:
    name = target.model("orders")
    target.execute(
        f"create table {name} (order_id number(19), qty number(19, 6), order_nbr varchar2(50),"
        " due_date date, created_at timestamp(6))"
    )
    target.execute(
        f"insert into {name} (order_id, qty, order_nbr, due_date, created_at) values (9007199254740993, 12.5, 'PV1',"
        " date '2026-11-23', timestamp '2026-11-23 12:00:01.500000')"
    )
    target.execute(f"insert into {name} (order_id) values (2)")
    with target.batches(f"select * from {name} order by order_id desc") as batches:
        table = batches.read_all()
    assert table.schema.names == ["order_id", "qty", "order_nbr", "due_date", "created_at"]
    assert table.schema.types == [pa.int64(), pa.decimal128(19, 6), pa.string(), pa.date32(), pa.timestamp("us")]
    first, second = table.to_pylist()
    assert list(first.values()) == [
        *(9007199254740993, Decimal("12.500000"), "PV1"),
        *(date(2026, 11, 23), datetime.fromisoformat("2026-11-23T12:00:01.5")),
    ]
    assert list(second.values()) == [2, None, None, None, None]
