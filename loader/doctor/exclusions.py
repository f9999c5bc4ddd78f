"""Says what the marts lack because entities of a profile are excluded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from loader.doctor.check import Check
from loader.settings import Settings
from loader.settings.mart_columns import MARTS, marts_that_need
from loader.settings.project import project_directory


def check_exclusions(settings: Settings, root: Path = Path()) -> Iterator[Check]:
    """Name the marts that use an excluded entity; yield nothing if none is excluded.

    Args:
        root: directory that contains dbt_project/.
    """
    excluded = settings.pipeline.exclude_entities
    if not excluded:
        return
    marts = list(marts_that_need(excluded, project_directory(root) / MARTS))
    empty = [mart for mart, is_required in marts if is_required]
    poorer = [mart for mart, is_required in marts if not is_required]
    effects = [f"no rows in {', '.join(empty)}"] * bool(empty) + [f"fewer facts in {', '.join(poorer)}"] * bool(poorer)
    message = f"not read: {', '.join(excluded)}" + (f"; without them, {' and '.join(effects)}" if effects else "")
    yield Check("excluded entities", "ok", message)
