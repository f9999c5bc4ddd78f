"""A dbt project with the macros of ours and few models, which dbt parses in a second."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from loader.scaffold import create_files
from tests.support.harness import REPOSITORY

_PARTS = ("dbt_project.yml", "models/groups.yml", "models/staging/wms/_wms__docs.md")


def small_project(directory: Path, files: Mapping[str, str] | None = None, *copied: str) -> Path:
    """Write a project into a folder and return its path.

    Args:
        files: texts by path in the project.
        copied: further files of ours, by path in the project.
    """
    original, copy = REPOSITORY / "dbt_project", directory / "dbt_project"
    for part in ("macros", "tests/generic"):
        shutil.copytree(original / part, copy / part)
    for part in (*_PARTS, *copied):
        (copy / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(original / part, copy / part)
    for name, text in (files or {}).items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text)
    return copy


def overlaid_project(root: Path, package: Mapping[str, str], files: Mapping[str, str]) -> Path:
    """Write a small project of ours, and a user's project that uses it as a package. Return the path of the latter.

    Args:
        package: texts by path in our project.
        files: texts by path in the user's project, instead of the models of `wms-elt init`.
    """
    small_project(root, package)
    shutil.copy(REPOSITORY / "profiles.yml.example", root)
    create_files(root / "site", "acme_wms", Path("/opt/wms-elt"))
    place = root / "site" / "dbt"
    shutil.rmtree(place / "models")
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    return place
