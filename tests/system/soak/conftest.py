from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.system.soak.loader_process import LoaderProcess
from tests.system.soak.play import Story, story
from tests.system.soak.scenario import Scenario

Tell = Callable[[Scenario], Story]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A run that neither names this directory nor asks for a marker plays the sample only."""
    if config.option.markexpr or any("soak" in argument for argument in config.args):
        return
    left_out = [item for item in items if item.get_closest_marker("soak")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def loader() -> Iterator[LoaderProcess]:
    with closing(LoaderProcess()) as process:
        yield process


@pytest.fixture
def tell(loader: LoaderProcess, tmp_path: Path) -> Iterator[Tell]:
    """Begins the story of a scenario; its simulator ends with the test."""
    with ExitStack() as stack:
        yield lambda scenario: stack.enter_context(story(scenario, loader, tmp_path))
