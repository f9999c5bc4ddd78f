"""Sends responses: normally, late, slowly, or cut off with the connection (wms-api 9, items 17 and 18)."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Mapping
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from loader.simulator.api.answer import Answer
from loader.simulator.api.http import TRANSPORT

_JSON = "application/json"
_DROPS = 20
_FLUSH_SECONDS = 5.0


class Wire:
    """Connection on which one response is sent.

    Args:
        finish: called once, just before the last byte, so that the request is counted and logged when the caller has
            the response, and the next request doesn't count as concurrent.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, finish: Callable[[], None]) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._finish = finish

    async def deliver(self, answer: Answer, headers: Mapping[str, str]) -> None:
        """Send a response according to its delivery, with additional `headers`."""
        if answer.delivery.delay and await self._gone(answer.delivery.delay):
            self._finish()
            return
        media_type = answer.media_type or (_JSON if answer.body or self._scope["method"] == "HEAD" else None)
        response = Response(answer.body, answer.status, {**headers, **answer.headers}, media_type)
        if answer.delivery.cut is not None:
            await self._cut(answer, response)
        elif answer.delivery.drip:
            await self._drip(answer, response)
        else:
            self._finish()
            await response(self._scope, self._receive, self._send)

    async def _gone(self, seconds: float) -> bool:
        """Wait, and return whether the caller disconnected."""
        try:
            async with asyncio.timeout(seconds):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            return False
        return True

    async def _drip(self, answer: Answer, response: Response) -> None:
        headers = response.raw_headers
        await self._send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        step = -(-len(answer.body) // _DROPS) or 1
        for start in range(0, len(answer.body), step):
            part = answer.body[start : start + step]
            await asyncio.sleep(answer.delivery.drip / _DROPS)
            if start + step >= len(answer.body):
                self._finish()
            await self._send({"type": "http.response.body", "body": part, "more_body": True})
        await self._send({"type": "http.response.body", "body": b""})

    async def _cut(self, answer: Answer, response: Response) -> None:
        """Write the rest directly to the connection, then close it."""
        transport: asyncio.Transport = self._scope["extensions"][TRANSPORT]["transport"]
        if answer.delivery.cut:
            transport.write(_head(response, chunked=answer.delivery.chunked))
            part = answer.body[: int(len(answer.body) * answer.delivery.cut)]
            # the chunk header announces the whole body
            transport.write(b"%x\r\n%b" % (len(answer.body), part) if answer.delivery.chunked else part)
        self._finish()
        if answer.delivery.reset:
            await _reset(transport)
        else:
            transport.close()
        await self._gone(_FLUSH_SECONDS)


def _head(response: Response, *, chunked: bool) -> bytes:
    headers = dict(response.raw_headers)
    if chunked:
        del headers[b"content-length"]
        headers[b"transfer-encoding"] = b"chunked"
    status = f"HTTP/1.1 {response.status_code} {HTTPStatus(response.status_code).phrase}\r\n".encode()
    return status + b"".join(b"%b: %b\r\n" % header for header in headers.items()) + b"\r\n"


async def _reset(transport: asyncio.Transport) -> None:
    """Close with RST after the written data was sent."""
    async with asyncio.timeout(_FLUSH_SECONDS):
        while transport.get_write_buffer_size():
            await asyncio.sleep(0.005)
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
