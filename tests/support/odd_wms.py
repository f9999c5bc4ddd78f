"""A WMS that truncates responses, refuses ordering or sends wrong empty responses, as a test configures."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from loader.wms.faults import SourceFaults
from loader.wms.page import Page, parse_page
from loader.wms.response import BadRequestError

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclass
class OddWms:
    """The client's interface over a set of ids.

    Args:
        cap: maximum rows in a response, whatever page size is requested.
        orders: whether `ordering` is supported; otherwise rows have no order.
        links: whether `next_page` shows that a response was truncated.
        counts: whether the paged mode contains `result_count`.
        strays: numbers of the requests, from 0, with an empty response.
        empty_status: status of an empty response.
        empty_values_status: status of an empty response to `values_list`; None for `empty_status`.
        empty_paged_status: status of an empty response in paged mode; None for `empty_status`.
        readable: content of the describe when requested again.
        withdrawn: numbers of the requests, describes included, for which the user lacks permission.
        short: numbers of the requests whose response contains only the first row.
    """

    ids: set[int]
    cap: int = 1250
    orders: bool = True
    links: bool = True
    counts: bool = True
    strays: frozenset[int] = frozenset()
    empty_status: int = 200
    empty_values_status: int | None = None
    empty_paged_status: int | None = None
    readable: bool = True
    withdrawn: range = range(0)
    short: frozenset[int] = frozenset()
    requests: list[dict[str, str]] = field(default_factory=list)
    described: int = 0
    paused: list[int] = field(default_factory=list)
    faults: SourceFaults = field(default_factory=SourceFaults)
    without_values: set[str] = field(default_factory=set)

    def pause(self, failures: int) -> None:
        self.paused.append(failures)

    def distrusted_skew(self) -> timedelta | None:
        return None

    def clock_skew(self) -> timedelta | None:
        return timedelta(0)

    def check_readable(self, entity: str) -> None:
        from loader.errors import SourceError

        number = len(self.requests) + self.described
        self.described += 1
        if not self.readable or number in self.withdrawn:
            raise SourceError("WMS_PERM_002", f"Can't read {entity}.")

    def page(self, entity: str, params: Sequence[tuple[str, str]], *, partial_rows: bool = False) -> Page:
        query = dict(params)
        assert len(query) == len(params), "a key given twice"
        number = len(self.requests)
        self.requests.append(query)
        if "ordering" in query and not self.orders:
            refused = BadRequestError("WMS_HTTP_001", "no ordering")
            refused.blames_ordering = True
            raise refused
        if number + self.described in self.withdrawn:
            return Page(entity, [], [], NOW, status=404)
        found = [] if number in self.strays else self._found(query)
        if number + self.described in self.short:
            found = found[:1]
        return self._page(entity, query, found)

    def _page(self, entity: str, query: dict[str, str], found: list[int]) -> Page:
        size = min(int(query["page_size"]), self.cap)
        envelope: dict[str, Any] = {"results": [{"id": row_id} for row_id in found[:size]]}
        if self.links and len(found) > size:
            envelope["next_page"] = "https://h/next"
        if self.counts and query["page_mode"] == "paged":
            envelope["result_count"] = len(found)
        status = self._empty_status(query)
        if not found and status != 200:
            return Page(entity, [], [], NOW, status=status)
        return parse_page(entity, json.dumps(envelope).encode(), read_at=NOW)

    def _empty_status(self, query: dict[str, str]) -> int:
        if "values_list" in query and self.empty_values_status is not None:
            return self.empty_values_status
        if query["page_mode"] == "paged" and self.empty_paged_status is not None:
            return self.empty_paged_status
        return self.empty_status

    def _found(self, query: dict[str, str]) -> list[int]:
        found = sorted(row_id for row_id in self.ids if _passes(row_id, query))
        if query.get("ordering") == "-id":
            return found[::-1]
        if "ordering" not in query:
            random.Random(7).shuffle(found)
        return found


def _passes(row_id: int, query: dict[str, str]) -> bool:
    wanted = query.get("id__in")
    return (
        row_id > int(query.get("id__gt", -(2**63)))
        and row_id >= int(query.get("id__gte", -(2**63)))
        and row_id <= int(query.get("id__lte", 2**62))
        and (wanted is None or row_id in map(int, wanted.split(",")))
    )
