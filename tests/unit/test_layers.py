"""The design page and import-linter's contract name the same packages in the same order."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "design.md"
ROW = re.compile(r"^\| *`loader[./](\w+)/?` *\|", re.MULTILINE)
NOT_A_PACKAGE = {"environment", "errors", "files", "masking"}


def layers() -> list[set[str]]:
    """The packages of each layer, from the top."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [contract] = project["tool"]["importlinter"]["contracts"]
    named = [{name.strip() for name in layer.split("|")} - NOT_A_PACKAGE for layer in contract["layers"]]
    return [layer for layer in named if layer]


def test_every_package_has_a_layer() -> None:
    folders = {path.parent.name for path in (ROOT / "loader").glob("*/__init__.py")}
    assert set().union(*layers()) == folders


def test_design_page_lists_packages_in_layer_order() -> None:
    listed = [name for name in ROW.findall(PAGE.read_text(encoding="utf-8")) if name not in NOT_A_PACKAGE]
    place = {name: at for at, layer in enumerate(layers()) for name in layer}
    assert sorted(listed) == sorted(place)
    places = [place[name] for name in listed]
    assert places in (sorted(places), sorted(places, reverse=True)), "from the top or from the bottom"
