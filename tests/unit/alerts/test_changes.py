"""What is opened, closed and told: on a change of state, and not more often than the pause allows."""

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
UNJUDGED = Findings((), frozenset({"run_failed:load"}))


class Story:
    """Runs one after the other; remembers like the table, and tells what is due."""

    def __init__(self, pause: timedelta = timedelta()) -> None:
        self.pause = pause
        self.rows: dict[tuple[str, datetime], Alert] = {}
        self.runs = 0

    def run(self, findings: Findings, at: datetime, *, delivered: bool = True) -> list[str]:
        self.runs += 1
        self._keep(changed(list(self.rows.values()), findings, f"r{self.runs}", at))
        news = due(self.rows.values(), at, self.pause)
        if delivered:
            self._keep([mark_notified(alert, at) for alert in news])
        return [f"{alert.condition.severity if alert.is_open else 'recovered'}" for alert in news]

    def _keep(self, alerts: list[Alert]) -> None:
        self.rows.update({(alert.condition.key, alert.opened_at): alert for alert in alerts})


def test_unchanged_alert_is_not_sent_again() -> None:
    story = Story()
    assert [
        story.run(findings, T0 + n * HOUR) for n, findings in enumerate([FINE, WRONG, WRONG, FINE, FINE, WRONG])
    ] == [
        [],
        ["warn"],
        [],
        ["recovered"],
        [],
        ["warn"],
    ]
    first, second = story.rows.values()
    assert (first.opened_at, first.last_seen_at, first.closed_at) == (T0 + HOUR, T0 + 2 * HOUR, T0 + 3 * HOUR)
    assert (first.opened_run_id, first.last_seen_run_id, first.closed_run_id) == ("r2", "r3", "r4")
    assert second.is_open


def test_run_that_does_not_evaluate_a_kind_closes_no_alert() -> None:
    story = Story()
    story.run(WRONG, T0)
    assert story.run(UNJUDGED, T0 + HOUR) == []
    assert all(alert.is_open for alert in story.rows.values())


def test_only_a_higher_level_is_sent() -> None:
    story = Story()
    worse = replace(WRONG, conditions=(replace(STALE, severity="error"),))
    assert [story.run(findings, T0 + n * HOUR) for n, findings in enumerate([WRONG, worse, worse, WRONG])] == [
        ["warn"],
        ["error"],
        [],
        [],
    ]
    assert len(story.rows) == 1


def test_undelivered_alert_is_sent_by_the_next_run() -> None:
    story = Story()
    assert story.run(WRONG, T0, delivered=False) == ["warn"]
    assert story.run(WRONG, T0 + HOUR) == ["warn"]
    assert story.run(WRONG, T0 + 2 * HOUR) == []


def test_undelivered_alert_that_closed_is_not_sent() -> None:
    story = Story()
    story.run(WRONG, T0, delivered=False)
    assert story.run(FINE, T0 + HOUR) == []


def test_flapping_alert_is_sent_once_per_interval() -> None:
    story = Story(pause=HOUR)
    minutes = [0, 10, 20, 30, 61]
    states = [WRONG, FINE, WRONG, FINE, FINE]
    said = [story.run(findings, T0 + timedelta(minutes=n)) for n, findings in zip(minutes, states, strict=True)]
    assert said == [["warn"], [], [], [], ["recovered"]]


def test_end_of_an_event_is_not_sent() -> None:
    drift = Condition(kind="schema_drift", subject="item", severity="warn", summary="x", rows_query="select 1")
    findings = Findings((drift,), frozenset({"schema_drift:item"}))
    nothing = replace(findings, conditions=())
    story = Story()
    assert [story.run(each, T0 + n * HOUR) for n, each in enumerate([findings, nothing, findings])] == [
        ["warn"],
        [],
        ["warn"],
    ]


@given(states=st.lists(st.booleans(), max_size=12), pause=st.integers(0, 5))
def test_last_sent_state_is_true_after_a_stable_interval(states: list[bool], pause: int) -> None:
    story, believed, last = Story(pause * HOUR), False, None
    settled = [*states, *[states[-1]] * (pause + 1)] if states else []
    for hour, wrong in enumerate(settled):
        said = story.run(WRONG if wrong else FINE, T0 + hour * HOUR)
        if said:
            assert last is None or hour - last >= pause
            believed, last = said == ["warn"], hour
    assert believed == (bool(settled) and settled[-1])


@pytest.mark.parametrize("length", [1, 500])
def test_long_key_fits_its_column(length: int) -> None:
    assert len(replace(STALE, subject="x" * length).key) <= 128
