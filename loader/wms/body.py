"""Reads the body of an answer, unpacked piece by piece, and stops at a limit: a small body may unpack to gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final

CHUNK: Final = 1 << 18
"""Bytes per read of a body; requests' own 10 kB cost as much CPU as everything else of a page."""
_PACKED: Final = frozenset({"gzip", "x-gzip", "deflate"})
_MEMBER: Final = b"\x1f\x8b"


class AnswerTooLarge(Exception):
    """The body is larger than the limit."""


def read_body(raw: Any, limit: int, check: Callable[[], None]) -> bytes:
    """The unpacked body.

    Args:
        raw: urllib3's response.
        limit: bytes; more are never held.
        check: called after each piece; may raise.

    Raises:
        AnswerTooLarge: the body is larger than the limit.
        zlib.error: the compression is broken.
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
        raise zlib.error("the compressed body is cut short")


def _unpacked_piece(unpacker: Any, data: bytes) -> Iterator[bytes]:
    out = b""
    # an output as long as its limit may not be all of it, even when no input is left
    while data or len(out) == CHUNK:
        out = unpacker.decompress(data, CHUNK)
        yield out
        data = b"" if unpacker.eof else unpacker.unconsumed_tail


def _unpacker() -> Any:
    # 32: gzip or zlib, by its header
    return zlib.decompressobj(zlib.MAX_WBITS | 32)
