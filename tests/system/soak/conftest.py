from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.system.soak.loader_process import LoaderProcess
from tests.system.soak.scenario import Scenario
from tests.system.soak.scenario_run import ScenarioRun, open_scenario

OpenRun = Callable[[Scenario], ScenarioRun]


@pytest.fixture(scope="session")
def loader() -> Iterator[LoaderProcess]:
    with closing(LoaderProcess()) as process:
        yield process


@pytest.fixture
def open_run(loader: LoaderProcess, tmp_path: Path) -> Iterator[OpenRun]:
    """Open a run of a scenario. Its simulator stops with the test."""
    with ExitStack() as stack:
        yield lambda scenario: stack.enter_context(open_scenario(scenario, loader, tmp_path))
