"""Nodes of a build that failed for a reason that passes: which they are, and how they are built again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from loader.dbt.invocation import node_status
from loader.errors import TargetError

PAUSES_S: Final = (5.0, 30.0)
"""Seconds before each further attempt."""

ONLY_THESE: Final = ("--indirect-selection", "empty")
"""Without it dbt adds every test of a node that is selected."""

_SELECTING: Final = frozenset({"--select", "-s", "--models", "--model", "-m", "--selector", "--indirect-selection"})

Node = Any
"""A result of dbt."""


def build_again(
    first: Any,
    build: Callable[[Sequence[str]], Any],
    is_passing: Callable[[str], bool],
    wait: Callable[[float], None] = time.sleep,
) -> tuple[str, ...]:
    """Builds nodes again that failed for a reason that passes, and those skipped because of them.

    Args:
        first: dbt's result of the build; it gets the new results in place of the old.
        build: builds the nodes that the selectors name and returns dbt's result.
        is_passing: whether the message of a failed node tells of such a reason.
        wait: for so many seconds, before each attempt.

    Returns:
        The names of the nodes that failed so.
    """
    names: dict[str, None] = {}
    for pause in PAUSES_S:
        failed = [result for result in first.results if _is_passing(result, is_passing)]
        if not failed:
            break
        names.update(dict.fromkeys(result.node.name for result in failed))
        wait(pause)
        chosen = [*failed, *_skipped_with(first.results, failed)]
        again = build([f"fqn:{'.'.join(result.node.fqn)}" for result in chosen])
        new = {result.node.unique_id: result for result in again.results}
        first.results = [new.get(result.node.unique_id, result) for result in first.results]
    return tuple(names)


def start_again(build: Callable[[], Any], is_passing: Callable[[str], bool]) -> Any:
    """The result of a build; it is begun again when it ends before its first node for a reason that passes.

    Raises:
        WmsEltError: it ended so for another reason, or too often.
    """
    for pause in PAUSES_S:
        try:
            return build()
        except TargetError as error:
            if not is_passing(error.message):
                raise
            time.sleep(pause)
    return build()


def without_selection(arguments: Sequence[str]) -> list[str]:
    """The arguments of ``dbt build`` without those that choose nodes, apart from exclusions."""
    kept: list[str] = []
    is_choosing = False
    for word in arguments:
        if word.startswith("-"):
            is_choosing = word.partition("=")[0] in _SELECTING
        if not is_choosing:
            kept.append(word)
    return kept


def _is_passing(result: Node, is_passing: Callable[[str], bool]) -> bool:
    # a test that found rows has the status `fail`
    return str(result.status) == "error" and is_passing(str(result.message or ""))


def _skipped_with(results: Sequence[Node], failed: Sequence[Node]) -> Iterator[Node]:
    """Skipped nodes that stand after one of the failed, and after no other failure."""
    parents = {result.node.unique_id: _parents(result.node) for result in results}
    passing = {result.node.unique_id for result in failed}
    others = [
        result.node
        for result in results
        if node_status(str(result.status)) == "failed" and result.node.unique_id not in passing
    ]
    for result in results:
        if str(result.status) != "skipped":
            continue
        before = _ancestors(result.node.unique_id, parents)
        if before & passing and not any(_blocks(node, before) for node in others):
            yield result


def _blocks(failed: Node, before: set[str]) -> bool:
    """A model blocks what reads it, a test what comes after all models it looks at."""
    if failed.unique_id in before:
        return True
    looked_at = _parents(failed)
    return str(failed.resource_type) in {"test", "unit_test"} and bool(looked_at) and looked_at <= before


def _ancestors(node: str, parents: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [node]
    while waiting:
        new = parents.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _parents(node: Any) -> set[str]:
    return set(getattr(node, "depends_on_nodes", ()))
