from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.system.soak.loader_process import LoaderProcess
from tests.system.soak.play import Story, story
from tests.system.soak.scenario import Scenario

Tell = Callable[[Scenario], Story]


@pytest.fixture(scope="session")
def loader() -> Iterator[LoaderProcess]:
    with closing(LoaderProcess()) as process:
        yield process


@pytest.fixture
def tell(loader: LoaderProcess, tmp_path: Path) -> Iterator[Tell]:
    """Begins the story of a scenario; its simulator ends with the test."""
    with ExitStack() as stack:
        yield lambda scenario: stack.enter_context(story(scenario, loader, tmp_path))
