"""The wheel of this checkout, built once for all tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.built_once import built_once

ROOT = Path(__file__).parents[3]
INPUTS = tuple(
    ROOT / name for name in ("loader", "dbt_project", "docs", "profiles.yml.example", "pyproject.toml", "README.md")
)


def wheel() -> Path:
    """Return the path of the wheel."""
    [path] = built_once("wheel", INPUTS, _build).glob("*.whl")
    return path


def _build(folder: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT]
    subprocess.run(command, check=True, timeout=600)
