from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.dataset import TUESDAY, Feed, open_feed
from tests.bench.harness import Harness


@pytest.fixture(scope="session")
def running_feed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Feed]:
    with open_feed(1_000, tmp_path_factory.mktemp("feed"), TUESDAY) as feed:
        yield feed


@pytest.fixture
def feed(running_feed: Feed) -> Feed:
    running_feed.reset()
    running_feed.forget()
    return running_feed


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    return Harness(tmp_path, repeats=1, log=lambda _: None)
