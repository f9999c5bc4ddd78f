"""Properties of the Arrow tables between a page and the load file."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from loader.extract.raw_rows import merge_small_tables


@given(st.lists(st.integers(0, 9)), st.integers(1, 12))
def test_merge_small_tables_keeps_rows_and_order(sizes: list[int], rows: int) -> None:
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    tables = [
        pa.table({"read_order": pa.array(range(start, start + size), pa.int64())})
        for start, size in zip(starts, sizes, strict=True)
    ]
    found = list(merge_small_tables(iter(tables), rows))
    assert [value for table in found for value in table.column("read_order").to_pylist()] == list(range(sum(sizes)))
    assert all(table.num_rows >= rows for table in found[:-1])
    # reads at most one page ahead
    assert all(table.num_rows < rows + 9 for table in found)


def test_merge_small_tables_reads_one_table_at_a_time() -> None:
    taken: list[int] = []

    def tables() -> object:
        for number in range(4):
            taken.append(number)
            yield pa.table({"read_order": pa.array([number] * 3, pa.int64())})

    stream = merge_small_tables(tables(), 6)  # type: ignore[arg-type]
    assert next(stream).num_rows == 6
    assert taken == [0, 1]
