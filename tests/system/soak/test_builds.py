"""Whole runs with kills leave marts that equal a full refresh."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.system.soak.builds import ROUNDS, soak_builds


@pytest.mark.exhaustive
def test_marts_after_killed_runs_equal_full_refresh(tmp_path: Path) -> None:
    counts = soak_builds(1, 1, tmp_path, print)
    assert counts["comparisons"] == 1
    assert counts["partial builds"] > 0
    assert counts["runs"] >= ROUNDS
    assert counts["rows compared"] > 10_000
