"""A server on a loopback socket that sends exactly what a test scripts, including bytes and broken connections."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlsplit

from loader.wms.times import parse_http_date

DATE = "Mon, 04 May 2026 12:00:00 GMT"
AT = parse_http_date(DATE)
ENTITIES = {"item": "http://x/item", "order_dtl": "http://x/order_dtl", "order_hdr": "http://x/order_hdr"}
DESCRIBE = {
    "parameters": ["id", "mod_ts", "facility_id", "facility_id__code"],
    "fields": {"id": {"type": "integer"}, "mod_ts": {"type": "datetime"}, "facility_id": {"type": "relation"}},
}


@dataclass(frozen=True)
class Seen:
    """A request as the server received it; header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def entity(self) -> str:
        return self.path.partition("/entity/")[2]


Step = Callable[[socket.socket, Seen], None]


def raw(data: bytes, *, then: str = "close") -> Step:
    """Sends the bytes, then closes, resets or keeps the connection."""

    def step(connection: socket.socket, _: Seen) -> None:
        connection.sendall(data)
        if then == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if then != "keep":
            raise ConnectionAbortedError

    return step


def reply(body: bytes | object = b"", status: int = 200, **headers: str) -> Step:
    """A complete response. A body that is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"date": DATE, "content-type": "application/json", "content-length": str(len(content))}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return raw(f"HTTP/1.1 {status} Scripted\r\n{head}\r\n".encode() + content, then="keep")


def rows(*ids: int, next_page: str | None = None) -> Step:
    """A sequenced page of rows."""
    results = [{"id": row, "mod_ts": "2026-05-04T08:00:00.5-03:00"} for row in ids]
    return reply({"next_page": next_page, "previous_page": None, "results": results})


def error(status: int, message: str = "Invalid input.", details: object = None, **headers: str) -> Step:
    """The documented error body."""
    body: dict[str, object] = {"reference": "ref-1", "code": "VALIDATION_ERROR", "message": message}
    return reply(body if details is None else body | {"details": details}, status, **headers)


def html(status: int) -> Step:
    return reply(b"<html><body>gateway</body></html>", status, content_type="text/html")


def later(seconds: float, step: Step) -> Step:
    """Waits before it responds."""

    def delayed(connection: socket.socket, seen: Seen) -> None:
        time.sleep(seconds)
        step(connection, seen)

    return delayed


def catalog(seen: Seen) -> Step:
    """The entity map and descriptions of a healthy WMS."""
    if seen.entity in {"", "/"}:
        return reply(ENTITIES)
    return reply(DESCRIBE) if seen.entity.partition("/")[0] in ENTITIES else error(404, "Not found.")


@dataclass
class Scripted:
    """Answers list requests with the scripted steps in turn, then repeats the last one."""

    port: int
    scheme: str = "http"
    steps: list[Step] = field(default_factory=list)
    token_steps: list[Step] = field(default_factory=list)
    catalog: Callable[[Seen], Step] = catalog
    hang_up_on_tls: bool = False
    seen: list[Seen] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def base_url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/env"

    @property
    def pages(self) -> list[Seen]:
        """The list requests."""
        return [seen for seen in self.seen if not self._is_catalog(seen) and "/oauth2/" not in seen.path]

    @property
    def tokens(self) -> list[Seen]:
        return [seen for seen in self.seen if "/oauth2/" in seen.path]

    def answers(self, *steps: Step) -> None:
        self.steps = list(steps)

    def step(self, seen: Seen) -> Step:
        with self.lock:
            self.seen.append(seen)
            if "/oauth2/" in seen.path:
                return _next(self.token_steps)
            return self.catalog(seen) if self._is_catalog(seen) else _next(self.steps)

    @staticmethod
    def _is_catalog(seen: Seen) -> bool:
        return seen.entity in {"", "/"} or seen.entity.endswith("/describe/")


def _next(steps: list[Step]) -> Step:
    return steps.pop(0) if len(steps) > 1 else steps[0]


@contextmanager
def serve(tls: ssl.SSLContext | None = None) -> Iterator[Scripted]:
    """Runs the server with one thread per connection."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    script = Scripted(listener.getsockname()[1], "https" if tls else "http")
    opened: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            opened.append(connection)
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    def handle(connection: socket.socket) -> None:
        with suppress(OSError):
            if tls:
                connection = tls.wrap_socket(connection, server_side=True)
            with connection:
                while seen := _read(connection, script.hang_up_on_tls):
                    script.step(seen)(connection, seen)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        # wakes accept() before the descriptor can be reused
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        _close(opened)


def _close(connections: Sequence[socket.socket]) -> None:
    for connection in connections:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()


def _read(connection: socket.socket, hang_up_on_tls: bool) -> Seen | None:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return None
        data += chunk
        if data.startswith(b"\x16"):
            # a TLS handshake on a plain port
            connection.sendall(b"" if hang_up_on_tls else b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return None
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    method, target, _ = first.split(" ")
    return Seen(method, target, headers, body)


def http_date(seconds_from_date: int) -> str:
    """Returns an HTTP date the given number of seconds after the server's date."""
    from datetime import timedelta

    assert AT is not None
    return format_datetime(AT + timedelta(seconds=seconds_from_date), usegmt=True)
