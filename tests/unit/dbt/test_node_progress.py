from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from loader.dbt.node_progress import NodeProgress, time_left
from loader.dbt.results import BuildProgress


def event(name: str, node: str = "", status: str = "", total: int = 0) -> Any:
    info = SimpleNamespace(node_name=node, node_status=status)
    return SimpleNamespace(info=SimpleNamespace(name=name), data=SimpleNamespace(node_info=info, total=total))


class Build:
    """Plays a build: nodes run one after another, `seconds` each."""

    def __init__(self, earlier: dict[str, float]) -> None:
        self.now = 0.0
        self.seen: list[BuildProgress] = []
        self.progress = NodeProgress(self.seen.append, earlier, lambda: self.now)

    def play(self, nodes: dict[str, float], total: int) -> BuildProgress:
        for name, seconds in nodes.items():
            self.progress(event("NodeStart", name))
            self.progress(event("LogStartLine", total=total))
            self.now += seconds
            self.progress(event("NodeFinished", name, "success"))
        return self.seen[-1]


def test_first_build_estimates_by_number_of_nodes() -> None:
    last = Build({}).play({f"n{number}": 2.0 for number in range(10)}, total=25)
    assert (last.done, last.total, last.left_s) == (10, 25, pytest.approx(30.0))


def test_first_build_estimates_nothing_before_a_representative_part_is_done() -> None:
    """Staging is built first: its mean would say 190 s for a rest that takes 19 s."""
    build = Build({})
    build.play({f"staging{number}": 2.0 for number in range(5)}, total=100)
    assert build.seen[-1].left_s is None
    build.play({f"rest{number}": 0.2 for number in range(25)}, total=100)
    assert build.seen[-1].left_s == pytest.approx(15 / 30 * 70)


def test_later_build_estimates_by_earlier_durations() -> None:
    """Ten slow nodes are done, twice as fast as before; ninety fast ones are left."""
    earlier = {f"slow{number}": 10.0 for number in range(10)} | {f"fast{number}": 0.1 for number in range(90)}
    last = Build(earlier).play({f"slow{number}": 5.0 for number in range(10)}, total=100)
    assert last.left_s == pytest.approx(4.5)


def test_build_of_a_part_estimates_by_the_mean_of_the_rest() -> None:
    earlier = {f"n{number}": 1.0 for number in range(100)}
    last = Build(earlier).play({f"n{number}": 1.0 for number in range(10)}, total=20)
    assert last.left_s == pytest.approx(10.0)


def test_estimate_needs_some_nodes_and_ends_with_the_build() -> None:
    assert time_left(4.0, 4, 100, 0.0, (0, 0.0)) is None
    assert time_left(4.0, 100, 100, 0.0, (0, 0.0)) is None


def test_nodes_in_work_are_named_until_they_end() -> None:
    build = Build({})
    build.progress(event("NodeStart", "orders"))
    build.progress(event("NodeStart", "dim_item"))
    assert build.seen[-1].running == ("orders", "dim_item")
    build.progress(event("NodeFinished", "orders", "error"))
    assert (build.seen[-1].running, build.seen[-1].name, build.seen[-1].status) == (("dim_item",), "orders", "failed")
