"""The dbt half of a run: source freshness, build, and what the data says afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from loader.dbt import BuildResult, DbtProject, FreshnessResult
from loader.report import Progress, Quality, measure, value_losses
from loader.runs.before_build import before_build
from loader.settings import Settings
from loader.warehouse import Sessions


class Measured(TypedDict):
    """Fields of a report that a build brings; `warnings` are to be added to those it has."""

    quality: Quality | None
    warnings: tuple[str, ...]


class Built(Measured):
    """As `Measured`, with the results of dbt."""

    freshness: FreshnessResult
    build: BuildResult


def build_stage(
    settings: Settings,
    progress: Progress,
    sessions: Sessions,
    *,
    unit_tests: bool = False,
    arguments: Sequence[str] = (),
) -> Built:
    """Checks freshness, builds, and measures quality.

    Args:
        unit_tests, arguments: as `unit_tests` and `extra` of `DbtProject.build`.

    Raises:
        WmsEltError: dbt cannot start, or the target cannot be asked.
    """
    project = DbtProject(settings, progress.node_finished)
    before_build(settings, progress, sessions=sessions)
    progress.step("Checking source freshness")
    freshness = project.freshness()
    progress.step("Building and testing with dbt")
    build = project.build(unit_tests=unit_tests, extra=arguments)
    return {"freshness": freshness, "build": build, **measured(sessions)}


def measured(sessions: Sessions) -> Measured:
    """What the models say of the data."""
    with sessions.open() as target:
        return {"quality": measure(target), "warnings": value_losses(target)}
