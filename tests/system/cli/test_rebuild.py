"""dbt alone, on the real project: nothing is landed yet, so every source is stale and the run says so."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from loader.cli.main import run
from loader.settings import Settings
from loader.warehouse import open_warehouse

ROOT = Path(__file__).parents[3]


@pytest.fixture
def checkout(clean_environment: Path) -> Iterator[Path]:
    (clean_environment / "dbt_project").symlink_to(ROOT / "dbt_project")
    shutil.copy(ROOT / "profiles.yml.example", clean_environment)
    return clean_environment


def test_dbt_command_passes_arguments_and_prints_report(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dbt", "--resource-type", "seed"]) == 40
    captured = capsys.readouterr()
    assert re.search(r"models: \d+ built; tests: 0 passed", captured.out)
    assert "WMS_DQ_002: Sources are stale" in captured.out
    assert "wms.order_hdr" in captured.out
    assert "Building and testing with dbt" in captured.err

    # selected models don't wait for the check of all sources
    assert run(["dbt", "--select", "stg_wms__wave"]) == 0
    captured = capsys.readouterr()
    assert re.search(r"models: 1 built; tests: \d+ passed", captured.out)
    assert "freshness  not checked" in captured.out
    assert "Checking source freshness" not in captured.err
    with open_warehouse(Settings()) as target:
        assert target.exists(target.model("stg_wms__wave"))

    assert run(["dbt", "--no-such-flag"]) == 10
    assert "WMS_DBT_003" in capsys.readouterr().err
