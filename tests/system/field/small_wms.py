"""A second, small WMS, written from the API guide alone. It shares no code with the simulator or the loader.

Use: ``with SmallWms(tables).serve() as wms:`` and read ``wms.url``. To inject a fault, assign an attribute or append
a rule to ``rules``: a function of the request that returns a response, or None for the correct one.
"""

from __future__ import annotations

import base64
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

Row = dict[str, Any]
MOST_ROWS = 1250
PREFIX = "/acme/wms/lgfapi/v10/entity"
FOREIGN = {"order_id": "order_hdr", "order_dtl_id": "order_dtl", "ib_shipment_id": "ib_shipment", "item_id": "item"}
CONTROLS = {"page", "page_size", "page_mode", "cursor", "ordering", "fields", "values_list", "distinct"}


class Refusal(Exception):
    """An error response in the documented format."""

    def __init__(self, status: int, code: str, message: str, details: Any = None) -> None:
        super().__init__(message)
        body: Row = {"reference": str(uuid.uuid4()), "code": code, "message": message}
        self.answer = Answer(status, json.dumps(body | ({"details": details} if details else {})).encode())


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    media_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Asked:
    """A request: entity, whether it asks for the describe, and the query with the last value of each key."""

    path: str
    entity: str
    describe: bool
    query: dict[str, str]

    @property
    def lists(self) -> bool:
        return bool(self.entity) and not self.describe


Rule = Callable[[Asked], "Answer | None"]


@dataclass
class SmallWms:
    """The tenant.

    Args:
        tables: rows by entity. A relation is ``{"id", "key", "url"}``. ``_raw`` is the document in bytes; the other
            members then only control filters and order.
        cap: maximum rows in a response, whatever page size is requested.
        links: whether a truncated response contains ``next_page``.
        refuses_ordering: entities that return 400 for ``ordering``.
        withdrawn: entities the user can't read, with the status of their responses.
        eligible: codes of the facilities whose rows the user can read; None = all.
        skew: error of the Date header.
        passed: how far the tenant's clock is ahead of this machine's clock, for tests that span days.
    """

    tables: dict[str, list[Row]]
    user: str = "extract"
    password: str = "s3cret-Pa55"
    cap: int = MOST_ROWS
    links: bool = True
    refuses_ordering: set[str] = field(default_factory=set)
    withdrawn: dict[str, int] = field(default_factory=dict)
    eligible: set[str] | None = None
    skew: timedelta = timedelta()
    passed: timedelta = timedelta()
    rules: list[Rule] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def serve(self) -> Iterator[SmallWms]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}/acme"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join(10)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.passed

    def answer(self, target: str, authorization: str | None) -> Answer:
        parts = urlsplit(target)
        names = parts.path.removeprefix(PREFIX).strip("/").split("/")
        # a repeated key: the last value counts
        asked = Asked(parts.path, names[0], names[-1] == "describe", dict(parse_qsl(parts.query, True)))
        with self.lock:
            self.asked.append(asked)
            try:
                for rule in self.rules:
                    given = rule(asked)
                    if given is not None:
                        return given
                return self._true(asked, authorization)
            except Refusal as refusal:
                return refusal.answer

    def _true(self, asked: Asked, authorization: str | None) -> Answer:
        token = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        if authorization != f"Basic {token}":
            raise Refusal(401, "UNAUTHORIZED", "Invalid username/password.")
        if not asked.path.startswith(PREFIX):
            raise Refusal(404, "NOT_FOUND", "Not found.")
        visible = sorted(name for name in self.tables if name not in self.withdrawn)
        if not asked.entity:
            return _json({name: f"{self.url}:443/wms/lgfapi/v10/entity/{name}" for name in visible})
        if asked.entity in self.withdrawn:
            raise Refusal(self.withdrawn[asked.entity], "NOT_FOUND", "The object does not exist or is not permitted.")
        if asked.entity not in visible:
            raise Refusal(404, "NOT_FOUND", "Not found.")
        return _json(self.describe(asked.entity)) if asked.describe else self._list(asked)

    def describe(self, entity: str) -> Row:
        fields: Row = {"id": {"type": "integer", "required": False}}
        for row in self.tables[entity]:
            for name, value in row.items():
                if not name.startswith("_") and (value is not None or name not in fields):
                    fields[name] = {"type": _word(name, value), "required": False}
        for name in ("create_ts", "mod_ts") if not entity.endswith("_status") else ():
            fields.setdefault(name, {"type": "datetime", "required": False, "default": "now"})
        return {"parameters": sorted(fields), "fields": fields}

    def _list(self, asked: Asked) -> Answer:
        query = asked.query
        tests = self._tests(asked)
        rows = (row for row in self.tables[asked.entity] if self._eligible(row))
        found = [row for row in rows if all(self._holds(row, *test) for test in tests)]
        if "ordering" in query:
            if asked.entity in self.refuses_ordering:
                raise Refusal(400, "VALIDATION_ERROR", "Invalid input.", {"ordering": "Ordering is not supported."})
            for name in reversed(query["ordering"].split(",")):
                found.sort(key=lambda row: _ordered(row.get(name.lstrip("-"))), reverse=name.startswith("-"))
        if not found:
            raise Refusal(404, "NOT_FOUND", "No rows match.")
        size = int(query.get("page_size") or 0)
        size = min(size if size > 0 else 100, MOST_ROWS, self.cap)
        sequenced = query.get("page_mode") == "sequenced"
        start = _position(query.get("cursor")) if sequenced else (int(query.get("page", "1")) - 1) * size
        part = found[start : start + size]
        if not part:
            raise Refusal(404, "NOT_FOUND", "Invalid page.")
        more = start + size < len(found) and self.links
        after = {"cursor": _cursor(start + size)} if sequenced else {"page": str(start // size + 2)}
        link = f"{self.url}{asked.path.removeprefix('/acme')}?{urlencode(query | after)}" if more else None
        counts: Row = {} if sequenced else {"result_count": len(found), "page_count": -(-len(found) // size)}
        head = counts | ({} if sequenced else {"page_nbr": start // size + 1})
        envelope = json.dumps(head | {"next_page": link, "previous_page": None})
        rows = b",".join(_shown(row, query) for row in part)
        return Answer(body=envelope[:-1].encode() + b',"results":[' + rows + b"]}")

    def _eligible(self, row: Row) -> bool:
        facility = row.get("facility_id")
        return self.eligible is None or not isinstance(facility, dict) or facility["key"] in self.eligible

    def _tests(self, asked: Asked) -> list[tuple[list[str], str, str, bool]]:
        """Return the filters of a query: path, lookup, value, negated."""
        known, tests = self.describe(asked.entity)["fields"], []
        for key, wanted in asked.query.items():
            if key in CONTROLS:
                continue
            path = key.removesuffix("!").split("__")
            lookup = path.pop() if path[-1] in _LOOKUPS else "exact"
            if path[0] not in known:
                raise Refusal(400, "VALIDATION_ERROR", "Invalid input.", {key: "Invalid filter."})
            tests.append((path, lookup, wanted, key.endswith("!")))
        return tests

    def _holds(self, row: Row, path: list[str], lookup: str, wanted: str, negated: bool) -> bool:
        return _LOOKUPS[lookup](self._value(row, path), wanted) != negated

    def _value(self, row: Row | None, path: list[str]) -> Any:
        """Return the member at the end of a path through relations."""
        value = row.get(path[0]) if row else None
        if len(path) == 1:
            return value["id"] if isinstance(value, dict) else value
        if not isinstance(value, dict):
            return None
        table = self.tables.get(FOREIGN.get(path[0], path[0].removesuffix("_id")), [])
        return self._value(next((other for other in table if other["id"] == value["id"]), None), path[1:])


def _instant(value: Any) -> Any:
    """Compare timestamps as instants."""
    if isinstance(value, str) and value[4:5] == "-" and "T" in value:
        stamp = datetime.fromisoformat(value.replace(" ", "+"))
        naive = stamp.replace(tzinfo=None) - (stamp.utcoffset() or timedelta())
        return naive.isoformat(timespec="microseconds")
    return value


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Any, str], bool]:
    def holds(value: Any, wanted: str) -> bool:
        if value is None:
            return False
        return test(value, type(value)(wanted)) if isinstance(value, int) else test(_instant(value), _instant(wanted))

    return holds


_LOOKUPS: dict[str, Callable[[Any, str], bool]] = {
    "exact": lambda value, wanted: value is not None and str(value) == wanted,
    "gt": _compare(lambda a, b: a > b),
    "gte": _compare(lambda a, b: a >= b),
    "lt": _compare(lambda a, b: a < b),
    "lte": _compare(lambda a, b: a <= b),
    "in": lambda value, wanted: str(value) in wanted.split(","),
    "range": lambda value, wanted: (
        value is not None and _instant(wanted.split(",")[0]) <= _instant(value) <= _instant(wanted.split(",")[1])
    ),
    "isnull": lambda value, wanted: (value is None) == (wanted == "true"),
}


def _word(name: str, value: Any) -> str:
    if isinstance(value, dict) or (name.endswith("_id") and name != "status_id"):
        return "relation"
    if name.endswith("_ts"):
        return "datetime"
    words = {bool: "boolean", int: "integer", float: "decimal"}
    return words.get(type(value), "date" if name.endswith("_date") else "string")


def _ordered(value: Any) -> tuple[bool, Any]:
    value = value["id"] if isinstance(value, dict) else _instant(value)
    return value is None, 0 if value is None else value


def _shown(row: Row, query: dict[str, str]) -> bytes:
    if "values_list" in query:
        paths = [name.split(":") for name in query["values_list"].split(",")]
        values = {path[-1]: row.get(f"_{path[0]}", row.get(path[0])) for path in paths}
        return json.dumps({name: v["id"] if isinstance(v, dict) else v for name, v in values.items()}).encode()
    if "_raw" in row:
        return bytes(row["_raw"])
    names = set(query["fields"].split(",")) if query.get("fields") else row.keys()
    return json.dumps({name: value for name, value in row.items() if name in names and name[0] != "_"}).encode()


def _cursor(position: int) -> str:
    return base64.b64encode(f"o={position}".encode()).decode()


def _position(cursor: str | None) -> int:
    return int(base64.b64decode(cursor).decode().removeprefix("o=")) if cursor else 0


def _json(value: Any) -> Answer:
    return Answer(body=json.dumps(value).encode())


def _handler(wms: SmallWms) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one packet: a second one would wait 40 ms

        def do_GET(self) -> None:
            answer = wms.answer(self.path, self.headers.get("Authorization"))
            self.send_response_only(answer.status)
            self.send_header("Date", format_datetime(wms.now() + wms.skew, usegmt=True))
            self.send_header("Content-Type", answer.media_type)
            for header in answer.headers:
                self.send_header(*header)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    return Handler
