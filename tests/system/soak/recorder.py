"""Which versions the simulator has shown to anybody."""

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
    """A document as it was shown."""

    entity: str
    id: int
    content_hash: str


class Recorder:
    """Stands in front of the simulator's documents and notes each that is rendered.

    Attributes:
        ever: all versions shown so far.
        lately: those since the last `forget`.
    """

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._recording = True
        self.ever: set[Version] = set()
        self.lately: set[Version] = set()

    def page(
        self, catalog: Catalog, table: Table, rendering: Rendering, ids: Sequence[int], at: datetime
    ) -> list[bytes]:
        """As `Documents.page`."""
        documents = self._documents.page(catalog, table, rendering, ids, at)
        if self._recording:
            shown = {Version(table.name, *pair) for pair in zip(ids, map(content_hash, documents), strict=True)}
            self.ever |= shown
            self.lately |= shown
        return documents

    def forget(self) -> None:
        """Begin `lately` anew."""
        self.lately = set()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What is rendered for the tests themselves is shown to nobody."""
        self._recording = False
        try:
            yield
        finally:
            self._recording = True


def record(simulator: RunningSimulator) -> Recorder:
    """Records from now on, or goes on recording."""
    documents: object = simulator.tenant.documents
    recorder = documents if isinstance(documents, Recorder) else Recorder(simulator.tenant.documents)
    simulator.tenant.documents = recorder  # type: ignore[assignment]
    return recorder
