"""Retries nodes of a build that failed with a transient error."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from loader.dbt.node_progress import node_status
from loader.errors import TargetError

PAUSES_S: Final = (5.0, 30.0)
"""Seconds before each retry."""

SELECTED_ONLY: Final = ("--indirect-selection", "empty")
"""Arguments that keep dbt from adding all tests of a selected node."""

_SELECTORS: Final = frozenset({"--select", "-s", "--models", "--model", "-m", "--selector", "--indirect-selection"})

Node = Any
"""A node result of dbt."""


def retry_nodes(
    first: Any,
    build: Callable[[Sequence[str]], Any],
    is_transient: Callable[[str], bool],
    wait: Callable[[float], None] = time.sleep,
) -> tuple[str, ...]:
    """Retries nodes that failed with a transient error, and the nodes skipped because of them.

    Args:
        first: dbt's result of the build; new results replace the old ones in it.
        build: builds the nodes that the selectors name and returns dbt's result.
        is_transient: whether the message of a failed node describes a transient error.
        wait: called with the seconds to wait before each retry.

    Returns:
        Names of the nodes that failed with a transient error.
    """
    names: dict[str, None] = {}
    for pause in PAUSES_S:
        failed = [result for result in first.results if _failed_transiently(result, is_transient)]
        if not failed:
            break
        names.update(dict.fromkeys(result.node.name for result in failed))
        wait(pause)
        chosen = [*failed, *_skipped_with(first.results, failed)]
        again = build([f"fqn:{'.'.join(result.node.fqn)}" for result in chosen])
        new = {result.node.unique_id: result for result in again.results}
        first.results = [new.get(result.node.unique_id, result) for result in first.results]
    return tuple(names)


def retry_start(build: Callable[[], Any], is_transient: Callable[[str], bool]) -> Any:
    """Returns the result of a build; retries it if it ends before its first node with a transient error.

    Raises:
        WmsEltError: the build ended with another error, or all attempts failed.
    """
    for pause in PAUSES_S:
        try:
            return build()
        except TargetError as error:
            if not is_transient(error.message):
                raise
            time.sleep(pause)
    return build()


def without_selection(arguments: Sequence[str]) -> list[str]:
    """Returns the arguments of ``dbt build`` without node selectors; exclusions stay."""
    kept: list[str] = []
    is_selector = False
    for word in arguments:
        if word.startswith("-"):
            is_selector = word.partition("=")[0] in _SELECTORS
        if not is_selector:
            kept.append(word)
    return kept


def _failed_transiently(result: Node, is_transient: Callable[[str], bool]) -> bool:
    # a test with failing rows has the status `fail`, which is not transient
    return str(result.status) == "error" and is_transient(str(result.message or ""))


def _skipped_with(results: Sequence[Node], failed: Sequence[Node]) -> Iterator[Node]:
    """Yields skipped nodes that depend on failed nodes, unless another failure also blocks them."""
    parents = {result.node.unique_id: _parents(result.node) for result in results}
    transient = {result.node.unique_id for result in failed}
    others = [
        result.node
        for result in results
        if node_status(str(result.status)) == "failed" and result.node.unique_id not in transient
    ]
    for result in results:
        if str(result.status) != "skipped":
            continue
        before = _ancestors(result.node.unique_id, parents)
        if before & transient and not any(_blocks(node, before) for node in others):
            yield result


def _blocks(failed: Node, before: set[str]) -> bool:
    """Whether a failure blocks nodes with these ancestors; a failed test blocks what depends on all its models."""
    if failed.unique_id in before:
        return True
    tested = _parents(failed)
    return str(failed.resource_type) in {"test", "unit_test"} and bool(tested) and tested <= before


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
