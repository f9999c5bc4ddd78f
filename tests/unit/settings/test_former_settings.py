"""Settings of the release before: each name is still accepted, or the page about upgrades says what replaces it."""

from __future__ import annotations

from pathlib import Path

from loader.settings.catalog import variables
from tests.support.harness import REPOSITORY

FORMER = Path(__file__).with_name("former_settings.txt").read_text().split()


def test_settings_of_the_former_release_are_accepted_or_explained() -> None:
    known = {variable.name for variable in variables()}
    page = (REPOSITORY / "docs" / "how-to" / "upgrade.md").read_text()
    assert len(FORMER) > 60
    assert [name for name in FORMER if name not in known and name not in page] == []
