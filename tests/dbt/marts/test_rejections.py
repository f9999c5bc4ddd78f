"""A record that breaks a rule stands in rejected_records and in no mart, until a later version releases it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.dbt.marts.stories import STORIES, Story
from tests.dbt.marts.warehouse import DECIDED, EVERYTHING, Warehouse

RUNS = 4
KEYS = {"order_hdr": ("orders", "order_id"), "order_dtl": ("order_lines", "order_dtl_id")}
KEYS["allocation"] = ("allocation_performance", "allocation_id")


@dataclass
class After:
    """What stood in the database after a run."""

    rejected: list[dict[str, Any]]
    accepted: set[tuple[str, int]]
    wms_allocations: set[int]
    orders: dict[int, dict[str, Any]]


@dataclass
class Told:
    """All stories told together, run by run."""

    warehouse: Warehouse
    runs: list[After] = field(default_factory=list)

    def tell(self, run: int) -> None:
        """Lands what every story has for the run, builds, and notes what stands."""
        for entity in KEYS:
            landed = [document for story in STORIES for name, document in story.lands[run] if name == entity]
            gone = [document for story in STORIES for name, document in story.deletes.get(run, []) if name == entity]
            self.warehouse.raw.put_all(entity, landed)
            self.warehouse.raw.put_all(entity, gone, is_deleted=1)
        # the last time with all that consistency tests compare
        self.warehouse.build(select=DECIDED if run < RUNS - 1 else EVERYTHING)
        self.runs.append(self.now())

    def now(self) -> After:
        raw = self.warehouse.raw
        accepted = {
            (entity, key) for entity, (mart, column) in KEYS.items() for key in self.warehouse.ids(mart, column)
        }
        orders = {row["order_id"]: row for row in raw.records("select * from wms.orders")}
        rejected = raw.records("select * from wms.rejected_records where severity = 'error'")
        return After(rejected, accepted, self.warehouse.ids("wms_allocations", "allocation_id"), orders)


@pytest.fixture(scope="module")
def told(shared_warehouse: Warehouse) -> Told:
    told = Told(shared_warehouse)
    for run in range(RUNS):
        told.tell(run)
    return told


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_after_each_run_a_record_is_accepted_or_rejected_with_its_rule(told: Told, story: Story) -> None:
    for run, after in enumerate(told.runs):
        findings = {(row["entity"], row["entity_id"], row["rule"]) for row in after.rejected}
        refused = {(entity, entity_id) for entity, entity_id, _ in story.findings[run]}
        landed = {(entity, document["id"]) for step in story.lands[: run + 1] for entity, document in step}
        assert {finding for finding in findings if finding[:2] in story.records} == story.findings[run], f"run {run}"
        assert after.accepted & story.records == landed - refused, f"run {run}"


def test_wms_allocations_has_what_is_accepted_and_present(told: Told) -> None:
    for run, after in enumerate(told.runs):
        accepted = {key for entity, key in after.accepted if entity == "allocation"}
        assert after.wms_allocations == (accepted - {6000} if run >= 2 else accepted)


def test_rejected_lines_are_missing_from_the_order_and_counted_there(told: Told) -> None:
    counts = [(after.orders[30]["line_count"], after.orders[30]["rejected_line_count"]) for after in told.runs]
    assert counts == [(1, 0), (0, 1), (0, 1), (1, 0)]
    assert [after.orders[30]["ordered_qty"] for after in told.runs] == [10, 0, 0, 30]


def test_the_first_sighting_stays_and_the_last_moves_on(told: Told) -> None:
    sightings = [row for after in told.runs for row in after.rejected if row["entity_id"] == 12]
    assert len({row["first_seen_at"] for row in sightings}) == 1
    last_seen = [row["last_seen_at"] for row in sightings]
    assert last_seen == sorted(set(last_seen))


def test_a_rejection_says_what_is_wrong_where_and_what_to_do(told: Told) -> None:
    [row] = [row for row in told.runs[0].rejected if row["entity_id"] == 13]
    assert (row["rule"], row["severity"], row["value"], row["facility_id"]) == (
        "quantity_above_zero",
        "error",
        "-1.5",
        11,
    )
    assert row["reason"]
    assert row["what_to_do"]


def test_a_deleted_record_is_marked_in_the_marts_and_among_the_rejected(told: Told) -> None:
    rejected = [[row["is_deleted"] for row in after.rejected if row["entity_id"] == 601] for after in told.runs]
    assert rejected == [[0], [0], [1], [1]]
    rows = told.warehouse.raw.rows("select is_deleted from wms.allocation_performance where allocation_id = 6000")
    assert rows == [(1,)]


def test_released_rejections_are_history(told: Told) -> None:
    history = told.warehouse.raw.rows(
        "select rule, dbt_valid_to is not null from wms.rejection_history "
        "where entity_id in (20, 200, 2000) order by rule"
    )
    assert history == [("facility_present", True), ("line_accepted", True), ("order_accepted", True)]


def test_the_history_of_an_order_has_each_state_that_a_run_saw(told: Told) -> None:
    states = told.warehouse.raw.rows(
        "select status_id, dbt_valid_to is null from wms.order_hdr_history "
        "where order_hdr_id = 52 order by dbt_valid_from"
    )
    assert states == [(40, False), (20, False), (40, False), (50, True)]


def test_consistency_tests_hold(told: Told) -> None:
    told.warehouse.dbt.run("test", "--select", "test_type:singular")


def test_an_unreadable_document_is_one_rejection(told: Told) -> None:
    told.warehouse.raw.put("order_hdr", '{"id": 1, "facility_id": ')
    told.warehouse.build(select=DECIDED)
    findings = {(row["entity"], row["entity_id"], row["rule"]) for row in told.now().rejected}
    assert ("order_hdr", 1, "document_readable") in findings
    assert ("order_hdr", 1, "facility_present") not in findings
