"""Load on the WMS: requests, scanned rows and counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from loader.settings import PipelineSettings
from tests.bench.dataset import Feed
from tests.bench.harness import Harness, run_wms_elt
from tests.bench.landing import ENTITY
from tests.bench.results import Result, at_most

MARKS_OF_PASSES: Final = ("create_ts__gte", "mod_ts__isnull", "values_list", "id__in")
"""Parameters that only catch-up passes send (wms-api 8.8)."""


def requests_per_run(harness: Harness, feed: Feed) -> Iterator[Result]:
    """Measure an incremental run after 1 % of the order lines changed, then one without changes."""
    feed.reset()
    directory = harness.empty("requests")
    harness.log("requests: initial load")
    run_wms_elt(feed, directory)
    # the passes that an initial load leaves to the next run
    run_wms_elt(feed, directory)
    feed.advance(ENTITY, 0.01)
    # the WMS can't count the changed rows of an entity without mod_ts
    changed = sum(feed.changed(entity) for entity in PipelineSettings().all_entities if feed.has_mod_ts(entity))
    harness.log("requests: incremental load, quiet load")
    feed.forget()
    run_wms_elt(feed, directory)
    seen = feed.seen()
    yield Result("incremental_run_counts", seen.counts, "count(*)", at_most(0))
    yield Result("incremental_run_rows_scanned_per_row_sent", seen.rows_scanned / seen.rows_sent, "x")
    # unchanged rows are scanned and sent too: lookups are read completely, and the lookback is read again
    yield Result("incremental_run_rows_scanned_per_changed_row", seen.rows_scanned / changed, "x")
    feed.forget()
    run_wms_elt(feed, directory)
    queries = feed.seen().queries
    passes = sum(any(mark in query for mark in MARKS_OF_PASSES) for query in queries)
    yield Result("quiet_run_requests", len(queries), "requests")
    share = len(queries) / (len(queries) - passes)
    yield Result("quiet_run_requests_with_passes_over_without", share, "x", at_most(1.3))
