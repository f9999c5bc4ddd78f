"""Reads and decompresses a response body in chunks, up to a size limit: a small body may expand to gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final

CHUNK: Final = 1 << 18
"""Bytes per read. With the 10 kB that requests reads, reading costs as much CPU as all other work on a page."""
_PACKED: Final = frozenset({"gzip", "x-gzip", "deflate"})
_MEMBER: Final = b"\x1f\x8b"


class AnswerTooLarge(Exception):
    """The body is larger than the limit."""


def read_body(raw: Any, limit: int, check: Callable[[], None]) -> bytes:
    """Return the decompressed body.

    Args:
        raw: the urllib3 response.
        limit: maximum size of the decompressed body, in bytes.
        check: called after each chunk; may raise.

    Raises:
        AnswerTooLarge: the body is larger than the limit.
        zlib.error: the compressed data is corrupt or incomplete.
    """
    pieces = _received(raw)
    if str(raw.headers.get("content-encoding", "")).strip().lower() in _PACKED:
        pieces = _unpacked(pieces)
    body, size = list[bytes](), 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise AnswerTooLarge
        body.append(piece)
        check()
    return b"".join(body)


def _received(raw: Any) -> Iterator[bytes]:
    while chunk := raw.read1(CHUNK, decode_content=False):
        yield chunk


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacker, is_whole = _unpacker(), True
    for data in pieces:
        if unpacker.eof and not data.startswith(_MEMBER):
            return
        if unpacker.eof:
            unpacker = _unpacker()
        yield from _unpacked_piece(unpacker, data)
        while unpacker.eof and (rest := unpacker.unused_data).startswith(_MEMBER):
            unpacker = _unpacker()
            yield from _unpacked_piece(unpacker, rest)
        is_whole = unpacker.eof
    if not is_whole:
        raise zlib.error("the compressed body is incomplete")


def _unpacked_piece(unpacker: Any, data: bytes) -> Iterator[bytes]:
    out = b""
    # output as long as its limit may be incomplete, even when no input is left
    while data or len(out) == CHUNK:
        out = unpacker.decompress(data, CHUNK)
        yield out
        data = b"" if unpacker.eof else unpacker.unconsumed_tail


def _unpacker() -> Any:
    # 32: gzip or zlib, by its header
    return zlib.decompressobj(zlib.MAX_WBITS | 32)
