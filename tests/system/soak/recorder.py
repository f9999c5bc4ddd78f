"""Records which document versions the simulator has sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from loader.simulator import RunningSimulator
from loader.simulator.api.catalog import Catalog, Table
from loader.simulator.api.documents import Documents
from loader.simulator.api.render import Rendering
from loader.warehouse.schema import content_hash


class Version(NamedTuple):
    """A document as sent."""

    entity: str
    id: int
    content_hash: str


class Recorder:
    """Wraps the simulator's documents and records each one it renders.

    Attributes:
        ever: all versions sent so far.
        lately: versions sent since the last `forget`.
    """

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._recording = True
        self.ever: set[Version] = set()
        self.lately: set[Version] = set()

    def page(
        self, catalog: Catalog, table: Table, rendering: Rendering, ids: Sequence[int], at: datetime
    ) -> list[bytes]:
        """Same as `Documents.page`."""
        documents = self._documents.page(catalog, table, rendering, ids, at)
        if self._recording:
            shown = {Version(table.name, *pair) for pair in zip(ids, map(content_hash, documents), strict=True)}
            self.ever |= shown
            self.lately |= shown
        return documents

    def forget(self) -> None:
        """Clear `lately`."""
        self.lately = set()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Render documents for the tests without recording them."""
        self._recording = False
        try:
            yield
        finally:
            self._recording = True


def record(simulator: RunningSimulator) -> Recorder:
    """Start or continue recording."""
    documents: object = simulator.tenant.documents
    recorder = documents if isinstance(documents, Recorder) else Recorder(simulator.tenant.documents)
    simulator.tenant.documents = recorder  # type: ignore[assignment]
    return recorder
