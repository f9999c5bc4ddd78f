"""dbt stage of a run: source freshness, the choice of what to build, the build, and quality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from loader.dbt import DbtProject, FreshnessResult
from loader.dbt.declarations import Declarations
from loader.dbt.dropped import built_relations, dropped_relations
from loader.dbt.plan import BuildFacts, BuildState, next_state, plan_build, with_counts
from loader.report import (
    Quality,
    RunReport,
    configured_entities,
    empty_marts,
    former_entities,
    measure,
    value_losses,
)
from loader.report.build_states import (
    forget_state,
    mart_ages,
    other_builds,
    read_marks,
    read_states,
    save_state,
)
from loader.report.entity_runs import last_results
from loader.report.kept_facts import KeptFacts
from loader.report.model import EmptyMart
from loader.report.source_freshness import source_freshness
from loader.runs.before_build import before_build
from loader.runs.run_session import Run
from loader.warehouse import Sessions, Warehouse


class Built(NamedTuple):
    """A report with its build.

    Args:
        state: of the pipeline after the build; None = it doesn't change.
        marks: of the sources, if there was nothing to build; None = a later step must read them again.
        kept: what an earlier run read from the same marts.
    """

    report: RunReport
    state: BuildState | None
    marks: Mapping[str, int] | None
    kept: KeptFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class MartMeasures:
    """What a report has from the marts; `losses` are warnings."""

    quality: Quality | None
    empty_marts: tuple[EmptyMart, ...]
    losses: tuple[str, ...]


def build_stage(
    run: Run, report: RunReport, *, everything: str = "", unit_tests: bool = False, freshness: bool = False
) -> Built:
    """Adds freshness, build and quality to the report. Builds what can have a new result, or everything.

    Args:
        everything: why everything is built; empty = only what can have a new result.
        unit_tests: passed to `DbtProject.build`.
        freshness: True runs ``dbt source freshness``; False uses the loader's own rows, with the same verdicts.

    Raises:
        WmsEltError: dbt can't start, or the target can't be read.
    """
    project = DbtProject(run.settings, run.progress.build_changed)
    declared = project.declarations()
    if freshness:
        report = replace(report, freshness=_checked_by_dbt(project, run))
    with run.sessions.open() as target:
        if not freshness:
            fresh = source_freshness(target, declared.sources, _asked_for(target, run), datetime.now(UTC))
            report = replace(report, freshness=fresh)
        states = read_states(target)
        before = states.get(run.settings.pipeline.name)
        facts = replace(_facts(target, project, declared, everything), dropped=dropped_relations(target, before))
    plan = plan_build(before, facts)
    build = None
    if plan.scope == "nothing":
        run.progress.note(f"dbt: {plan.reason}")
    else:
        before_build(run.settings, run.progress, sessions=run.sessions)
        _note_start(run, before)
        run.progress.step("Building and testing with dbt")
        build = project.build(
            plan.select,
            exclude=plan.exclude,
            unit_tests=unit_tests,
            built_up_to=plan.built_up_to,
            whole_tests=plan.whole_tests,
        )
        run.sessions.forget_columns()
        plan = with_counts(plan, before, build)
    state = next_state(before, facts, plan, build)
    if state and build:
        with run.sessions.open() as target:
            state = replace(state, relations=built_relations(target, before, build))
    marts = mart_ages(state or before, *project.directories)
    report = replace(report, plan=plan, build=build, marts=marts)
    others = other_builds(states, run.settings.pipeline.name)
    kept = KeptFacts(run.settings.pipeline.work_dir, report, state, others)
    return Built(measured(report, run.sessions, kept), state, facts.marks if build is None else None, kept)


def _note_start(run: Run, before: BuildState | None) -> None:
    """After a kill, the marts may have rows of versions that the state doesn't cover."""
    if before is not None:
        with run.sessions.open() as target:
            save_state(target, run.settings.pipeline.name, replace(before, is_running=True))


def build_arguments(run: Run, report: RunReport, arguments: Sequence[str], *, freshness: bool) -> RunReport:
    """Runs ``dbt build`` with the user's arguments and forgets the state, so that the next run builds everything.

    Args:
        freshness: False leaves out the check of all sources, which takes longer than a small build.

    Raises:
        WmsEltError: dbt can't start, or the target can't be read.
    """
    project = DbtProject(run.settings, run.progress.build_changed)
    with run.sessions.open() as target:
        forget_state(target, run.settings.pipeline.name)
    before_build(run.settings, run.progress, sessions=run.sessions)
    if freshness:
        report = replace(report, freshness=_checked_by_dbt(project, run))
    run.progress.step("Building and testing with dbt")
    build = project.build(unit_tests=True, extra=arguments)
    run.sessions.forget_columns()
    return measured(replace(report, build=build), run.sessions)


def of_configured_entities(freshness: FreshnessResult, run: Run) -> FreshnessResult:
    """Leaves out sources that are not configured: dbt reports them as fresh if never read, else as stale."""
    with run.sessions.open() as target:
        known = _asked_for(target, run)
    return replace(
        freshness, sources=tuple(line for line in freshness.sources if line.source.rpartition(".")[2] in known)
    )


def _asked_for(target: Warehouse, run: Run) -> frozenset[str]:
    known = configured_entities(target) or {result.entity for result in last_results(target).of_any}
    return frozenset({*known, *run.settings.pipeline.all_entities})


def measured(report: RunReport, sessions: Sessions, kept: KeptFacts | None = None) -> RunReport:
    """Adds quality, empty marts and value losses from the models, and the entities that are no longer read.

    Args:
        kept: has what an earlier run read from the same marts.
    """
    with sessions.open() as target:
        found = _kept_measures(kept)
        if found is None:
            found = MartMeasures(quality=measure(target), empty_marts=empty_marts(target), losses=value_losses(target))
            if kept:
                kept.keep(found)
        return replace(
            report,
            quality=found.quality,
            empty_marts=found.empty_marts,
            # the load has read them
            former_entities=report.former_entities if report.entities else former_entities(target),
            warnings=(*report.warnings, *found.losses),
        )


def _kept_measures(kept: KeptFacts | None) -> MartMeasures | None:
    """The share before this run is the one that the run before it stored: that of the same marts."""
    found = kept.find(MartMeasures) if kept else None
    if found and found.quality and found.quality.refused_share is not None:
        return replace(found, quality=replace(found.quality, refused_before=found.quality.refused_share))
    return found


def _facts(target: Warehouse, project: DbtProject, declared: Declarations, everything: str) -> BuildFacts:
    # the instant first: a version landed after it may be missing in the marts
    now = datetime.now(UTC)
    landed, marks = read_marks(target)
    return BuildFacts(
        now=now,
        marks=marks,
        read_orders={entity: found.read_order for entity, found in landed.items()},
        fingerprint=project.fingerprint(declared),
        sources=frozenset(source.name for source in declared.sources),
        affecting_all=frozenset(source.name for source in declared.sources if source.affects_all_rows),
        periods=declared.periods,
        everything=everything,
    )


def _checked_by_dbt(project: DbtProject, run: Run) -> FreshnessResult:
    run.progress.step("Checking source freshness")
    return of_configured_entities(project.freshness(), run)
