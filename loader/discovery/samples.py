"""A sample of documents, completed with the rows that they refer to, so that rules find their parents."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from loader.discovery.tenant import Tenant
from loader.wms import Page

MOST_IDS: Final = 100
"""Ids in one request (docs/reference/wms-api.md, 8)."""
_LINK: Final = re.compile(r"/entity/([a-z][a-z0-9_]*)/\d+/?$")
_NAMED: Final = re.compile(r"(?:from_|to_|dest_|shipto_|parent_|orig_)?([a-z0-9_]+)_id")
# the only relation whose name is not that of its entity
_ALIASES: Final = {"order": "order_hdr"}

Parameters = Callable[[str], Sequence[tuple[str, str]]]


class Samples:
    """Documents by entity and id, each once.

    Args:
        entities: entities whose rows are kept; others are ignored.
    """

    def __init__(self, entities: Sequence[str]) -> None:
        self.documents: dict[str, dict[int, msgspec.Raw]] = {entity: {} for entity in entities}
        self.read_at: datetime | None = None

    def add(self, page: Page) -> None:
        """Keep the documents of a page."""
        self.read_at = page.read_at
        kept = self.documents.get(page.entity)
        if kept is not None:
            kept.update({key.id: document for key, document in zip(page.keys, page.documents, strict=True)})

    def missing(self) -> Mapping[str, list[int]]:
        """Return the rows that documents refer to and the sample lacks: entity -> ids."""
        wanted: dict[str, set[int]] = {}
        for rows in self.documents.values():
            for document in rows.values():
                for entity, row_id in _relations(msgspec.json.decode(document), self.documents.keys()):
                    if row_id not in self.documents[entity]:
                        wanted.setdefault(entity, set()).add(row_id)
        return {entity: sorted(ids) for entity, ids in sorted(wanted.items())}

    def complete(self, tenant: Tenant, parameters: Parameters, unreadable: set[str]) -> None:
        """Request missing parents, and their parents, until none is missing.

        Args:
            parameters: of a request for an entity, without filter and size.
            unreadable: entities that can't be asked for; gets those whose request finds no row.

        Raises:
            LimitReached: no request is left. Rows found so far are kept.
        """
        asked: set[tuple[str, int]] = set()
        while True:
            found = {entity: ids for entity, ids in self.missing().items() if entity not in unreadable}
            todo = {entity: [i for i in ids if (entity, i) not in asked][:MOST_IDS] for entity, ids in found.items()}
            if not any(todo.values()):
                return
            for entity, ids in todo.items():
                asked |= {(entity, row_id) for row_id in ids}
                if ids:
                    wanted = [("id__in", ",".join(map(str, ids))), ("page_size", str(MOST_IDS))]
                    self.add(tenant.page(entity, [*parameters(entity), *wanted]).page)


def _relations(row: Any, entities: Collection[str]) -> Iterator[tuple[str, int]]:
    for name, value in row.items() if isinstance(row, dict) else ():
        row_id = value.get("id") if isinstance(value, dict) else None
        if isinstance(row_id, int):
            linked = _LINK.search(str(value.get("url") or ""))
            entity = linked[1] if linked else _named(name)
            if entity in entities:
                yield entity, row_id


def _named(field: str) -> str:
    """Return the entity that a relation's name suggests: ``from_inventory_id`` -> ``inventory``."""
    matched = _NAMED.fullmatch(field)
    name = matched[1] if matched else ""
    return _ALIASES.get(name, name)
