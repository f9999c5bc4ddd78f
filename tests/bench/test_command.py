"""``make bench``: its output and file, also after a failed measurement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import landing
from tests.bench.command import run
from tests.bench.landing import Baseline, flatness


@pytest.mark.exhaustive
def test_quick_bench_measures_pairs_and_incremental_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "bench.json"
    arguments = [
        "--quick",
        "--rows",
        "1000",
        "--only",
        "landing",
        "--only",
        "incremental",
        "--only",
        "oracle",
        "--output",
        str(output),
    ]
    assert run(arguments) == 0
    results = {entry["name"]: entry for entry in json.loads(output.read_text())}
    assert results["landing_1000_rows"]["value"] > 900
    for baseline in ("ours", "rest_api", "hand"):
        assert results[f"landing_1000_{baseline}_cpu"]["value"] > 0.1
        assert results[f"landing_1000_{baseline}_peak_memory"]["value"] > 30
    assert results["landing_1000_ours_peak_memory"]["goal"] == "<= 500"
    assert results["incremental_1000_changed"]["value"] >= 9
    assert results["incremental_1000_cpu_over_startup"]["met"] in {True, False}
    assert results["oracle_client_1000_ours_over_stock"]["value"] > 0
    printed = capsys.readouterr()
    assert "landing_1000_cpu_ours_over_hand" in printed.out
    assert "goals met" in printed.out
    assert "goals mean nothing" in printed.err


def test_failed_measurement_is_a_miss_and_bench_continues(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(landing, "BASELINES", (Baseline("ours", "tests.bench.baselines.no_such_baseline", "t", "id"),))
    output = tmp_path / "bench.json"
    arguments = ["--quick", "--rows", "1200", "--rows", "1000", "--only", "landing", "--output", str(output)]
    assert run(arguments) == 70
    assert json.loads(output.read_text()) == [
        {"name": f"landing_{rows}_completed", "value": 0, "unit": "runs", "goal": ">= 1", "met": False}
        for rows in (1000, 1200)
    ]
    printed = capsys.readouterr()
    assert printed.out.count("MISSED") == 2
    assert "No module named tests.bench.baselines.no_such_baseline" in printed.err


def test_memory_growth_is_compared_from_200k_rows() -> None:
    assert list(flatness({20_000: 300, 200_000: 400})) == []
    [growth] = flatness({20_000: 300, 200_000: 400, 1_000_000: 500})
    assert growth.value == pytest.approx(1.25)
    assert growth.met is False


@pytest.mark.parametrize(
    ("rows", "faster", "slower"), [(20_110, None, None), (200_589, ">= 8", "<= 1.1"), (998_000, ">= 8", "<= 1.5")]
)
def test_goals_depend_on_size(rows: int, faster: str | None, slower: str | None) -> None:
    assert [goal and str(goal) for goal in landing.goals(rows)] == [faster, slower]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "everything"], "startup"),
        (["--repeats", "0"], "must be at least 1"),
        (["--rows", "many"], "invalid"),
    ],
)
def test_wrong_argument_is_reported(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
