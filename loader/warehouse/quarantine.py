"""Documents that cannot be landed: kept in elt_quarantine at once, released when the WMS shows them readable again."""

from __future__ import annotations

import threading
from collections import defaultdict
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
_WAITING: Final = "select entity, entity_id from {table} where released_at is null and entity_id is not null"
_COUNTS: Final = "select entity, count(*) from {table} where released_at is null group by entity"


def count_set_aside(target: Warehouse) -> Mapping[str, int]:
    """How many documents are set aside now, by entity; empty in a target that has no such table."""
    table = target.raw(QUARANTINE.name)
    if not target.exists(table):
        return {}
    return {str(entity): int(str(count)) for entity, count in target.fetch(_COUNTS.format(table=table))}


class Quarantine:
    """The table elt_quarantine; threads may share the object.

    Args:
        opened: the target, opened for this, or the one that is open already; asked once, when it is needed.
    """

    def __init__(self, opened: Open) -> None:
        self._opened = opened
        self._lock = threading.Lock()
        self._target: Warehouse | None = None

    def set_aside(self, entity: str, documents: Sequence[UnusableDocument]) -> int:
        """Keeps the documents, each once; returns how many were not known or had been released."""
        by_hash = {content_hash(document.content): document for document in documents}
        now = datetime.now(UTC)
        with self._lock:
            target, table = self._ready()
            known = {str(found): released for found, released in target.fetch(_KNOWN.format(table=table), (entity,))}
            again = [found for found in by_hash if found in known]
            new = [found for found in by_hash if found not in known]
            with target.transaction():
                for found in again:
                    target.execute(_SEEN.format(table=table), (_naive(now), entity, found))
                target.insert(QUARANTINE, [_row(entity, found, by_hash[found], now) for found in new])
        return len(new) + sum(known[found] is not None for found in again)

    def release(self, entity: str, ids: Sequence[str]) -> None:
        """Notes that the documents of these ids can be landed again."""
        with self._lock:
            target, table = self._ready()
            for entity_id in ids:
                target.execute(_RELEASE.format(table=table), (_naive(datetime.now(UTC)), entity, entity_id))

    def release_unseen(self, entity: str, since: datetime, keep: Set[str | None] = frozenset()) -> None:
        """Releases what a reading of all documents, begun then (aware), has not shown.

        Args:
            keep: ids, as written, of documents that were shown in part; None stands for those without an id.
        """
        with self._lock:
            target, table = self._ready()
            unseen = target.fetch(_UNSEEN.format(table=table), (entity, _naive(since)))
            for found, entity_id in unseen:
                if entity_id not in keep:
                    target.execute(_CLOSE.format(table=table), (_naive(datetime.now(UTC)), entity, found))

    def waiting(self) -> Mapping[str, Set[str]]:
        """Ids of the documents that are set aside now, by entity."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        with self._lock:
            target, table = self._ready()
            for entity, entity_id in target.fetch(_WAITING.format(table=table)):
                found[str(entity)].add(str(entity_id))
        return found

    def counts(self) -> Mapping[str, int]:
        """How many documents are set aside now, by entity."""
        with self._lock:
            target, _ = self._ready()
            return count_set_aside(target)

    def _ready(self) -> tuple[Warehouse, str]:
        if self._target is None:
            self._target = self._opened()
        table = self._target.raw(QUARANTINE.name)
        if not self._target.exists(table):
            self._target.ensure_run_tables()
        return self._target, table


class SetsAside:
    """The part of `RawStore` that is about the quarantine, the same on every target."""

    def __init__(self, quarantine: Quarantine | None) -> None:
        self._quarantine = quarantine
        self._waiting: Mapping[str, Set[str]] | None = None

    def set_aside(self, entity: str, documents: Sequence[UnusableDocument]) -> int:
        """Keeps documents that cannot be landed, at once and each once; returns how many were not known."""
        if self._quarantine is None:
            raise RuntimeError("this view of the target was opened without a quarantine")
        self._waiting = None
        return self._quarantine.set_aside(entity, documents)

    def release(self, entity: str, ids: Sequence[str]) -> None:
        """Notes that the documents of these ids can be landed again."""
        self._waiting = None
        if self._quarantine is not None:
            self._quarantine.release(entity, ids)

    def release_unseen(self, entity: str, since: datetime, keep: Set[str | None] = frozenset()) -> None:
        """Releases what a reading of all documents, begun then (aware), has not shown."""
        self._waiting = None
        if self._quarantine is not None:
            self._quarantine.release_unseen(entity, since, keep)

    def ids_set_aside(self, entity: str) -> Set[str]:
        """Ids, as written, of documents that are set aside now."""
        if self._quarantine is None:
            return frozenset()
        waiting = self._waiting
        if waiting is None:
            waiting = self._waiting = self._quarantine.waiting()
        return waiting.get(entity, frozenset())

    def counts_set_aside(self) -> Mapping[str, int]:
        """How many documents are set aside now, by entity."""
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


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
