"""What a build covers: each reason to build, and that no node with a stale result is called current."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loader.dbt.plan import (
    RUN_TABLES,
    UNCHANGED_VIEWS,
    BuildFacts,
    BuildPlan,
    BuildState,
    current_as_of,
    next_state,
    plan_build,
    with_counts,
)
from loader.dbt.results import BuildResult, NodeKind, NodeResult, NodeStatus
from tests.support.sampling import examples

NOW = datetime(2026, 11, 30, 10, 2, tzinfo=UTC)
SOURCES = ("wms.a", "wms.b", "elt.elt_reconciliation")
STATE = BuildState(
    fingerprint="f",
    marks={"wms.a": 5, "wms.b": 7},
    built_at=NOW,
    covered_at=NOW,
    due={"day": NOW + timedelta(days=1)},
    models=250,
    tests=796,
    read_orders={"a": 40, "b": 70},
)


def facts(*, hours: float = 2, **changed: Any) -> BuildFacts:
    given = BuildFacts(
        now=NOW + timedelta(hours=hours),
        marks=STATE.marks,
        fingerprint="f",
        sources=frozenset(SOURCES),
        periods=frozenset({"day"}),
    )
    return replace(given, **changed)


def node(name: str, kind: NodeKind = "model", status: NodeStatus = "ok") -> NodeResult:
    return NodeResult(name=name, kind=kind, status=status, seconds=0.1, fqn=f"p.{name}")


def build(*nodes: NodeResult) -> BuildResult:
    return BuildResult(nodes=nodes, seconds=1)


def following(state: BuildState | None, given: BuildFacts, *nodes: NodeResult) -> BuildState:
    after = next_state(state, given, plan_build(state, given), build(*nodes))
    assert after
    return after


def test_plan_without_news_is_nothing() -> None:
    plan = plan_build(replace(STATE, warned=("t",)), facts())
    assert plan == BuildPlan(
        scope="nothing",
        reason="nothing new since 10:02Z",
        warned=("t",),
        unchanged_models=250,
        unchanged_tests=796,
    )
    assert plan_build(STATE, facts(hours=20)).reason == "nothing new since 2026-11-30 10:02Z"


@pytest.mark.parametrize(
    ("state", "given", "reason"),
    [
        (None, facts(), "no earlier build is recorded"),
        (STATE, facts(everything="asked for"), "asked for"),
        (STATE, facts(fingerprint="g"), "the dbt project, its settings or a version changed"),
        (STATE, facts(marks={"wms.a": 5, "wms.b": 6}), "the target has fewer versions than before"),
        (STATE, facts(marks={"wms.a": 5}), "the target has fewer versions than before"),
        (replace(STATE, owed=tuple(map(str, range(101)))), facts(), "101 nodes failed or were skipped"),
    ],
)
def test_plan_covers_everything(state: BuildState | None, given: BuildFacts, reason: str) -> None:
    assert plan_build(state, given) == BuildPlan(scope="everything", reason=reason)


@pytest.mark.parametrize(
    ("state", "given", "select", "reason"),
    [
        (STATE, facts(marks={"wms.a": 6, "wms.b": 7}), ["source:wms.a+"], "new: a"),
        (
            STATE,
            facts(marks={**STATE.marks, "elt.elt_reconciliation": 1}),
            ["source:elt.elt_reconciliation+"],
            "new: elt_reconciliation",
        ),
        (replace(STATE, owed=("p.m",)), facts(), ["fqn:p.m+"], "failed or skipped before: m"),
        (STATE, facts(hours=24), ["config.meta.due:day+"], "due every day"),
        (STATE, facts(periods=frozenset({"day", "hour"})), ["config.meta.due:hour+"], "due every hour"),
    ],
)
def test_plan_selects_a_part(state: BuildState, given: BuildFacts, select: list[str], reason: str) -> None:
    plan = plan_build(state, given)
    assert plan == BuildPlan(
        scope="selected",
        reason=reason,
        select=(*select, RUN_TABLES),
        exclude=() if state.owed else UNCHANGED_VIEWS,
        built_up_to={"a": 40, "b": 70},
        since=state.built_at,
        whole_tests=tuple(name.removeprefix("p.") for name in state.owed),
    )


@pytest.mark.parametrize(
    ("state", "given", "reason"),
    [
        (replace(STATE, is_running=True), {}, "the last build was interrupted"),
        (replace(STATE, behind={"m": None}), {}, "m failed or skipped before"),
        (replace(STATE, marks={"wms.b": 7}), {}, "first versions of a"),
        (STATE, {"affecting_all": frozenset({"wms.a"})}, "a may change any row"),
        (replace(STATE, read_orders={}), {}, "the last build stored no read order"),
    ],
)
def test_plan_computes_all_rows_when_in_doubt(state: BuildState, given: dict[str, Any], reason: str) -> None:
    plan = plan_build(state, facts(marks={"wms.a": 6, "wms.b": 7}, **given))
    assert (plan.scope, plan.built_up_to, plan.all_rows) == ("selected", {}, reason)


def test_failed_and_warned_tests_look_at_all_rows() -> None:
    state = replace(STATE, owed=("p.t",), warned=("u",))
    plan = plan_build(state, facts(marks={"wms.a": 6, "wms.b": 7}))
    assert (plan.all_rows, plan.whole_tests) == ("", ("t", "u"))


@pytest.mark.parametrize("kind", ["model", "snapshot", "seed"])
def test_failed_table_computes_all_rows_next_time(kind: NodeKind) -> None:
    state = following(STATE, facts(marks={"wms.a": 6, "wms.b": 7}), node("failed", kind, "failed"))
    plan = plan_build(state, facts(marks=state.marks))
    assert (plan.built_up_to, plan.all_rows) == ({}, "failed failed or skipped before")
    well = following(state, facts(marks=state.marks), node("failed", kind))
    assert (well.behind, well.owed) == ({}, ())


def test_state_keeps_read_orders_of_start() -> None:
    after = following(replace(STATE, is_running=True), facts(marks={"wms.a": 6, "wms.b": 7}, read_orders={"a": 41}))
    assert (after.read_orders, after.is_running) == ({"a": 41}, False)


def test_due_instant_of_a_fast_clock_is_due() -> None:
    state = replace(STATE, due={"day": NOW + timedelta(days=400)})
    assert plan_build(state, facts()).select == ("config.meta.due:day+", RUN_TABLES)


def test_build_of_other_nodes_leaves_due_instant() -> None:
    assert following(STATE, facts(marks={"wms.a": 6, "wms.b": 7}), node("m")).due == STATE.due
    assert following(STATE, facts(hours=24), node("m")).due == {"day": NOW + timedelta(hours=48)}
    assert following(None, facts(), node("m")).due == {"day": NOW + timedelta(hours=26)}


def test_entity_without_source_builds_nothing() -> None:
    given = facts(marks={**STATE.marks, "wms.unknown": 3})
    assert plan_build(STATE, given).scope == "nothing"
    after = next_state(STATE, given, plan_build(STATE, given), None)
    assert after == replace(STATE, marks=given.marks, covered_at=given.now)


def test_failed_and_skipped_nodes_are_owed_until_they_succeed() -> None:
    given = facts(marks={"wms.a": 6, "wms.b": 7})
    state = following(
        STATE,
        given,
        node("stg"),
        node("t", "test", "failed"),
        node("m", status="skipped"),
        node("u", "unit_test", "failed"),
    )
    assert state.owed == ("p.m", "p.t")
    assert (current_as_of(state, "m"), current_as_of(state, "stg")) == (NOW, given.now)
    later = following(state, replace(given, now=given.now + timedelta(hours=1)), node("t", "test"), node("m"))
    assert (later.owed, later.behind) == ((), {})


def test_owed_node_that_did_not_run_stays_owed() -> None:
    assert following(replace(STATE, owed=("p.m",)), facts(), node("n")).owed == ("p.m",)


def test_warnings_of_tests_that_do_not_run_are_kept() -> None:
    state = replace(STATE, warned=("t", "u"))
    given = facts(marks={"wms.a": 6, "wms.b": 7})
    ran = build(node("m"), node("t", "test"), node("v", "test", "warn"))
    plan = with_counts(plan_build(state, given), state, ran)
    assert (plan.warned, plan.unchanged_models, plan.unchanged_tests) == (("u",), 249, 794)
    after = next_state(state, given, plan, ran)
    assert after
    assert (after.warned, after.models, after.tests) == (("u", "v"), 250, 796)


def test_failed_hook_keeps_the_state() -> None:
    given = facts(marks={"wms.a": 6, "wms.b": 7})
    assert next_state(STATE, given, plan_build(STATE, given), build(node("hook", "operation", "failed"))) is None


PARENTS: Mapping[str, tuple[str, ...]] = {
    "stg_a": ("wms.a",),
    "t_stg_a": ("stg_a",),
    "stg_b": ("wms.b",),
    "mart_a": ("stg_a",),
    "mart_ab": ("stg_a", "stg_b"),
    "t_mart_ab": ("mart_ab",),
    "mart_run": ("elt.elt_reconciliation",),
    "mart_due": ("mart_ab",),
    "mart_last": ("mart_due", "mart_run"),
}
"""Nodes in the order in which they are built; those that start with `t_` are tests."""
MODELS = [name for name in PARENTS if not name.startswith("t_")]


def ancestors(name: str) -> set[str]:
    found = set(PARENTS.get(name, ()))
    return found.union(*(ancestors(parent) for parent in found))


def chosen(plan: BuildPlan) -> set[str]:
    """Select nodes as dbt does."""
    if plan.scope == "everything":
        return set(PARENTS)
    roots = {word.removesuffix("+").removeprefix("source:").removeprefix("fqn:p.") for word in plan.select}
    roots = {"mart_due" if root == "config.meta.due:day" else root for root in roots}
    roots |= {"elt.elt_reconciliation"} if "elt" in roots else set()
    return {name for name in PARENTS if name in roots or ancestors(name) & roots}


@dataclass
class World:
    """Raw tables, models and the stored state. A model has the numbers of versions that it was built from."""

    landed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SOURCES, 1))
    now: datetime = NOW
    project: int = 0
    state: BuildState | None = None
    rows: dict[str, object] = field(default_factory=dict)
    built_at: dict[str, datetime] = field(default_factory=dict)

    def wanted(self, name: str) -> object:
        """Return the rows of a model after a full refresh; a source has its number of versions."""
        if name in self.landed:
            return self.landed[name]
        return (name, self.project, *(self.wanted(parent) for parent in PARENTS[name]))

    def run(self, failing: set[str], killed_after: int | None, lands: str | None) -> None:
        """Plan, build and store the state. A kill ends it after some nodes; a version may land after the marks."""
        given = facts(now=self.now, marks=dict(self.landed), fingerprint=str(self.project))
        plan = plan_build(self.state, given)
        if plan.scope == "nothing":
            self.check(PARENTS, "nothing")
        if lands:
            self.landed[lands] += 1
        results: dict[str, NodeResult] = {}
        for count, name in enumerate(sorted(chosen(plan), key=[*PARENTS].index)):
            if count == killed_after:
                return
            results[name] = self.build(name, failing, results)
        ran = None if plan.scope == "nothing" else build(*results.values())
        self.state = next_state(self.state, given, plan, ran) if killed_after is None else self.state
        if not lands and killed_after is None and self.state:
            current = [name for name in MODELS if current_as_of(self.state, name) == given.now]
            self.check(current, plan.scope)

    def build(self, name: str, failing: set[str], results: Mapping[str, NodeResult]) -> NodeResult:
        kind: NodeKind = "test" if name.startswith("t_") else "model"
        before = [results[other] for other in results if other in ancestors(name)]
        tests = [result for other, result in results.items() if set(PARENTS[other]) <= ancestors(name)]
        if any(result.status != "ok" for result in (*before, *(t for t in tests if t.kind == "test"))):
            return node(name, kind, "skipped")
        if name in failing:
            return node(name, kind, "failed")
        if kind == "model":
            parents = (self.landed.get(parent, self.rows.get(parent)) for parent in PARENTS[name])
            self.rows[name], self.built_at[name] = (name, self.project, *parents), self.now
        return node(name, kind)

    def check(self, names: Any, scope: str) -> None:
        stale = [name for name in names if name in MODELS and self.rows.get(name) != self.wanted(name)]
        assert stale == [], f"{scope}: {stale}"
        if "mart_due" in names:
            assert self.now - self.built_at["mart_due"] < timedelta(days=1)


STEPS = st.one_of(
    st.tuples(st.just("land"), st.sampled_from(SOURCES)),
    st.tuples(st.just("wait"), st.sampled_from([1, 13, 30])),
    st.tuples(st.just("project"), st.none()),
    st.tuples(st.just("forget"), st.sets(st.sampled_from(MODELS))),
    st.tuples(
        st.just("run"),
        st.tuples(
            st.sets(st.sampled_from([*PARENTS]), max_size=2),
            st.none() | st.integers(0, len(PARENTS) - 1),
            st.none() | st.sampled_from(SOURCES),
        ),
    ),
)


@settings(max_examples=examples(3))
@given(st.lists(STEPS, max_size=12))
def test_no_stale_model_is_called_current(steps: list[tuple[str, Any]]) -> None:
    world = World()
    for step, value in steps:
        world.now += timedelta(minutes=5)
        if step == "land":
            world.landed[value] += 1
        elif step == "wait":
            world.now += timedelta(hours=value)
        elif step == "project":
            world.project += 1
        elif step == "forget":
            # somebody builds nodes with other arguments
            world.state = None
            world.rows |= dict.fromkeys(value, "others")
        else:
            world.run(*value)
    world.now += timedelta(minutes=5)
    world.run(set(), None, None)
    world.check(MODELS, "the last run")


def test_dropped_relations_are_built_whole_with_descendants() -> None:
    plan = plan_build(STATE, facts(dropped=("items", "int_item")))
    assert plan.scope == "selected"
    assert plan.select == ("fqn:items+", "fqn:int_item+", RUN_TABLES)
    assert "dropped: items, int_item" in plan.reason
    # the rows of a new table are all affected, and a view must not be left out
    assert (plan.exclude, plan.built_up_to) == ((), {})
    assert plan.all_rows


def test_many_dropped_relations_build_everything() -> None:
    assert plan_build(STATE, facts(dropped=tuple(f"m{n}" for n in range(101)))).scope == "everything"
