"""Quarantine for documents that can't be loaded (elt_quarantine).

A document is stored at once, and released when the WMS returns a usable version.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from loader.warehouse.base import Warehouse
from loader.warehouse.schema import QUARANTINE, content_hash

if TYPE_CHECKING:
    from loader.wms.page import UnusableDocument

Open = Callable[[], Warehouse]

_KNOWN: Final = "select content_hash, released_at from {table} where entity = ?"
_SEEN: Final = "update {table} set last_seen_at = ?, released_at = null where entity = ? and content_hash = ?"
_RELEASE: Final = "update {table} set released_at = ? where entity = ? and entity_id = ? and released_at is null"
_UNSEEN: Final = (
    "select content_hash, entity_id from {table} where entity = ? and last_seen_at < ? and released_at is null"
)
_CLOSE: Final = "update {table} set released_at = ? where entity = ? and content_hash = ?"
_WAITING: Final = "select entity, entity_id, count(*) from {table} where released_at is null group by entity, entity_id"
_COUNTS: Final = "select entity, count(*) from {table} where released_at is null group by entity"


def count_set_aside(target: Warehouse) -> Mapping[str, int]:
    """Count documents in the quarantine by entity. Empty if the target has no such table."""
    table = target.raw(QUARANTINE.name)
    if not target.exists(table):
        return {}
    return {str(entity): int(str(count)) for entity, count in target.fetch(_COUNTS.format(table=table))}


class Quarantine:
    """Access to the table elt_quarantine; thread-safe.

    Args:
        opened: returns an open target. Called once, on first use.
    """

    def __init__(self, opened: Open) -> None:
        self._opened = opened
        self._lock = threading.Lock()
        self._target: Warehouse | None = None
        # documents that are not released, by entity, until something changes
        self._waiting: Mapping[str, int] | None = None

    def set_aside(self, entity: str, documents: Sequence[UnusableDocument]) -> int:
        """Store the documents, each once, and commit. Return how many were new or had been released."""
        by_hash = {content_hash(document.content): document for document in documents}
        now = datetime.now(UTC)
        with self._lock:
            self._waiting = None
            target, table = self._ready()
            known = {str(found): released for found, released in target.fetch(_KNOWN.format(table=table), (entity,))}
            again = [found for found in by_hash if found in known]
            new = [found for found in by_hash if found not in known]
            with target.transaction():
                for found in again:
                    target.execute(_SEEN.format(table=table), (now, entity, found))
                target.insert(QUARANTINE, [_row(entity, found, by_hash[found], now) for found in new])
        return len(new) + sum(known[found] is not None for found in again)

    def release(self, entity: str, ids: Sequence[str]) -> None:
        """Release the documents of these ids."""
        with self._lock:
            target, table = self._ready()
            self._waiting = None
            for entity_id in ids:
                target.execute(_RELEASE.format(table=table), (datetime.now(UTC), entity, entity_id))

    def release_unseen(self, entity: str, since: datetime, keep: Set[str | None] = frozenset()) -> bool:
        """Release documents that a full read, started at `since` (aware UTC), did not return.

        Args:
            keep: ids, as written, of documents that were returned in part; None stands for those without an id.

        Returns:
            False if the entity has no documents in the quarantine.
        """
        with self._lock:
            target, table = self._ready()
            if self._waiting is None:
                self._waiting = count_set_aside(target)
            if entity not in self._waiting:
                return False
            self._waiting = None
            unseen = target.fetch(_UNSEEN.format(table=table), (entity, since))
            for found, entity_id in unseen:
                if entity_id not in keep:
                    target.execute(_CLOSE.format(table=table), (datetime.now(UTC), entity, found))
            return True

    def waiting(self) -> Mapping[str, Set[str]]:
        """Return the ids of quarantined documents by entity."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        with self._lock:
            target, table = self._ready()
            counts: Counter[str] = Counter()
            for entity, entity_id, documents in target.fetch(_WAITING.format(table=table)):
                found[str(entity)] |= set() if entity_id is None else {str(entity_id)}
                counts[str(entity)] += int(str(documents))
            self._waiting = counts
        return found

    def counts(self) -> Mapping[str, int]:
        """Count quarantined documents by entity."""
        with self._lock:
            if self._waiting is None:
                target, _ = self._ready()
                self._waiting = count_set_aside(target)
            return self._waiting

    def _ready(self) -> tuple[Warehouse, str]:
        if self._target is None:
            self._target = self._opened()
        table = self._target.raw(QUARANTINE.name)
        if not self._target.exists(table):
            self._target.ensure_run_tables()
        return self._target, table


class QuarantineMixin:
    """The quarantine methods of `RawStore`, which are the same for every target."""

    def __init__(self, quarantine: Quarantine | None) -> None:
        self._quarantine = quarantine
        self._waiting: Mapping[str, Set[str]] | None = None

    def set_aside(self, entity: str, documents: Sequence[UnusableDocument]) -> int:
        """Store documents that can't be loaded, each once, and commit. Return how many were new or released."""
        if self._quarantine is None:
            raise RuntimeError("this raw store was opened without a quarantine")
        self._waiting = None
        return self._quarantine.set_aside(entity, documents)

    def release(self, entity: str, ids: Sequence[str]) -> None:
        """Release the documents of these ids."""
        self._waiting = None
        if self._quarantine is not None:
            self._quarantine.release(entity, ids)

    def release_unseen(self, entity: str, since: datetime, keep: Set[str | None] = frozenset()) -> None:
        """Release documents that a full read, started at `since` (aware UTC), did not return."""
        if self._quarantine is not None and self._quarantine.release_unseen(entity, since, keep):
            self._waiting = None

    def ids_set_aside(self, entity: str) -> Set[str]:
        """Return the ids, as written, of quarantined documents."""
        if self._quarantine is None:
            return frozenset()
        waiting = self._waiting
        if waiting is None:
            waiting = self._waiting = self._quarantine.waiting()
        return waiting.get(entity, frozenset())

    def counts_set_aside(self) -> Mapping[str, int]:
        """Count quarantined documents by entity."""
        return {} if self._quarantine is None else self._quarantine.counts()


def _row(entity: str, found: str, document: UnusableDocument, now: datetime) -> Mapping[str, object]:
    return {
        "entity": entity,
        "entity_id": document.entity_id,
        "content_hash": found,
        "reason": document.reason,
        "doc_bytes": document.content,
        "first_seen_at": now,
        "last_seen_at": now,
    }
