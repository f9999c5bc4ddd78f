"""Which nodes are retried, and their results afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from loader.dbt.retries import retry_nodes, without_selection

LOST = "Database Error in model x\n  ORA-03113: end-of-file on communication channel"
DEADLOCK = "Database Error\n  ORA-00060: deadlock detected"


def node(name: str, status: str, message: str = "", after: Sequence[str] = (), kind: str = "model") -> Any:
    described = SimpleNamespace(
        unique_id=name, name=name, fqn=["wms_elt", name], depends_on_nodes=list(after), resource_type=kind
    )
    return SimpleNamespace(node=described, status=status, message=message)


@dataclass
class Dbt:
    """A fake dbt that builds the requested nodes; nodes in `still_failing` fail again."""

    still_failing: dict[str, str] = field(default_factory=dict)
    requested: list[list[str]] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)

    def build(self, nodes: Sequence[str]) -> Any:
        names = [selector.removeprefix("fqn:wms_elt.") for selector in nodes]
        self.requested.append(names)
        results = [
            node(name, "error" if name in self.still_failing else "success", self.still_failing.get(name, ""))
            for name in names
        ]
        return SimpleNamespace(results=results)

    def retry(self, results: Sequence[Any]) -> tuple[tuple[str, ...], dict[str, str]]:
        first = SimpleNamespace(results=list(results))
        names = retry_nodes(
            first, self.build, lambda message: "ORA-03113" in message or "ORA-00060" in message, self.wait
        )
        return names, {result.node.name: result.status for result in first.results}

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)


def test_retry_covers_lost_session_and_skipped_nodes() -> None:
    dbt = Dbt()
    found = dbt.retry(
        [
            node("staging", "error", LOST),
            node("mart", "skipped", after=["staging"]),
            node("test_of_mart", "skipped", after=["mart"], kind="test"),
            node("other", "success"),
        ]
    )
    assert found == (
        ("staging",),
        {"staging": "success", "mart": "success", "test_of_mart": "success", "other": "success"},
    )
    assert dbt.requested == [["staging", "mart", "test_of_mart"]]


def test_retry_ignores_permanent_errors() -> None:
    dbt = Dbt()
    names, statuses = dbt.retry([node("a", "error", "ORA-00904"), node("b", "skipped", after=["a"])])
    assert (names, statuses, dbt.requested) == ((), {"a": "error", "b": "skipped"}, [])


def test_retries_are_bounded() -> None:
    dbt = Dbt(still_failing={"a": DEADLOCK})
    names, statuses = dbt.retry([node("a", "error", DEADLOCK)])
    assert (names, statuses) == (("a",), {"a": "error"})
    assert len(dbt.requested) == len(dbt.waited) == 2


def test_retry_skips_nodes_blocked_by_another_failure() -> None:
    dbt = Dbt()
    _, statuses = dbt.retry(
        [
            node("a", "error", LOST),
            node("wrong", "error", "ORA-00904"),
            node("checked", "success"),
            node("test", "fail", "Got 3 results", after=["checked"], kind="test"),
            node("of_a", "skipped", after=["a"]),
            node("of_both", "skipped", after=["a", "wrong"]),
            node("of_checked", "skipped", after=["a", "checked"]),
        ]
    )
    assert dbt.requested == [["a", "of_a"]]
    assert (statuses["of_a"], statuses["of_both"], statuses["of_checked"]) == ("success", "skipped", "skipped")


def test_without_selection_removes_node_selectors() -> None:
    given = ["--full-refresh", "--select", "a", "b", "--exclude", "c", "--selector=x", "-s", "d", "--threads", "2"]
    assert without_selection(given) == ["--full-refresh", "--exclude", "c", "--threads", "2"]
