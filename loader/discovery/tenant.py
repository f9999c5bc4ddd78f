"""Asks a tenant with a limited number of requests."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from loader.settings import WmsSettings
from loader.wms import BadRequestError, Description, Page, RequestEvent, WmsClient, is_ordering_refused

_MOST_RETRIES = 2


class LimitReached(Exception):
    """No request is left."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A page and the time that its request took, in seconds."""

    page: Page
    seconds: float


class Tenant:
    """A WMS that gets at most `limit` requests from this discovery, retries included.

    Attributes:
        sent: requests sent so far.
        described: descriptions known so far, by entity.
    """

    def __init__(self, settings: WmsSettings, limit: int) -> None:
        self.sent, self.limit = 0, limit
        self.described: dict[str, Description] = {}
        self._seconds = 0.0
        retries = min(settings.retries, _MOST_RETRIES)
        # a page without rows is followed by a description; each of the two may be retried
        self._most = 2 * (retries + 1)
        self._client = WmsClient(settings.model_copy(update={"retries": retries}), observer=self._observe)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close idle connections."""
        self._client.close()

    def entities(self) -> Mapping[str, str]:
        """Return the entity map. Raises SourceError if the WMS can't be reached."""
        with self._request():
            return self._client.entities()

    def read_schema(self) -> bool:
        """Take descriptions of listed entities from the tenant's OpenAPI document; False if it has none.

        The document may have entities that the user can't read; the entity map doesn't list them.
        """
        listed = self.entities()
        with self._request():
            found = self._client.schema()
        self.described |= {name: description for name, description in found.items() if name in listed}
        return bool(found)

    def describe(self, entity: str) -> Description:
        """Return the description. Raises SourceError if the user can't read the entity, `LimitReached`."""
        if entity not in self.described:
            with self._request():
                self.described[entity] = self._client.describe(entity)
        return self.described[entity]

    def page(self, entity: str, params: Sequence[tuple[str, str]]) -> Timed:
        """Send one list request. Raises as `WmsClient.page`, and `LimitReached`."""
        with self._request():
            started = time.monotonic()
            page = self._client.page(entity, params)
            # the last event is a description if the page was empty
            return Timed(page, self._seconds if page.row_count else time.monotonic() - started)

    def ordered_page(self, entity: str, params: Sequence[tuple[str, str]], ordering: str) -> tuple[Timed, bool]:
        """As `page`, with an order; without it, and False, if the tenant refuses to order the entity."""
        try:
            return self.page(entity, [*params, ("ordering", ordering)]), True
        except BadRequestError as error:
            if not is_ordering_refused(error):
                raise
            return self.page(entity, params), False

    def _observe(self, event: RequestEvent) -> None:
        self.sent += 1
        self._seconds = event.seconds

    @contextmanager
    def _request(self) -> Iterator[None]:
        if self.sent + self._most > self.limit:
            raise LimitReached
        yield
