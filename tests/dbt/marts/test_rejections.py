"""A record that breaks a rule is in its mart, flagged, and its findings are in rejected_records."""

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

    findings: list[dict[str, Any]]
    shown: dict[tuple[str, int], tuple[int, int]]
    """By entity and key what its mart shows: number of findings, and whether one is an error."""
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
        shown = {
            (entity, key): (count, has_error)
            for entity, (mart, column) in KEYS.items()
            for key, count, has_error in raw.rows(f"select {column}, violation_count, has_error from wms.{mart}")
        }
        orders = {row["order_id"]: row for row in raw.records("select * from wms.orders")}
        findings = raw.records("select * from wms.rejected_records")
        return After(findings, shown, self.warehouse.ids("wms_allocations", "allocation_id"), orders)


@pytest.fixture(scope="module")
def told(shared_warehouse: Warehouse) -> Told:
    told = Told(shared_warehouse)
    for run in range(RUNS):
        told.tell(run)
    return told


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_record_is_shown_with_its_findings(told: Told, story: Story) -> None:
    for run, after in enumerate(told.runs):
        findings = {(row["entity"], row["entity_id"], row["rule"]) for row in after.findings}
        landed = {(entity, document["id"]) for step in story.lands[: run + 1] for entity, document in step}
        assert {finding for finding in findings if finding[:2] in story.records} == story.findings[run], f"run {run}"
        assert after.shown.keys() & story.records == landed, f"run {run}"
        for entity, key in landed:
            own = [row for row in after.findings if (row["entity"], row["entity_id"]) == (entity, key)]
            has_error = int(bool({"error", "hide"} & {row["severity"] for row in own}))
            assert after.shown[entity, key] == (len(own), has_error), (run, entity, key)
            assert {row["handling"] for row in own} <= {"flagged"}


def test_wms_allocations_refuses_what_the_findings_say(told: Told) -> None:
    for run, after in enumerate(told.runs):
        shown = {key for entity, key in after.shown if entity == "allocation"}
        refused = {row["entity_id"] for row in after.findings if row["is_refused_by_wms_allocations"]}
        assert refused == {102, 104, 105} | ({2000, 4000} if run < 2 else set())
        assert after.wms_allocations == shown - refused - ({6000} if run >= 2 else set())


def test_a_wrong_line_is_shown_and_its_filling_is_unknown(told: Told) -> None:
    counts = [(after.orders[30]["line_count"], after.orders[30]["unknown_line_count"]) for after in told.runs]
    assert counts == [(1, 0), (1, 1), (1, 1), (1, 0)]
    assert [after.orders[30]["ordered_qty"] for after in told.runs] == [10, -3, -3, 30]


def test_a_line_closed_short_is_shown_as_not_filled(told: Told) -> None:
    rows = told.warehouse.raw.rows("select is_filled, has_error from wms.order_lines where order_dtl_id = 21")
    assert rows == [(0, 0)]


def test_root_causes_come_before_what_follows_from_them(told: Told) -> None:
    rows = told.warehouse.raw.rows(
        "select entity, is_root_cause from wms.rejected_records "
        "where (entity, entity_id) in (('order_hdr', 2), ('allocation', 105)) order by display_order"
    )
    assert rows == [("order_hdr", 1), ("allocation", 0)]


def test_the_first_sighting_stays_and_the_last_moves_on(told: Told) -> None:
    sightings = [row for after in told.runs for row in after.findings if row["entity_id"] == 12]
    assert len({row["first_seen_at"] for row in sightings}) == 1
    last_seen = [row["last_seen_at"] for row in sightings]
    assert last_seen == sorted(set(last_seen))


def test_a_finding_says_what_is_wrong_where_and_what_to_do(told: Told) -> None:
    [row] = [row for row in told.runs[0].findings if row["entity_id"] == 13]
    assert (row["rule"], row["severity"], row["value"], row["facility_code"]) == (
        "ordered_above_zero",
        "error",
        "-1.5",
        "DC01",
    )
    assert (row["parent_entity"], row["parent_id"]) == ("order_hdr", 1)
    assert (row["order_number"], row["line_number"], row["item_code"]) == ("ORD-1", 13, "SKU-900")
    assert row["reason"]
    assert row["what_to_do"]


def test_a_deleted_record_is_marked_in_marts_and_findings(told: Told) -> None:
    marked = [[row["is_deleted"] for row in after.findings if row["entity_id"] == 601] for after in told.runs]
    assert marked == [[0], [0], [1], [1]]
    rows = told.warehouse.raw.rows("select is_deleted from wms.allocation_performance where allocation_id = 6000")
    assert rows == [(1,)]


def test_released_findings_are_history(told: Told) -> None:
    history = told.warehouse.raw.rows(
        "select rule, dbt_valid_to is not null from wms.rejection_history "
        "where entity_id in (20, 200, 2000) order by rule"
    )
    assert history == [("facility_found", True), ("facility_present", True)]


def test_the_history_of_an_order_has_each_state_that_a_run_saw(told: Told) -> None:
    states = told.warehouse.raw.rows(
        "select status_id, dbt_valid_to is null from wms.order_hdr_history "
        "where order_hdr_id = 52 order by dbt_valid_from"
    )
    assert states == [(40, False), (20, False), (40, False), (50, True)]


def test_consistency_tests_hold(told: Told) -> None:
    told.warehouse.dbt.run("test", "--select", "test_type:singular")


def test_an_unreadable_document_is_one_finding(told: Told) -> None:
    told.warehouse.raw.put("order_hdr", '{"id": 1, "facility_id": ')
    told.warehouse.build("--vars", "{largest_hidden_share: 0.2}", select=DECIDED)
    after = told.now()
    [row] = [row for row in after.findings if (row["entity"], row["entity_id"]) == ("order_hdr", 1)]
    assert (row["rule"], row["severity"], row["handling"]) == ("document_readable", "hide", "hidden")
    assert ("order_hdr", 1) not in after.shown
    # its lines and their allocations stay, without labels
    assert after.shown["order_dtl", 10] == (0, 0)
    assert told.warehouse.raw.rows("select order_nbr from wms.order_lines where order_dtl_id = 10") == [(None,)]
    assert 100 not in after.wms_allocations


def test_a_rule_that_would_hide_too_much_flags_instead(told: Told) -> None:
    told.warehouse.build("--vars", "{largest_hidden_share: 0.01}", select=DECIDED)
    after = told.now()
    [row] = [row for row in after.findings if (row["entity"], row["entity_id"]) == ("order_hdr", 1)]
    assert (row["rule"], row["handling"]) == ("document_readable", "flagged")
    assert after.shown["order_hdr", 1] == (1, 1)
    capped = told.warehouse.raw.rows("select entity, rule, hidden_rows from wms.business_rules where is_capped = 1")
    assert capped == [("order_hdr", "document_readable", 0)]


def test_a_capped_rule_counts_in_kpis_as_a_rule_of_severity_error(told: Told) -> None:
    """An order that was shipped before it was created has no time from its creation to its shipping."""
    kpis = {}
    for severity in ("warn", "error", "hide"):
        variables = (
            f"{{largest_hidden_share: 0, rule_severities: {{order_hdr: {{shipped_after_created: {severity}}}}}}}"
        )
        told.warehouse.build("--vars", variables, select=("+kpi_daily", "+business_rules"))
        kpis[severity] = told.warehouse.raw.rows(
            "select kpi, business_date, facility_id, numerator, denominator from wms.kpi_daily order by all"
        )
    assert kpis["hide"] == kpis["error"]
    assert kpis["hide"] != kpis["warn"]
    capped = told.warehouse.raw.rows("select rule from wms.business_rules where is_capped = 1")
    assert ("shipped_after_created",) in capped


def test_a_site_changes_severities_by_the_seed(told: Told) -> None:
    raw = told.warehouse.raw
    raw.execute(
        "insert into wms.rule_severities values ('order_dtl', 'ordered_above_zero', 'hide'), "
        "('order_hdr', 'company_known', 'off'), ('allocation', 'quantity_above_zero', 'off')"
    )
    told.warehouse.build("--exclude", "rule_severities", "--vars", "{largest_hidden_share: 1}", select=DECIDED)
    after = told.now()
    assert after.shown.keys() & {("order_dtl", 12), ("order_dtl", 13)} == set()
    handling = {row["handling"] for row in after.findings if row["rule"] == "ordered_above_zero"}
    assert handling == {"hidden"}
    assert after.shown["order_hdr", 5] == (0, 0)
    # WMS_ALLOCATIONS keeps its rules, and the refused row its reason
    own = [row for row in after.findings if (row["entity"], row["entity_id"]) == ("allocation", 102)]
    [refused] = [row for row in own if row["rule"] == "quantity_above_zero"]
    assert (refused["severity"], refused["is_refused_by_wms_allocations"]) == ("warn", 1)
    assert 102 not in after.wms_allocations


def test_a_seed_that_names_no_rule_fails_its_test(told: Told) -> None:
    told.warehouse.raw.execute("insert into wms.rule_severities values ('order_hdr', 'no_such_rule', 'error')")
    outcome = told.warehouse.dbt.invoke("test", "--select", "assert_rule_severities_are_known")
    assert [(str(result.status), result.failures) for result in outcome.result.results] == [("fail", 1)]


@pytest.mark.parametrize(
    ("severities", "told_of"),
    [
        ("{no_entity: {currency_known: warn}}", "no_entity"),
        ("{order_hdr: {no_rule: warn}}", "'no_rule' is not a rule of order_hdr"),
        (
            "{order_hdr: {currency_known: fatal}}",
            "'fatal' of order_hdr.currency_known is not one of hide, error, warn, off",
        ),
    ],
)
def test_a_variable_that_names_no_rule_stops_the_build(told: Told, severities: str, told_of: str) -> None:
    outcome = told.warehouse.dbt.invoke("parse", "--vars", f"{{rule_severities: {severities}}}")
    assert not outcome.success
    assert told_of in str(outcome.exception)
