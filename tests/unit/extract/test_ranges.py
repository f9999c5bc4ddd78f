from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from loader.extract.ranges import initial_ranges, progress_fraction, split_ids
from loader.extract.state import RangeState

SPANS = st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)).map(lambda pair: (min(pair), max(pair)))


@given(SPANS, st.integers(1, 8), st.integers(-5, 10**9 + 5))
def test_split_ids_puts_each_id_in_one_range(span: tuple[int, int], parts: int, row_id: int) -> None:
    def holds(part: RangeState) -> bool:
        after, until = part["after_id"], part["until_id"]
        return (after is None or row_id > after) and (until is None or row_id <= until)

    assert sum(map(holds, split_ids(span, parts))) == 1


@given(SPANS, st.integers(25, 1250), st.integers(1, 8))
def test_initial_ranges_few_ids_or_one_worker_is_one_range(span: tuple[int, int], page_size: int, workers: int) -> None:
    ranges = initial_ranges(span, page_size, workers)
    assert len(ranges) in (1, workers)
    assert len(initial_ranges(None, page_size, workers)) == len(initial_ranges(span, page_size, 1)) == 1


@given(st.integers(1, 8), st.data())
def test_progress_fraction_grows_from_zero_to_one(parts: int, data: st.DataObject) -> None:
    span = (1_000_000, 1_999_999)
    ranges = split_ids(span, parts)
    assert progress_fraction(span, ranges) == 0
    shares = [0.0]
    for part in ranges:
        lo = part["after_id"] if part["after_id"] is not None else span[0] - 1
        hi = part["until_id"] if part["until_id"] is not None else span[1]
        part["after_id"] = data.draw(st.integers(lo, hi))
        shares.append(progress_fraction(span, ranges))
        part["after_id"] = hi
        shares.append(progress_fraction(span, ranges))
    assert shares == sorted(shares)
    assert shares[-1] == 1
