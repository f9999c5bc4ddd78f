"""Reads of a reconciliation: scans of the WMS and of the raw tables, per entity."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from loader.settings import PipelineSettings
from tests.bench.dataset import Feed
from tests.bench.harness import Harness, load_environment
from tests.bench.measure import last_words, python_module, run_child
from tests.bench.project import checkout
from tests.bench.results import Result, at_most


class _Reads(msgspec.Struct):
    reads: dict[str, int]
    lines: int


def reconciliation(harness: Harness, feed: Feed) -> Iterator[Result]:
    """Measure ``wms-elt reconcile`` of all default entities, with staging, in all facilities."""
    feed.reset()
    directory = checkout(harness, "reconcile")
    environment = load_environment(feed, directory)
    harness.log("reconcile: first load and build")
    run_child(python_module("tests.bench.baselines.elt"), environment, directory)
    feed.forget()
    harness.log("reconcile")
    run_child(python_module("tests.bench.baselines.reconcile"), environment, directory)
    seen, found = feed.seen(), msgspec.json.decode(last_words(directory), type=_Reads)
    entities = PipelineSettings().all_entities
    # the first page of a scan has no lower bound; the requests that confirm its end ask for one row
    first = [query for query in seen.queries if "values_list" in query and "id__gt" not in query]
    scans = [query for query in first if "page_size=1000" in query]
    rows = sum(map(feed.count, entities))
    yield Result("reconcile_entities", len(entities), "entities")
    yield Result("reconcile_lines", found.lines, "lines")
    yield Result("reconcile_scans_per_entity", len(scans) / len(entities), "x", at_most(1))
    yield Result("reconcile_raw_table_reads_per_entity", max(found.reads.values()), "x", at_most(1))
    yield Result("reconcile_rows_sent_per_row", seen.rows_sent / rows, "x", at_most(1.01))
