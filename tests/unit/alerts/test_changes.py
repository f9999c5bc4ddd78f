"""Alerts are opened, closed and sent on state changes, at most once per interval."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.alerts.changes import changed, due, mark_notified
from loader.alerts.model import Alert, Condition, Findings

T0 = datetime(2026, 11, 24, 6, 0)  # noqa: DTZ001 - as in elt_alert
HOUR = timedelta(hours=1)
STALE = Condition(kind="freshness_breached", subject="wms.item", severity="warn", summary="old", rows_query="select 1")
WRONG, FINE = Findings((STALE,), frozenset({"freshness_breached:"})), Findings((), frozenset({"freshness_breached:"}))
NOT_EVALUATED = Findings((), frozenset({"run_failed:load"}))


class Scenario:
    """A sequence of runs with the stored alerts; each run returns the sent messages."""

    def __init__(self, pause: timedelta = timedelta()) -> None:
        self.pause = pause
        self.rows: dict[tuple[str, datetime], Alert] = {}
        self.runs = 0

    def run(self, findings: Findings, at: datetime, *, delivered: bool = True) -> list[str]:
        self.runs += 1
        self._save(changed(list(self.rows.values()), findings, f"r{self.runs}", at))
        news = due(self.rows.values(), at, self.pause)
        if delivered:
            self._save([mark_notified(alert, at) for alert in news])
        return [f"{alert.condition.severity if alert.is_open else 'recovered'}" for alert in news]

    def _save(self, alerts: list[Alert]) -> None:
        self.rows.update({(alert.condition.key, alert.opened_at): alert for alert in alerts})


def test_unchanged_alert_is_not_sent_again() -> None:
    scenario = Scenario()
    assert [
        scenario.run(findings, T0 + n * HOUR) for n, findings in enumerate([FINE, WRONG, WRONG, FINE, FINE, WRONG])
    ] == [
        [],
        ["warn"],
        [],
        ["recovered"],
        [],
        ["warn"],
    ]
    first, second = scenario.rows.values()
    assert (first.opened_at, first.last_seen_at, first.closed_at) == (T0 + HOUR, T0 + 2 * HOUR, T0 + 3 * HOUR)
    assert (first.opened_run_id, first.last_seen_run_id, first.closed_run_id) == ("r2", "r3", "r4")
    assert second.is_open


def test_run_that_does_not_evaluate_a_kind_closes_no_alert() -> None:
    scenario = Scenario()
    scenario.run(WRONG, T0)
    assert scenario.run(NOT_EVALUATED, T0 + HOUR) == []
    assert all(alert.is_open for alert in scenario.rows.values())


def test_only_a_higher_level_is_sent() -> None:
    scenario = Scenario()
    worse = replace(WRONG, conditions=(replace(STALE, severity="error"),))
    assert [scenario.run(findings, T0 + n * HOUR) for n, findings in enumerate([WRONG, worse, worse, WRONG])] == [
        ["warn"],
        ["error"],
        [],
        [],
    ]
    assert len(scenario.rows) == 1


def test_undelivered_alert_is_sent_by_the_next_run() -> None:
    scenario = Scenario()
    assert scenario.run(WRONG, T0, delivered=False) == ["warn"]
    assert scenario.run(WRONG, T0 + HOUR) == ["warn"]
    assert scenario.run(WRONG, T0 + 2 * HOUR) == []


def test_undelivered_alert_that_closed_is_not_sent() -> None:
    scenario = Scenario()
    scenario.run(WRONG, T0, delivered=False)
    assert scenario.run(FINE, T0 + HOUR) == []


def test_flapping_alert_is_sent_once_per_interval() -> None:
    scenario = Scenario(pause=HOUR)
    minutes = [0, 10, 20, 30, 61]
    states = [WRONG, FINE, WRONG, FINE, FINE]
    sent = [scenario.run(findings, T0 + timedelta(minutes=n)) for n, findings in zip(minutes, states, strict=True)]
    assert sent == [["warn"], [], [], [], ["recovered"]]


def test_end_of_an_event_is_not_sent() -> None:
    drift = Condition(kind="schema_drift", subject="item", severity="warn", summary="x", rows_query="select 1")
    findings = Findings((drift,), frozenset({"schema_drift:item"}))
    nothing = replace(findings, conditions=())
    scenario = Scenario()
    assert [scenario.run(each, T0 + n * HOUR) for n, each in enumerate([findings, nothing, findings])] == [
        ["warn"],
        [],
        ["warn"],
    ]


@given(states=st.lists(st.booleans(), max_size=12), pause=st.integers(0, 5))
def test_last_sent_state_is_true_after_a_stable_interval(states: list[bool], pause: int) -> None:
    scenario, believed, last = Scenario(pause * HOUR), False, None
    settled = [*states, *[states[-1]] * (pause + 1)] if states else []
    for hour, wrong in enumerate(settled):
        sent = scenario.run(WRONG if wrong else FINE, T0 + hour * HOUR)
        if sent:
            assert last is None or hour - last >= pause
            believed, last = sent == ["warn"], hour
    assert believed == (bool(settled) and settled[-1])


@pytest.mark.parametrize("length", [1, 500])
def test_long_key_fits_its_column(length: int) -> None:
    assert len(replace(STALE, subject="x" * length).key) <= 128
