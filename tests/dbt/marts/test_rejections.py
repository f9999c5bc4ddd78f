"""A record that breaks a rule is flagged in its mart, and its findings are in rejected_records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.dbt.marts.scenarios import SCENARIOS, Scenario
from tests.dbt.marts.warehouse import DECIDED, EVERYTHING, Warehouse
from tests.support.sampling import parameters

RUNS = 4
KEYS = {"order_hdr": ("orders", "order_id"), "order_dtl": ("order_lines", "order_dtl_id")}
KEYS["allocation"] = ("allocation_performance", "allocation_id")


@dataclass
class After:
    """Contents of the database after a run."""

    findings: list[dict[str, Any]]
    shown: dict[tuple[str, int], tuple[int, int]]
    """By entity and key: number of findings in the mart, and whether one is an error."""
    wms_allocations: set[int]
    orders: dict[int, dict[str, Any]]


@dataclass
class Played:
    """All scenarios played together, run by run."""

    warehouse: Warehouse
    runs: list[After] = field(default_factory=list)

    def play(self, run: int) -> None:
        """Land every scenario's documents for the run, build, and record the result."""
        for entity in KEYS:
            landed = [document for scenario in SCENARIOS for name, document in scenario.lands[run] if name == entity]
            gone = [
                document for scenario in SCENARIOS for name, document in scenario.deletes.get(run, []) if name == entity
            ]
            self.warehouse.raw.put_all(entity, landed)
            self.warehouse.raw.put_all(entity, gone, is_deleted=1)
        # the last run builds everything that the consistency tests compare
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
def played(shared_warehouse: Warehouse) -> Played:
    played = Played(shared_warehouse)
    for run in range(RUNS):
        played.play(run)
    return played


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_record_is_shown_with_findings(played: Played, scenario: Scenario) -> None:
    for run, after in enumerate(played.runs):
        landed = {(entity, document["id"]) for step in scenario.lands[: run + 1] for entity, document in step}
        for entity, key in sorted(scenario.records):
            record = f"run {run}, {entity} {key}"
            own = [row for row in after.findings if (row["entity"], row["entity_id"]) == (entity, key)]
            rules = sorted(rule for *broken, rule in scenario.findings[run] if broken == [entity, key])
            assert sorted(row["rule"] for row in own) == rules, record
            has_error = int(bool({"error", "hide"} & {row["severity"] for row in own}))
            in_mart = (len(own), has_error) if (entity, key) in landed else None
            assert after.shown.get((entity, key)) == in_mart, record
            assert {row["handling"] for row in own} <= {"flagged"}, record


def test_wms_allocations_excludes_refused_records(played: Played) -> None:
    for run, after in enumerate(played.runs):
        shown = {key for entity, key in after.shown if entity == "allocation"}
        refused = {row["entity_id"] for row in after.findings if row["is_refused_by_wms_allocations"]}
        assert refused == {102, 104, 105} | ({2000, 4000} if run < 2 else set())
        assert after.wms_allocations == shown - refused - ({6000} if run >= 2 else set())


def test_invalid_line_is_shown_with_unknown_fill_rate(played: Played) -> None:
    counts = [(after.orders[30]["line_count"], after.orders[30]["unknown_line_count"]) for after in played.runs]
    assert counts == [(1, 0), (1, 1), (1, 1), (1, 0)]
    assert [after.orders[30]["ordered_qty"] for after in played.runs] == [10, -3, -3, 30]


def test_line_closed_short_is_shown_as_not_filled(played: Played) -> None:
    rows = played.warehouse.raw.rows("select is_filled, has_error from wms.order_lines where order_dtl_id = 21")
    assert rows == [(0, 0)]


def test_root_causes_precede_consequences(played: Played) -> None:
    rows = played.warehouse.raw.rows(
        "select entity, is_root_cause from wms.rejected_records "
        "where (entity, entity_id) in (('order_hdr', 2), ('allocation', 105)) order by display_order"
    )
    assert rows == [("order_hdr", 1), ("allocation", 0)]


def test_first_seen_stays_and_last_seen_advances(played: Played) -> None:
    sightings = [row for after in played.runs for row in after.findings if row["entity_id"] == 12]
    assert len({row["first_seen_at"] for row in sightings}) == 1
    last_seen = [row["last_seen_at"] for row in sightings]
    assert last_seen == sorted(set(last_seen))


def test_finding_has_problem_location_and_remediation(played: Played) -> None:
    [row] = [row for row in played.runs[0].findings if row["entity_id"] == 13]
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


def test_deleted_record_is_marked_in_marts_and_findings(played: Played) -> None:
    marked = [[row["is_deleted"] for row in after.findings if row["entity_id"] == 601] for after in played.runs]
    assert marked == [[0], [0], [1], [1]]
    rows = played.warehouse.raw.rows("select is_deleted from wms.allocation_performance where allocation_id = 6000")
    assert rows == [(1,)]


def test_released_findings_are_history(played: Played) -> None:
    history = played.warehouse.raw.rows(
        "select rule, dbt_valid_to is not null from wms.rejection_history "
        "where entity_id in (20, 200, 2000) order by rule"
    )
    assert history == [("facility_found", True), ("facility_present", True)]


def test_order_history_has_every_observed_state(played: Played) -> None:
    states = played.warehouse.raw.rows(
        "select status_id, dbt_valid_to is null from wms.order_hdr_history "
        "where order_hdr_id = 52 order by dbt_valid_from"
    )
    assert states == [(40, False), (20, False), (40, False), (50, True)]


def test_consistency_tests_pass(played: Played) -> None:
    played.warehouse.dbt.run("test", "--select", "test_type:singular")


def test_unreadable_document_gives_one_finding(played: Played) -> None:
    played.warehouse.raw.put("order_hdr", '{"id": 1, "facility_id": ')
    played.warehouse.build("--vars", "{largest_hidden_share: 0.2}", select=DECIDED)
    after = played.now()
    [row] = [row for row in after.findings if (row["entity"], row["entity_id"]) == ("order_hdr", 1)]
    assert (row["rule"], row["severity"], row["handling"]) == ("document_readable", "hide", "hidden")
    assert ("order_hdr", 1) not in after.shown
    # the order's lines and their allocations stay, without labels
    assert after.shown["order_dtl", 10] == (0, 0)
    assert played.warehouse.raw.rows("select order_nbr from wms.order_lines where order_dtl_id = 10") == [(None,)]
    assert 100 not in after.wms_allocations


@pytest.mark.exhaustive
def test_rule_over_hide_limit_flags_instead(played: Played) -> None:
    played.warehouse.build("--vars", "{largest_hidden_share: 0.01}", select=DECIDED)
    after = played.now()
    [row] = [row for row in after.findings if (row["entity"], row["entity_id"]) == ("order_hdr", 1)]
    assert (row["rule"], row["handling"]) == ("document_readable", "flagged")
    assert after.shown["order_hdr", 1] == (1, 1)
    capped = played.warehouse.raw.rows("select entity, rule, hidden_rows from wms.business_rules where is_capped = 1")
    assert capped == [("order_hdr", "document_readable", 0)]


@pytest.mark.exhaustive
def test_capped_rule_counts_as_error_in_kpis(played: Played) -> None:
    """An order that was shipped before it was created has no time from its creation to its shipping."""
    kpis = {}
    for severity in ("warn", "error", "hide"):
        variables = (
            f"{{largest_hidden_share: 0, rule_severities: {{order_hdr: {{shipped_after_created: {severity}}}}}}}"
        )
        played.warehouse.build("--vars", variables, select=("int_quality__severities+,+kpi_daily", "business_rules"))
        kpis[severity] = played.warehouse.raw.rows(
            "select kpi, business_date, facility_id, numerator, denominator from wms.kpi_daily order by all"
        )
    assert kpis["hide"] == kpis["error"]
    assert kpis["hide"] != kpis["warn"]
    capped = played.warehouse.raw.rows("select rule from wms.business_rules where is_capped = 1")
    assert ("shipped_after_created",) in capped


@pytest.mark.exhaustive
def test_seed_overrides_severities(played: Played) -> None:
    raw = played.warehouse.raw
    raw.execute(
        "insert into wms.rule_severities values ('order_dtl', 'ordered_above_zero', 'hide'), "
        "('order_hdr', 'company_known', 'off'), ('allocation', 'quantity_above_zero', 'off')"
    )
    played.warehouse.build("--exclude", "rule_severities", "--vars", "{largest_hidden_share: 1}", select=DECIDED)
    after = played.now()
    assert after.shown.keys() & {("order_dtl", 12), ("order_dtl", 13)} == set()
    handling = {row["handling"] for row in after.findings if row["rule"] == "ordered_above_zero"}
    assert handling == {"hidden"}
    assert after.shown["order_hdr", 5] == (0, 0)
    # WMS_ALLOCATIONS keeps its rules, and each refused row its reason
    own = [row for row in after.findings if (row["entity"], row["entity_id"]) == ("allocation", 102)]
    [refused] = [row for row in own if row["rule"] == "quantity_above_zero"]
    assert (refused["severity"], refused["is_refused_by_wms_allocations"]) == ("warn", 1)
    assert 102 not in after.wms_allocations


def test_seed_with_unknown_rule_fails_test(played: Played) -> None:
    played.warehouse.raw.execute("insert into wms.rule_severities values ('order_hdr', 'no_such_rule', 'error')")
    outcome = played.warehouse.dbt.invoke("test", "--select", "assert_rule_severities_are_known")
    assert [(str(result.status), result.failures) for result in outcome.result.results] == [("fail", 1)]


@pytest.mark.parametrize(
    ("severities", "expected_text"),
    parameters(
        [
            ("{no_entity: {currency_known: warn}}", "no_entity"),
            ("{order_hdr: {no_rule: warn}}", "'no_rule' is not a rule of order_hdr"),
            (
                "{order_hdr: {currency_known: fatal}}",
                "'fatal' of order_hdr.currency_known is not one of hide, error, warn, off",
            ),
        ],
        1,
    ),
)
def test_variable_with_unknown_rule_stops_build(played: Played, severities: str, expected_text: str) -> None:
    # another variable, so that the project is parsed again (tests/support/parsed_once.py)
    outcome = played.warehouse.dbt.invoke("parse", "--vars", f"{{rule_severities: {severities}, unknown: 1}}")
    assert not outcome.success
    assert expected_text in str(outcome.exception)
