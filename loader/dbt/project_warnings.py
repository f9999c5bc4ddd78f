"""Collects warnings of the dbt project's SQL (`exceptions.warn`): dbt logs them but doesn't add them to results."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any


class NodeWarnings:
    """Event callback of dbt that assigns the messages of `exceptions.warn` to the node whose SQL calls it.

    The event doesn't name its node, but each dbt thread runs one node at a time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, str] = {}
        self._messages: dict[str, list[str]] = {}

    def __call__(self, event: Any) -> None:
        """Handles one event; dbt calls this from its threads."""
        name, thread = event.info.name, event.info.thread
        with self._lock:
            if name == "NodeStart":
                self._running[thread] = event.data.node_info.unique_id
            elif name == "NodeFinished":
                self._running.pop(thread, None)
            elif name == "JinjaLogWarning" and thread in self._running:
                self._messages.setdefault(self._running[thread], []).append(event.data.msg)

    @property
    def by_node(self) -> Mapping[str, str]:
        """Messages by unique id of the node, joined in one line."""
        with self._lock:
            return {node: " ".join(" ".join(messages).split()) for node, messages in self._messages.items()}
