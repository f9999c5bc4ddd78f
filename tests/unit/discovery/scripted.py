"""A tenant of ids without a server, and pages of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from loader.discovery.tenant import LimitReached, Timed
from loader.wms import Page, parse_page

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def raw(*rows: dict[str, Any]) -> list[msgspec.Raw]:
    return [msgspec.Raw(json.dumps(row).encode()) for row in rows]


def page(entity: str, rows: Sequence[dict[str, Any]], **envelope: Any) -> Page:
    return parse_page(entity, json.dumps({**envelope, "results": list(rows)}).encode(), read_at=NOW)


class IdsTenant:
    """The interface of `Tenant` over ids. `asked` has the parameters of each request."""

    def __init__(self, ids: Sequence[int], left: int = 100) -> None:
        self.ids, self.left, self.asked = sorted(ids), left, list[dict[str, str]]()

    def page(self, entity: str, params: Sequence[tuple[str, str]]) -> Timed:
        self.left -= 1
        if self.left < 0:
            raise LimitReached
        query = dict(params)
        self.asked.append(query)
        found = [i for i in self.ids if i > int(query.get("id__gt", -1))]
        wanted = query.get("id__in")
        found = [i for i in found if wanted is None or str(i) in wanted.split(",")]
        found = found[::-1] if query.get("ordering") == "-id" else found
        size = int(query["page_size"])
        counted = {"result_count": len(found)} if query.get("page_mode") == "paged" else {}
        link = "https://h/next" if len(found) > size else None
        return Timed(page(entity, [{"id": i} for i in found[:size]], next_page=link, **counted), 0.1)

    def ordered_page(self, entity: str, params: Sequence[tuple[str, str]], ordering: str) -> tuple[Timed, bool]:
        return self.page(entity, [*params, ("ordering", ordering)]), True
