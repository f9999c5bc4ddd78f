"""Any world, hazards, faults and kills, on two machines: after the last change, the target equals the source."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from loader.simulator import Fault, Rule
from loader.simulator.api.faults.model import KINDS, Kind
from loader.simulator.world import Hazards
from tests.system.soak.kill_points import BOUNDARIES, FILES, KillPoint
from tests.system.soak.loader_process import LoaderProcess
from tests.system.soak.minimal import OPTIONS, WORLD, minimal_scenario
from tests.system.soak.scenario import PASSES, REWRITING, SLOW, Scenario, Step
from tests.system.soak.scenario_run import open_scenario

QUICK: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind not in (*SLOW, *REWRITING))
ENTITIES = ("container", "inventory", "order_dtl", "order_hdr", "order_status", "task")


def rates(most: float) -> st.SearchStrategy[float]:
    return st.just(0.0) | st.floats(most / 10, most)


hazards = st.builds(
    Hazards,
    late_commits=rates(0.3),
    late_seconds=st.sampled_from([60.0, 1200.0]),
    late_max_seconds=st.just(6 * 3600.0),
    backdated=rates(0.2),
    null_mod_ts=rates(0.05),
    future_mod_ts=rates(0.05),
    close_updates=rates(0.2),
    deletes=rates(0.1),
    id_jumps=rates(0.01),
)
rules = st.builds(
    Rule,
    path=st.sampled_from(["", "/entity/[a-z_]+[?]", "id__in", "values_list"]),
    nth=st.frozensets(st.integers(1, 30), min_size=1, max_size=4).map(lambda chosen: tuple(sorted(chosen))),
)
faults = st.builds(
    Fault,
    kind=st.sampled_from(QUICK),
    rule=rules,
    seconds=st.just(2.0),
    retry_after=st.sampled_from(["seconds", "date", "absent"]),
    share=st.sampled_from([0.1, 0.5, 0.9]),
)
kills = st.builds(KillPoint, st.just(FILES), st.integers(1, 400)) | st.builds(
    KillPoint, st.sampled_from(sorted(BOUNDARIES)), st.integers(1, 8), st.booleans()
)
steps = st.builds(
    Step,
    hours=st.sampled_from([0.1, 1.0, 3.0]),
    speed=st.sampled_from([0.0, 600.0]),
    machine=st.integers(0, 1),
    kill_point=st.none() | kills,
    passes=st.just(()) | st.sampled_from(PASSES).map(lambda name: (name,)),
)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    options = {
        **OPTIONS,
        "GRUPONOS_WMS__PAGE_SIZE": draw(st.sampled_from(["25", "200"])),
        "GRUPONOS_WMS__CONCURRENCY": str(draw(st.integers(1, 8))),
        "GRUPONOS_WMS__AUTH": draw(st.sampled_from(["basic", "oauth2"])),
    }
    changes = {
        "world": replace(WORLD, seed=draw(st.integers(0, 999)), hazards=draw(hazards)),
        "entities": tuple(sorted(draw(st.sets(st.sampled_from(ENTITIES), min_size=1, max_size=3)))),
        "steps": tuple(draw(st.lists(steps, min_size=1, max_size=3))),
        "faults": tuple(draw(st.lists(faults, max_size=3))),
        "chunk_rows": draw(st.sampled_from([200, 250_000])),
    }
    return minimal_scenario("drawn", calm=False, options=options, **changes)


@pytest.mark.exhaustive
@settings(max_examples=4, phases=[Phase.explicit, Phase.generate], derandomize=True)
@given(scenario=scenarios())
def test_random_scenario_loses_nothing(loader: LoaderProcess, scenario: Scenario) -> None:
    play(loader, scenario)


@pytest.mark.exhaustive
@settings(max_examples=20)
@given(scenario=scenarios())
def test_more_random_scenarios_lose_nothing(loader: LoaderProcess, scenario: Scenario) -> None:
    play(loader, scenario)


def play(loader: LoaderProcess, scenario: Scenario) -> None:
    with tempfile.TemporaryDirectory() as directory, open_scenario(scenario, loader, Path(directory)) as run:
        assert run.play().counts["scenarios"] == 1
