"""Decides what a build must cover, from what the last build covered and what is in the target now. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from loader.dbt.results import BuildResult, NodeResult

Scope = Literal["everything", "selected", "nothing"]

PERIODS: Final[Mapping[str, timedelta]] = MappingProxyType({"hour": timedelta(hours=1), "day": timedelta(days=1)})
"""Values of `due` in the `meta` of a node: how old its result may become without new versions."""

RUN_TABLES: Final = "source:elt+"
"""Selects what reads the run tables, which change in every run. Each build includes it."""

UNCHANGED_VIEWS: Final = ("config.materialized:view",)
"""Selects views and their tests. The text of a view follows from the project, so a build of affected rows leaves them
out; the tables that read a view test what it gives."""

_MOST_OWED: Final = 100
"""With more owed nodes, everything is built."""
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildState:
    """What the builds of a pipeline have covered; instants are aware UTC.

    Args:
        fingerprint: of everything but the data that decides a result.
        marks: number of landed versions by dbt source, such as ``wms.order_hdr``, when the last build began.
        built_at: when the last build began.
        covered_at: newest instant at which all marts had every landed version, except those in `behind`.
        due: by period, when the nodes that declare it must be built again.
        owed: fully qualified names of nodes that failed or were skipped.
        behind: owed models, snapshots and seeds, with the last instant at which each was current; None = unknown.
        warned: tests that warned when they last ran.
        models, tests: numbers of nodes in the last build of everything; models include snapshots and seeds, tests are
            data tests.
        read_orders: highest `read_order` by entity when the last build began.
        is_running: True from the start of a build until its results are stored. If it stays, the build was killed.
        relations: tables and views that exist after the builds, by name.
    """

    fingerprint: str
    marks: Mapping[str, int]
    built_at: datetime
    covered_at: datetime
    due: Mapping[str, datetime] = field(default_factory=dict)
    owed: tuple[str, ...] = ()
    behind: Mapping[str, datetime | None] = field(default_factory=dict)
    warned: tuple[str, ...] = ()
    models: int = 0
    tests: int = 0
    read_orders: Mapping[str, int] = field(default_factory=dict)
    is_running: bool = False
    relations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFacts:
    """What decides about a build, read before dbt starts.

    Args:
        now: aware UTC.
        marks, fingerprint, read_orders: as in `BuildState`.
        sources: dbt sources that the project declares; versions of other entities change no model.
        affecting_all: those of them whose versions may change any row of a mart.
        periods: periods that nodes of the project declare.
        everything: why everything must be built whatever the state is; empty if it needn't.
        dropped: `relations` of the state that are gone.
    """

    now: datetime
    marks: Mapping[str, int]
    fingerprint: str
    sources: frozenset[str]
    periods: frozenset[str] = frozenset()
    everything: str = ""
    read_orders: Mapping[str, int] = field(default_factory=dict)
    affecting_all: frozenset[str] = frozenset()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """What a build covers, and why.

    Args:
        select: dbt node selectors; empty unless the scope is `selected`.
        exclude: selectors of nodes that needn't run although `select` selects them.
        built_up_to: highest `read_order` by entity that the last build covered, so that marts with affected keys
            compute and test only rows that later versions affect; empty = all rows.
        since: when the build began whose rows stay, if only affected rows are computed; aware UTC.
        all_rows: why all rows are computed although only some nodes are built; empty if they aren't.
        whole_tests: tests that look at all rows in a build of affected rows, because they failed or warned before: the
            rows that break them may be others.
        warned: tests that warned in an earlier build and don't run in this one.
        unchanged_models, unchanged_tests: nodes that are left out, because nothing changed for them; set after the
            build. Models include snapshots and seeds.
    """

    scope: Scope
    reason: str
    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    unchanged_models: int = 0
    unchanged_tests: int = 0
    built_up_to: Mapping[str, int] = field(default_factory=dict)
    since: datetime | None = None
    all_rows: str = ""
    whole_tests: tuple[str, ...] = ()


def plan_build(state: BuildState | None, facts: BuildFacts) -> BuildPlan:
    """Returns what to build. When in doubt, everything."""
    if reason := facts.everything or _needs_everything(state, facts):
        return BuildPlan(scope="everything", reason=reason)
    if state is None:
        raise AssertionError("unreachable: without a state, everything is built")
    changed = sorted(source for source in facts.sources if facts.marks.get(source) != state.marks.get(source))
    due = sorted(period for period in facts.periods if _is_due(state, facts, period))
    select = (
        *(f"source:{source}+" for source in changed),
        *(f"fqn:{node}+" for node in (*state.owed, *facts.dropped)),
        *(f"config.meta.due:{period}+" for period in due),
    )
    if not select:
        reason = f"nothing new since {_time(state.built_at, facts.now)}"
        return BuildPlan(
            scope="nothing",
            reason=reason,
            warned=state.warned,
            unchanged_models=state.models,
            unchanged_tests=state.tests,
        )
    all_rows = _needs_all_rows(state, facts, changed)
    return BuildPlan(
        scope="selected",
        reason="; ".join(_reasons(state, facts, changed, due)),
        select=(*select, RUN_TABLES),
        # a failed view or test of one runs again
        exclude=() if all_rows or state.owed else UNCHANGED_VIEWS,
        built_up_to={} if all_rows else state.read_orders,
        since=None if all_rows else state.built_at,
        all_rows=all_rows,
        whole_tests=() if all_rows else tuple(sorted({*(_name(node) for node in state.owed), *state.warned})),
    )


def with_counts(plan: BuildPlan, before: BuildState | None, build: BuildResult) -> BuildPlan:
    """Returns the plan of a finished build with the numbers of nodes, and the tests, that it left out."""
    if plan.scope != "selected" or before is None:
        return plan
    ran = {node.name for node in build.nodes}
    return replace(
        plan,
        warned=tuple(test for test in before.warned if test not in ran),
        unchanged_models=max(before.models - len(build.builds), 0),
        unchanged_tests=max(before.tests - _data_tests(build), 0),
    )


def next_state(
    before: BuildState | None, facts: BuildFacts, plan: BuildPlan, build: BuildResult | None
) -> BuildState | None:
    """Returns the state after a build whose results are known; None keeps the old one, so the next run repeats it.

    Args:
        before: the state that the plan was made from.
        build: the result of the build; None if the plan was to build nothing.
    """
    if plan.scope == "nothing" and before is not None:
        return replace(before, covered_at=facts.now, marks=facts.marks)
    # a failed hook can't be selected
    if build is None or any(node.kind == "operation" and node.status == "failed" for node in build.nodes):
        return None
    is_whole = plan.scope == "everything" or before is None
    old = before if not is_whole else None
    ran = {node.fqn for node in build.nodes}
    kept = (node for node in (old.owed if old else ()) if node not in ran)
    warned = set(old.warned if old else ()) - {node.name for node in build.tests}
    return BuildState(
        fingerprint=facts.fingerprint,
        marks=facts.marks,
        built_at=facts.now,
        covered_at=facts.now,
        due={period: _next_due(old, facts, period) for period in sorted(facts.periods)},
        owed=tuple(sorted({*kept, *(node.fqn for node in build.nodes if _is_owed(node))})),
        behind=_behind(before, build, is_whole=is_whole),
        warned=tuple(sorted(warned | {node.name for node in build.tests if node.status == "warn"})),
        models=len(build.builds) if old is None else old.models,
        tests=_data_tests(build) if old is None else old.tests,
        read_orders=facts.read_orders,
    )


def current_as_of(state: BuildState, mart: str) -> datetime | None:
    """Returns the instant up to which a mart has every landed version; None = unknown, or never built."""
    return state.behind.get(mart, state.covered_at)


def _needs_everything(state: BuildState | None, facts: BuildFacts) -> str:
    if state is None:
        return "no earlier build is recorded"
    if state.fingerprint != facts.fingerprint:
        return "the dbt project, its settings or a version changed"
    if any(facts.marks.get(source, 0) < mark for source, mark in state.marks.items()):
        return "the target has fewer versions than before"
    if len(state.owed) > _MOST_OWED:
        return f"{len(state.owed)} nodes failed or were skipped"
    if len(facts.dropped) > _MOST_OWED:
        return f"{len(facts.dropped)} tables or views were dropped"
    return ""


def _needs_all_rows(state: BuildState, facts: BuildFacts, changed: Iterable[str]) -> str:
    """Why a build can't be limited to the rows that new versions affect; empty if it can."""
    if state.is_running:
        return "the last build was interrupted"
    if state.behind:
        return f"{_listed(sorted(state.behind))} failed or skipped before"
    if facts.dropped:
        return f"{_listed(list(facts.dropped))} dropped since"
    if first := [source for source in changed if source.startswith("wms.") and source not in state.marks]:
        return f"first versions of {_listed([source.partition('.')[2] for source in first])}"
    if labels := [source for source in changed if source in facts.affecting_all]:
        return f"{_listed([source.partition('.')[2] for source in labels])} may change any row"
    return "" if state.read_orders else "the last build stored no read order"


def _is_due(state: BuildState, facts: BuildFacts, period: str) -> bool:
    due = state.due.get(period)
    # an instant too far ahead comes from a wrong clock
    return due is None or not facts.now < due <= facts.now + PERIODS[period]


def _next_due(old: BuildState | None, facts: BuildFacts, period: str) -> datetime:
    if old is None or _is_due(old, facts, period):
        return facts.now + PERIODS[period]
    return old.due[period]


def _is_owed(node: NodeResult) -> bool:
    # a unit test checks SQL, and a run doesn't repeat it
    return bool(node.fqn) and node.kind != "unit_test" and node.status in {"failed", "skipped"}


def _data_tests(build: BuildResult) -> int:
    return sum(node.kind == "test" for node in build.nodes)


def _behind(before: BuildState | None, build: BuildResult, *, is_whole: bool) -> Mapping[str, datetime | None]:
    """Tables that this build should have brought up to date and didn't, and earlier ones that it left out."""
    models = [node for node in build.nodes if node.kind in {"model", "snapshot", "seed"}]
    earlier = before.behind if before else {}
    covered = before.covered_at if before else None
    left_out = {} if is_whole else {name: at for name, at in earlier.items() if name not in {m.name for m in models}}
    return left_out | {node.name: earlier.get(node.name, covered) for node in models if _is_owed(node)}


def _reasons(state: BuildState, facts: BuildFacts, changed: Iterable[str], due: Iterable[str]) -> Iterator[str]:
    if names := [source.partition(".")[2] for source in changed]:
        yield f"new: {_listed(names)}"
    if state.owed:
        yield f"failed or skipped before: {_listed([_name(node) for node in state.owed])}"
    if facts.dropped:
        yield f"dropped: {_listed(list(facts.dropped))}"
    if periods := list(due):
        yield f"due every {' and '.join(periods)}"


def _name(fqn: str) -> str:
    return fqn.rpartition(".")[2]


def _listed(names: list[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _time(at: datetime, now: datetime) -> str:
    return f"{at:%H:%MZ}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%MZ}"
