"""A user's dbt project that uses ours as a package: what is checked, and the links that are kept up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from loader.dbt.overlay import INSTALLED, LINK, MACRO_PATHS, overlay_flaws, prepare_overlay
from loader.errors import ConfigError

GOOD: dict[str, Any] = {
    "name": "mine",
    "profile": "wms_elt",
    "macro-paths": list(MACRO_PATHS),
    "flags": {"require_generic_test_arguments_property": True},
}


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    place = tmp_path / "dbt"
    place.mkdir()
    (place / "dbt_project.yml").write_text(yaml.safe_dump(GOOD))
    return place


@pytest.fixture
def release(tmp_path: Path) -> Path:
    place = tmp_path / "release-1"
    place.mkdir()
    return place


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": "wms_elt"}, "name wms_elt"),
        ({"profile": "other"}, "profile: wms_elt"),
        ({"macro-paths": ["macros"]}, "wms_elt/macros and wms_elt/tests/generic"),
        ({"macro-paths": None}, "macro-paths"),
        ({"flags": {}}, "require_generic_test_arguments_property: true"),
    ],
)
def test_each_missing_setting_is_named(changed: dict[str, Any], words: str) -> None:
    assert list(overlay_flaws(GOOD)) == []
    [flaw] = overlay_flaws(GOOD | changed)
    assert words in flaw


def test_links_lead_to_the_installed_project_and_follow_it(overlay: Path, release: Path, tmp_path: Path) -> None:
    prepare_overlay(overlay, release)
    assert (overlay / INSTALLED).resolve() == (overlay / LINK).resolve() == release
    first = (overlay / LINK).lstat().st_ino
    prepare_overlay(overlay, release)
    assert (overlay / LINK).lstat().st_ino == first, "a right link stays"
    newer = tmp_path / "release-2"
    newer.mkdir()
    prepare_overlay(overlay, newer)
    assert (overlay / INSTALLED).resolve() == newer


def test_copy_in_place_of_a_link_is_refused(overlay: Path, release: Path) -> None:
    (overlay / INSTALLED).mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"WMS_DBT_008.*copy"):
        prepare_overlay(overlay, release)


def test_broken_yaml_is_refused_with_its_place(overlay: Path, release: Path) -> None:
    (overlay / "dbt_project.yml").write_text("name: [")
    with pytest.raises(ConfigError, match=r"WMS_DBT_008.*can't be read") as raised:
        prepare_overlay(overlay, release)
    assert str(overlay) in str(raised.value)
