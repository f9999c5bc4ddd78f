from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.site import formatting
from loader.site.axis import ticks
from loader.site.units import unit_of


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "\N{EN DASH}"),
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (48.6, "49 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (3600, "1 h"),
        (18_720, "5 h 12 min"),
        (14 * 86_400, "14 d"),
        (273_600, "3 d 4 h"),
    ],
)
def test_duration_has_at_most_two_units(seconds: float | None, text: str) -> None:
    assert formatting.duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.9637, "share", "96.4 %"),
        (14.24, "hours", "14.2 hours"),
        (1234.5, "units", "1,234 units"),
        (3.0, "orders", "3 orders"),
        (None, "hours", "\N{EN DASH}"),
    ],
)
def test_measure_has_its_unit(value: float | None, unit: str, text: str) -> None:
    assert formatting.measure(value, unit) == text


def test_instant_has_time_zone_and_day_is_short() -> None:
    assert formatting.instant(datetime.fromisoformat("2026-11-04 05:07:00")) == "4 Nov 2026, 05:07 UTC"
    assert formatting.instant(None) == "\N{EN DASH}"
    assert formatting.day(date(2026, 11, 4)) == "4 Nov"


def test_counts_are_grouped_and_nouns_plural() -> None:
    assert formatting.count(1_234_567) == "1,234,567"
    assert formatting.share(0.98722) == "98.72 %"
    assert (formatting.plural(1, "row"), formatting.plural(2, "row")) == ("1 row", "2 rows")


@pytest.mark.parametrize(
    ("name", "kind", "unit"),
    [
        ("created_at", "timestamp", "UTC"),
        ("due_date", "date", "local day"),
        ("is_late", "integer", "1 or 0"),
        ("short_qty", "decimal(19, 6)", "units"),
        ("on_hand_value", "decimal(19, 6)", "currency"),
        ("kpi_value", "decimal(19, 4)", "unit of the KPI"),
        ("value_7_days", "decimal(19, 4)", "unit of the KPI"),
        ("value_7_days_before", "decimal(19, 4)", "unit of the KPI"),
        ("coverage_7_days", "decimal(9, 4)", "share, 0 to 1"),
        ("hours_late", "decimal(19, 4)", "hours"),
        ("days_to_expiry", "integer", "days"),
        ("retail_price", "decimal(19, 6)", "currency"),
        ("offending_value", "varchar(255)", ""),
        ("order_nbr", "varchar(50)", ""),
    ],
)
def test_unit_follows_the_naming_conventions(name: str, kind: str, unit: str) -> None:
    assert unit_of(name, kind) == unit


@given(
    st.lists(st.floats(min_value=-1e9, max_value=1e9).map(lambda value: round(value, 3)), max_size=20), st.booleans()
)
def test_ticks_are_few_ascending_and_enclose_values(values: list[float], from_zero: bool) -> None:
    found = ticks(values, from_zero=from_zero)
    assert 2 <= len(found) <= 5
    assert found == sorted(set(found))
    slack = (found[-1] - found[0]) * 1e-6
    assert all(found[0] - slack <= value <= found[-1] + slack for value in values)
    assert not from_zero or found[0] <= 0 <= found[-1]


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.953, 0.987], [0.94, 0.96, 0.98, 1.0]), ([], [0.0, 0.5, 1.0]), ([35.5, 80.0], [20.0, 40.0, 60.0, 80.0])],
)
def test_ticks_are_round_numbers(values: list[float], expected: list[float]) -> None:
    assert ticks(values) == expected
