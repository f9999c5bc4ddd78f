"""What the project itself warns of while a node runs: dbt tells it to its log, but puts it in no result."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any


class NodeWarnings:
    """An event callback of dbt that keeps the words of `exceptions.warn` with the node whose SQL calls it.

    Such an event names no node, but a thread of dbt runs one node at a time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, str] = {}
        self._words: dict[str, list[str]] = {}

    def __call__(self, event: Any) -> None:
        """Called by dbt, from its threads."""
        name, thread = event.info.name, event.info.thread
        with self._lock:
            if name == "NodeStart":
                self._running[thread] = event.data.node_info.unique_id
            elif name == "NodeFinished":
                self._running.pop(thread, None)
            elif name == "JinjaLogWarning" and thread in self._running:
                self._words.setdefault(self._running[thread], []).append(event.data.msg)

    @property
    def by_node(self) -> Mapping[str, str]:
        """By a node's unique id: its words, on one line."""
        with self._lock:
            return {node: " ".join(" ".join(words).split()) for node, words in self._words.items()}
