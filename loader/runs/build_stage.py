"""dbt stage of a run: source freshness, build, and quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from loader.dbt import DbtProject, FreshnessResult
from loader.report import RunReport, configured_entities, empty_marts, former_entities, measure, value_losses
from loader.report.entity_runs import last_results
from loader.runs.before_build import before_build
from loader.runs.run_session import Run
from loader.warehouse import Sessions


def build_stage(
    run: Run, report: RunReport, *, unit_tests: bool = False, freshness: bool = True, arguments: Sequence[str] = ()
) -> RunReport:
    """Adds freshness, build and quality to the report.

    Args:
        unit_tests, arguments: passed to `DbtProject.build` as `unit_tests` and `extra`.
        freshness: False leaves out the check of all sources, which takes longer than a small build.

    Raises:
        WmsEltError: dbt can't start, or the target can't be read.
    """
    project = DbtProject(run.settings, run.progress.node_finished)
    before_build(run.settings, run.progress, sessions=run.sessions)
    if freshness:
        run.progress.step("Checking source freshness")
        report = replace(report, freshness=of_configured_entities(project.freshness(), run))
    run.progress.step("Building and testing with dbt")
    build = project.build(unit_tests=unit_tests, extra=arguments)
    return measured(replace(report, build=build), run.sessions)


def of_configured_entities(freshness: FreshnessResult, run: Run) -> FreshnessResult:
    """Leaves out sources that are not configured: dbt reports them as fresh if never read, else as stale."""
    with run.sessions.open() as target:
        known = configured_entities(target) or {result.entity for result in last_results(target)}
        known |= set(run.settings.pipeline.all_entities)
    return replace(
        freshness, sources=tuple(line for line in freshness.sources if line.source.rpartition(".")[2] in known)
    )


def measured(report: RunReport, sessions: Sessions) -> RunReport:
    """Adds quality, empty marts and value losses from the models, and the entities that are no longer read."""
    with sessions.open() as target:
        return replace(
            report,
            quality=measure(target),
            empty_marts=empty_marts(target),
            former_entities=former_entities(target),
            warnings=(*report.warnings, *value_losses(target)),
        )
