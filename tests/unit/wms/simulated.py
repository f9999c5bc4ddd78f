"""A client of the bundled simulator with a frozen clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from loader.settings import WmsSettings
from loader.simulator import RunningSimulator
from loader.wms import Page, WmsClient

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def settings(simulator: RunningSimulator, **changes: Any) -> WmsSettings:
    credentials = {"username": simulator.username, "password": simulator.password}
    return WmsSettings(**({"base_url": simulator.url, "retries": 0} | credentials | changes))


def scan(client: WmsClient, entity: str, *filters: tuple[str, str], page_size: int = 200) -> Iterator[Page]:
    """Reads all rows by id, like the extraction (wms-api 8.4)."""
    last: list[tuple[str, str]] = []
    paging = [("page_mode", "sequenced"), ("ordering", "id"), ("page_size", str(page_size))]
    while (page := client.page(entity, [*filters, *last, *paging])).keys:
        yield page
        last = [("id__gt", str(page.keys[-1].id))]
