"""The benchmark dataset: a frozen clock, changes on demand, and a record of the requests."""

from __future__ import annotations

import pytest

from loader.errors import InternalError
from tests.bench.dataset import Feed


def test_clock_is_frozen_until_rows_change(feed: Feed) -> None:
    before = feed.count("order_dtl")
    assert feed.changed("order_dtl") == 0
    changed = feed.advance("order_dtl", 0.01)
    assert changed >= before / 100
    assert feed.changed("order_dtl") == changed
    feed.reset()
    assert feed.changed("order_dtl") == 0
    assert feed.count("order_dtl") == before


def test_change_exceeding_limit_is_an_error(feed: Feed) -> None:
    with pytest.raises(InternalError, match="less than 1000% of order_dtl changed") as caught:
        feed.advance("order_dtl", 10)
    assert caught.value.code == "WMS_BENCH_002"


def test_warm_up_reads_every_row_and_counts_nothing(feed: Feed) -> None:
    rows = feed.count("order_dtl")
    feed.forget()
    feed.warm("order_dtl")
    seen = feed.seen()
    assert seen.rows_sent == rows
    assert seen.counts == 0
    assert all("page_mode=sequenced" in query for query in seen.queries)
