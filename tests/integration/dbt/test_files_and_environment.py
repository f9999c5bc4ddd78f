"""Files that dbt commands read and write, and the environment that they leave."""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path

import duckdb
import pytest

from loader.dbt import DbtProject
from loader.dbt.artifacts import read_build
from loader.settings import Settings, load_settings
from loader.warehouse import open_warehouse
from tests.integration.dbt.conftest import MakeCheckout, MakeSettings
from tests.support.sampling import parameters


def test_manifest_is_rewritten_only_for_a_changed_project(
    make_checkout: MakeCheckout, settings_for: MakeSettings
) -> None:
    """Writing it takes as long as ten models. Slim CI and orchestrators compare with it."""
    root = make_checkout({})
    project = DbtProject(settings_for(root), root=root)
    target = root / "target" / "dbt" / "target"
    project.build(["good"])
    first = (target / "manifest.json").stat().st_mtime_ns
    (target / "run_results.json").unlink()
    project.build(["good"])
    project.freshness(["source:wms.fresh"])
    assert (target / "manifest.json").stat().st_mtime_ns == first
    assert json.loads((target / "run_results.json").read_text())["results"][0]["unique_id"] == "model.mini.good"
    (root / "dbt_project" / "models" / "added.sql").write_text("select 1 as id")
    project.build(["added"])
    assert "model.mini.added" in json.loads((target / "manifest.json").read_text())["nodes"]


@pytest.mark.parametrize("word", [["--target-path"], []])
def test_build_with_target_path_writes_artifacts_there(
    make_checkout: MakeCheckout, settings_for: MakeSettings, word: list[str], tmp_path: Path
) -> None:
    root = make_checkout({})
    extra = [*word, str(tmp_path)] if word else [f"--target-path={tmp_path}"]
    DbtProject(settings_for(root), root=root).build(["good"], extra=extra)
    assert read_build(tmp_path)
    assert not (root / "dbt_project" / "target").exists()


def test_garbage_collection_is_off_only_while_dbt_runs(settings: Settings, checkout: Path) -> None:
    enabled: list[bool] = []
    project = DbtProject(settings, lambda *_: enabled.append(gc.isenabled()), root=checkout)
    project.build(["good"])
    assert gc.isenabled()
    gc.disable()
    try:
        project.build(["good"])
        assert not gc.isenabled()
    finally:
        gc.enable()
    assert enabled
    assert not any(enabled)


@pytest.mark.exhaustive
def test_configured_threshold_reaches_the_models(
    checkout: Path, settings: Settings, settings_for: MakeSettings
) -> None:
    def threshold() -> object:
        with duckdb.connect(str(settings.target.duckdb_path)) as connection:
            rows = connection.execute("select threshold from mini.wms.good").fetchall()
        return float(rows[0][0])

    DbtProject(settings, root=checkout).build(["good"])
    assert threshold() == 0.95
    DbtProject(settings_for(checkout, quality_error=0.5), root=checkout).build(["good"])
    assert threshold() == 0.5


@pytest.mark.exhaustive
def test_docs_return_page_manifest_and_catalog(settings: Settings, checkout: Path) -> None:
    documentation = DbtProject(settings, root=checkout).docs()
    assert "twice" in documentation.page.read_text()
    nodes = json.loads(documentation.manifest.read_text())["nodes"]
    assert "union all" in nodes["model.mini.twice"]["compiled_code"]
    assert "nodes" in json.loads(documentation.catalog.read_text())


def test_dbt_command_restores_the_environment(
    settings: Settings, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WMS_ELT_DBT_SCHEMA", "mine")
    monkeypatch.delenv("DO_NOT_TRACK", raising=False)
    before = dict(os.environ)
    DbtProject(settings, root=checkout).freshness(["source:wms.fresh"])
    assert dict(os.environ) == before


def test_build_prints_nothing(settings: Settings, checkout: Path, capfd: pytest.CaptureFixture[str]) -> None:
    DbtProject(settings, root=checkout).build(["twice"])
    assert capfd.readouterr().out == ""


@pytest.mark.exhaustive
def test_two_work_directories_share_no_file(
    make_checkout: MakeCheckout, settings_for: MakeSettings, tmp_path: Path
) -> None:
    root = make_checkout({})
    before = {path: path.read_bytes() for path in (root / "dbt_project").rglob("*") if path.is_file()}
    settings = settings_for(root)
    settings.target.duckdb_path.parent.mkdir()
    for name in ("one", "two"):
        pipeline = settings.pipeline.model_copy(update={"work_dir": tmp_path / name})
        DbtProject(settings.model_copy(update={"pipeline": pipeline}), root=root).build(["good"])
        assert read_build(tmp_path / name / "dbt" / "target")
    assert {path: path.read_bytes() for path in (root / "dbt_project").rglob("*") if path.is_file()} == before


STRANGE = ["a#b", "a b", "caf\u00e9 \U0001f44d", "a'b", 'a"b', "a%2Fb", "a;b", "a.b.c", "{{ x }}", "-a", "$HOME"]


@pytest.mark.parametrize("name", parameters(STRANGE, ["{{ x }}"]))
def test_build_accepts_special_characters_in_paths(
    make_checkout: MakeCheckout, settings_for: MakeSettings, name: str, tmp_path: Path
) -> None:
    root = make_checkout({})
    path = tmp_path / name / f"{name.replace(chr(39), '').replace(chr(34), '')}.duckdb"
    given = {"GRUPONOS_TARGET__DUCKDB_PATH": str(path), "GRUPONOS_PIPELINE__WORK_DIR": str(tmp_path / name / "work")}
    settings = load_settings(given, None)
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
    assert DbtProject(settings, root=root).build(["good", "after_broken"]).built("ok") == 1
    with open_warehouse(settings) as target:
        assert target.exists(target.model("good"))
