"""The measured cost of a child process is what it used, and an error shows why it failed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from loader.errors import InternalError
from tests.bench.measure import Cost, median, run_child


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_cpu_includes_child_and_descendants(tmp_path: Path) -> None:
    busy = "import time\nwhile time.process_time() < 0.3: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"
    cost = run_child(python(parent), {}, tmp_path)
    assert 0.3 <= cost.cpu_s < 2
    assert cost.wall_s >= 0.3


def test_waiting_counts_as_wall_not_cpu_time(tmp_path: Path) -> None:
    # without site, where coverage starts: on a busy machine that alone exceeds the limit
    bare = [sys.executable, "-S", "-c", "import time; time.sleep(0.5)"]
    cost = run_child(bare, {}, tmp_path)
    assert cost.wall_s >= 0.5
    assert cost.cpu_s < 0.3


def test_peak_memory_is_in_megabytes(tmp_path: Path) -> None:
    # in a separate process, because a child is never measured below its parent: these tests are big
    measure = f"""
import sys
from pathlib import Path
from tests.bench.measure import run_child
print(run_child([sys.executable, "-c", "b'x' * 700_000_000"], {{}}, Path({str(tmp_path)!r})).peak_mb)
"""
    said = subprocess.run(python(measure), check=True, capture_output=True, text=True)
    assert float(said.stdout) == pytest.approx(710, abs=20)


def test_child_gets_only_given_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRUPONOS_WMS__BASE_URL", "https://production.example.com/env")
    monkeypatch.setenv("DBT_TARGET_PATH", "/elsewhere")
    code = "import os; print(*sorted(n for n in os.environ if n.startswith(('GRUPONOS_', 'DBT_'))))"
    run_child(python(code), {"GRUPONOS_WMS__PAGE_SIZE": "500"}, tmp_path)
    assert (tmp_path / "child.log").read_text() == "GRUPONOS_WMS__PAGE_SIZE\n"


def test_failed_child_error_has_last_output_line(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="ended with 1: ValueError: no rows") as caught:
        run_child(python("raise ValueError('no rows')"), {}, tmp_path)
    assert caught.value.code == "WMS_BENCH_001"


def test_killed_child_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="ended with -9: it said nothing"):
        run_child(python("import os; os.kill(os.getpid(), 9)"), {}, tmp_path)


def test_median_is_calculated_per_number() -> None:
    costs = [Cost(1, 30, 200), Cost(2, 10, 100), Cost(9, 20, 300)]
    assert median(costs) == Cost(2, 20, 200)
