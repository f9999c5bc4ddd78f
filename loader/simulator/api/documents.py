"""Cache of rendered documents by id, limited in bytes, so that repeated pages are fast."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from loader.simulator.api.catalog import Catalog, Table
from loader.simulator.api.render import Rendering, Template
from loader.simulator.contract import World

# approximate overhead of one entry in bytes
_OVERHEAD = 250
_TEMPLATES_KEPT = 512


class Documents:
    """LRU cache of documents, one version of each, validated by the version number of the world.

    Args:
        budget: maximum size in bytes.
    """

    def __init__(self, world: World, budget: int) -> None:
        self._world = world
        self._budget = budget
        self._templates: OrderedDict[tuple[str, Rendering], Template] = OrderedDict()
        self._kept: OrderedDict[tuple[Template, int], tuple[int, bytes]] = OrderedDict()
        self.size = 0

    def page(
        self, catalog: Catalog, table: Table, rendering: Rendering, ids: Sequence[int], at: datetime
    ) -> list[bytes]:
        """Return the documents of rows that exist at the instant, in the order of the ids."""
        template = self._template(catalog, table, rendering)
        versions = self._world.versions(table.name, ids, at).tolist()
        documents: dict[int, bytes] = {}
        missing: list[int] = []
        kept = self._kept
        for row_id, version in zip(ids, versions, strict=True):
            key = (template, row_id)
            entry = kept.get(key)
            if entry is not None and entry[0] == version:
                documents[row_id] = entry[1]
                kept.move_to_end(key)
            else:
                missing.append(row_id)
        if missing:
            wanted = dict(zip(ids, versions, strict=True))
            for row_id, row in zip(missing, self._world.rows(table.name, missing, at), strict=True):
                document = documents[row_id] = template.document(row_id, row)
                self._keep((template, row_id), wanted[row_id], document)
        return [documents[row_id] for row_id in ids]

    def _template(self, catalog: Catalog, table: Table, rendering: Rendering) -> Template:
        key = (table.name, rendering)
        template = self._templates.get(key)
        if template is None:
            template = self._templates[key] = Template(self._world, catalog, table, rendering)
            if len(self._templates) > _TEMPLATES_KEPT:
                self._templates.popitem(last=False)
        return template

    def _keep(self, key: tuple[Template, int], version: int, document: bytes) -> None:
        old = self._kept.pop(key, None)
        self.size += len(document) + _OVERHEAD if old is None else len(document) - len(old[1])
        self._kept[key] = version, document
        while self.size > self._budget:
            _, (_, dropped) = self._kept.popitem(last=False)
            self.size -= len(dropped) + _OVERHEAD
