"""An in-memory WMS with the client's interface, for protocol properties. Other tests use the simulator."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from loader.extract.window import from_text
from loader.wms.catalog import Description, FieldDescription
from loader.wms.faults import SourceFaults
from loader.wms.page import Page, parse_page
from loader.wms.response import BadRequestError
from loader.wms.usable import usable_page

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@dataclass
class FakeWms:
    """Rows by entity and id. The describe has mod_ts if any row has it."""

    now: datetime = START
    rows: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    faults: SourceFaults = field(default_factory=SourceFaults)
    distrusted: timedelta | None = None
    skew: timedelta | None = timedelta(0)
    without_values: set[str] = field(default_factory=set)
    refuses_values: bool = False
    ignores: frozenset[str] = frozenset()
    on_page: Callable[[Page], None] | None = None
    written: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def put(self, entity: str, row_id: int, mod_ts: datetime | None = None, **values: object) -> None:
        row = {"id": row_id, **values}
        if mod_ts is not None:
            row["mod_ts"] = mod_ts.isoformat()
        self.rows.setdefault(entity, {})[row_id] = row

    def delete(self, entity: str, row_id: int) -> None:
        del self.rows[entity][row_id]

    def server_now(self) -> datetime:
        return self.now.replace(microsecond=0)

    def distrusted_skew(self) -> timedelta | None:
        return self.distrusted

    def clock_skew(self) -> timedelta | None:
        """The fake's clock is this machine's; None where a test sets both."""
        return self.skew

    def pause(self, failures: int) -> None:
        """Return the time set by the test."""

    def check_readable(self, entity: str) -> None:
        """Return whether the entity exists: always true here."""

    def describe(self, entity: str) -> Description:
        names = {"id", *(name for row in self.rows[entity].values() for name in row)}
        fields = {name: FieldDescription(name=name, kind="string") for name in sorted(names)}
        return Description(entity=entity, fields=fields, parameters=frozenset(names), digest="", body=b"{}")

    @contextmanager
    def describing(self, entities: Iterable[str]) -> Iterator[None]:
        """Prefetch nothing."""
        yield

    def page(self, entity: str, params: Sequence[tuple[str, str]], *, partial_rows: bool = False) -> Page:
        return usable_page(partial(self._page, entity), params, None if partial_rows else self.on_page)

    def _page(self, entity: str, params: Sequence[tuple[str, str]]) -> Page:
        query = {name: value for name, value in params if name not in self.ignores}
        assert self.ignores or len(query) == len(params), "a key given twice"
        self.requests.append((entity, query))
        if self.refuses_values and "values_list" in query:
            raise BadRequestError("WMS_HTTP_001", "no values_list")
        descending = query.get("ordering") == "-id"
        found = sorted(self._matching(entity, query), key=lambda row: row["id"], reverse=descending)
        envelope = {"result_count": len(found)} if query.get("page_mode") == "paged" else {}
        found = found[: int(query["page_size"])]
        if "values_list" in query:
            found = [{name: _value(row, name) for name in query["values_list"].split(",")} for row in found]
        texts = [self._text(entity, row, query) for row in found]
        counts = "".join(f'"{name}":{json.dumps(value)},' for name, value in envelope.items())
        head = f'{{{counts}"next_page":null,"previous_page":null,"results":['
        body = head.encode() + b",".join(texts) + b"]}"
        return parse_page(entity, body, read_at=self.now, is_last_try=True)

    def _text(self, entity: str, row: dict[str, Any], query: dict[str, str]) -> bytes:
        """Return a row as JSON. `written` contains the bytes of malformed documents."""
        odd = self.written.get((entity, row["id"]))
        return odd if odd is not None and "values_list" not in query else json.dumps(row).encode()

    def _matching(self, entity: str, query: dict[str, str]) -> Iterable[dict[str, Any]]:
        for row in self.rows.get(entity, {}).values():
            mod_ts = datetime.fromisoformat(row["mod_ts"]) if row.get("mod_ts") else None
            if query.get("mod_ts__isnull") == "true" and mod_ts is not None:
                continue
            if "id__in" in query and row["id"] not in map(int, query["id__in"].split(",")):
                continue
            if "id__gte" in query and row["id"] < int(query["id__gte"]):
                continue
            if "id__gt" in query and row["id"] <= int(query["id__gt"]):
                continue
            if "id__lte" in query and row["id"] > int(query["id__lte"]):
                continue
            if "mod_ts__gte" in query and (mod_ts is None or mod_ts < from_text(query["mod_ts__gte"])):
                continue
            if "mod_ts__lt" in query and (mod_ts is None or mod_ts >= from_text(query["mod_ts__lt"])):
                continue
            if not _is_in_scope(row, query):
                continue
            yield row


def _is_in_scope(row: dict[str, Any], query: dict[str, str]) -> bool:
    """Apply filters on codes of relations and on creation time."""
    created = datetime.fromisoformat(row["create_ts"]) if row.get("create_ts") else None
    if query.get("create_ts__isnull") == "true" and created is not None:
        return False
    if "create_ts__gte" in query and (created is None or created < from_text(query["create_ts__gte"])):
        return False
    if "create_ts__lt" in query and (created is None or created >= from_text(query["create_ts__lt"])):
        return False
    for name, value in query.items():
        path = name.removesuffix("__in")
        if path.endswith("code") and _value(row, path) not in (value.split(",") if name != path else [value]):
            return False
    return True


def _value(row: dict[str, Any], path: str) -> Any:
    """Return the value at a path; ``facility_id__code`` is the key of the relation."""
    relation, _, name = path.partition("__")
    found = row.get(relation)
    return found["key"] if name == "code" and isinstance(found, dict) else found
