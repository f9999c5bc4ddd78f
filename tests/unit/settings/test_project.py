"""Where the dbt project of wms-elt is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.settings import TargetSettings
from loader.settings.project import project_directories, project_directory
from tests.support.harness import REPOSITORY


def write_project(directory: Path, name: str) -> Path:
    directory.mkdir()
    (directory / "dbt_project.yml").write_text(f"name: {name}\nversion: '1'\n")
    return directory


def test_project_of_the_working_directory_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_project(tmp_path / "dbt_project", "wms_elt")
    monkeypatch.chdir(tmp_path)
    assert project_directory().resolve() == tmp_path / "dbt_project"


def test_another_project_of_that_name_is_not_taken_for_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_project(tmp_path / "dbt_project", "wms_elt_of_a_customer")
    monkeypatch.chdir(tmp_path)
    assert project_directory() == REPOSITORY / "dbt_project"


def test_named_root_has_no_default(tmp_path: Path) -> None:
    assert project_directory(tmp_path) == tmp_path / "dbt_project"


def test_overlay_comes_after_our_project(tmp_path: Path) -> None:
    target = TargetSettings(dbt_project_dir=write_project(tmp_path / "mine", "mine"))
    assert project_directories(target, REPOSITORY) == (REPOSITORY / "dbt_project", tmp_path / "mine")
    assert project_directories(TargetSettings(), REPOSITORY) == (REPOSITORY / "dbt_project",)
