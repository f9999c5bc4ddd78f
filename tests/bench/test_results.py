"""Goals, the results file and the printed output."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from tests.bench.results import Result, at_least, at_most, write_json
from tests.bench.screen import number, show

RESULTS = [
    Result("landing_200k_cpu_rest_api_over_ours", 6.2, "x", at_least(6)),
    Result("landing_200k_ours_peak_memory", 512.3, "MB", at_most(500)),
    Result("startup_dlt_cpu", 1.23456, "CPU s"),
]


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_bound_is_one_sided_and_inclusive(limit: float, value: float) -> None:
    assert at_least(limit).met_by(limit)
    assert at_most(limit).met_by(limit)
    assert at_least(limit).met_by(value) == (value >= limit)
    assert at_most(limit).met_by(value) == (value <= limit)


def test_results_file_lists_five_fields_each(tmp_path: Path) -> None:
    path = tmp_path / "new" / "bench.json"
    write_json(RESULTS, path)
    assert json.loads(path.read_text()) == [
        {"name": "landing_200k_cpu_rest_api_over_ours", "value": 6.2, "unit": "x", "goal": ">= 6", "met": True},
        {"name": "landing_200k_ours_peak_memory", "value": 512.3, "unit": "MB", "goal": "<= 500", "met": False},
        {"name": "startup_dlt_cpu", "value": 1.2346, "unit": "CPU s", "goal": None, "met": None},
    ]


@pytest.mark.parametrize("terminal", [True, False])
def test_missed_goal_is_shown(terminal: bool) -> None:
    output = StringIO()
    show(RESULTS, Console(file=output, force_terminal=terminal, width=120, color_system=None))
    lines = output.getvalue().splitlines()
    [missed] = [line for line in lines if "MISSED" in line]
    assert "peak_memory" in missed
    assert "512" in missed
    assert "<= 500" in missed
    assert lines[-1] == "1 of 2 goals met"


def test_plain_lines_are_not_truncated_or_framed() -> None:
    output = StringIO()
    show(RESULTS, Console(file=output, width=20))
    assert output.getvalue().splitlines()[0].split() == [
        "landing_200k_cpu_rest_api_over_ours",
        "6.2",
        "x",
        ">=",
        "6",
        "met",
    ]


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1.23456, "1.23"), (0.0146, "0.0146"), (99.96, "100"), (200589, "200,589")]
)
def test_numbers_are_readable(value: float, text: str) -> None:
    assert number(value) == text
