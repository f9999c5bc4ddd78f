"""Follows the nodes of a build: which are in work, and how long the rest will take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final

from loader.dbt.results import BuildProgress, NodeStatus

NodeListener = Callable[[BuildProgress], None]

_STATUS: Final[Mapping[str, NodeStatus]] = MappingProxyType(
    {"success": "ok", "pass": "ok", "warn": "warn", "skipped": "skipped", "no-op": "skipped"}
)
_REPEAT_S: Final = 10.0
_SHORTEST_S: Final = 0.05
"""Duration of a node that an earlier build measured as less: dbt's own work on it."""
_LEAST_NODES: Final = 5
_LEAST_SHARE: Final = 0.3
"""Share of the nodes from which their mean describes the rest, if no earlier build measured them.

Seeds and staging come first and take longest: after 5 % of a first build, their mean is four times too high.
"""


def node_status(dbt_status: str) -> NodeStatus:
    """Maps dbt's statuses to four; an unknown status is `failed`."""
    return _STATUS.get(dbt_status, "failed")


def time_left(elapsed: float, done: int, total: int, finished: float, unfinished: tuple[int, float]) -> float | None:
    """Returns the estimated seconds until the end of a build; None while too little is known.

    Args:
        elapsed: seconds since the first node started.
        finished: seconds that the finished nodes took in an earlier build; 0 = unknown.
        unfinished: number of other known nodes, and the seconds that they took. The build may leave some of them out.
    """
    if done < _LEAST_NODES or done >= total:
        return None
    count, seconds = unfinished
    if not (finished and count):
        return elapsed / done * (total - done) if done >= _LEAST_SHARE * total else None
    return elapsed / finished * seconds / count * (total - done)


class NodeProgress:
    """Event callback of dbt that calls a listener when a node starts or ends.

    Args:
        listener: None = nothing is reported.
        seconds: duration of nodes in an earlier build, by name.
    """

    def __init__(
        self,
        listener: NodeListener | None,
        seconds: Mapping[str, float] = MappingProxyType({}),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._listener = listener
        self._left = {name: max(value, _SHORTEST_S) for name, value in seconds.items()}
        self._left_s = sum(self._left.values())
        self._clock = clock
        self._lock = threading.Lock()
        self._began: float | None = None
        self._finished = 0.0
        self._done = self._total = 0
        self._running: dict[str, None] = {}

    def __call__(self, event: Any) -> None:
        """Receive an event of dbt, from any of its threads."""
        name = event.info.name
        if name not in {"LogStartLine", "NodeStart", "NodeFinished"}:
            return
        with self._lock:
            if name == "LogStartLine":
                self._total = max(self._total, event.data.total)
            elif name == "NodeStart":
                self._start(event.data.node_info.node_name)
            else:
                node = event.data.node_info
                self._finish(node.node_name, node_status(node.node_status))

    @contextmanager
    def repeated(self) -> Iterator[None]:
        """Report every ten seconds while the block runs, because a node may take minutes."""
        ended = threading.Event()
        reporter = threading.Thread(target=self._repeat, args=(ended,), name="build progress", daemon=True)
        if self._listener is not None:
            reporter.start()
        try:
            yield
        finally:
            ended.set()

    def _repeat(self, ended: threading.Event) -> None:
        while not ended.wait(_REPEAT_S):
            with self._lock:
                if self._running:
                    self._report()

    def _start(self, name: str) -> None:
        if self._began is None:
            self._began = self._clock()
        self._running[name] = None
        self._report()

    def _finish(self, name: str, status: NodeStatus) -> None:
        self._running.pop(name, None)
        self._done += 1
        known = self._left.pop(name, 0.0)
        self._left_s -= known
        self._finished += known
        self._report(name, status)

    def _report(self, name: str = "", status: NodeStatus = "ok") -> None:
        if self._listener is None:
            return
        total = max(self._total, self._done)
        elapsed = self._clock() - self._began if self._began is not None else 0.0
        unfinished = (len(self._left), self._left_s)
        self._listener(
            BuildProgress(
                done=self._done,
                total=total,
                running=tuple(self._running),
                left_s=time_left(elapsed, self._done, total, self._finished, unfinished),
                name=name,
                status=status,
            )
        )
