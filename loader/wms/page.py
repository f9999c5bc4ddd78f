"""Splits a list response into documents, byte for byte, and parses only the fields extraction needs (wms-api 3)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import parse_qs

import msgspec

from loader.wms.documents import BigInt, Key, Relation, UnusableDocument, may_be_damaged, read_document, read_relation
from loader.wms.split import NotSplit, split_body
from loader.wms.urls import split_link

__all__ = ["BadBody", "Key", "Page", "Relation", "UnusableDocument", "describe_flaw", "parse_page"]


class BadBody(ValueError):
    """The body is not a documented WMS response: incomplete, not UTF-8, not JSON, or of another structure."""


class SuspectDocument(BadBody):
    """The body is complete, but a document may have been damaged in transit: the request is repeated once."""


class _Envelope(msgspec.Struct, gc=False):
    results: list[msgspec.Raw]
    next_page: str | None = None
    result_count: object = None


class _LooseKey(msgspec.Struct, gc=False):
    id: BigInt
    mod_ts: str | None = None
    create_ts: object = None
    facility_id: object = None
    company_id: object = None


@dataclass(frozen=True, slots=True)
class Page:
    """Response to one list request.

    Args:
        entity: WMS entity.
        keys: one per row, in response order.
        documents: JSON text of the rows, byte for byte, in the same order.
        read_at: the server's clock (UTC) at the time of the response.
        next_page: link from the server, never followed; see `cursor`.
        size_bytes: size of the decompressed body.
        result_count: rows of all pages; None if the response doesn't state it, as in sequenced mode.
        status: HTTP status. A page without rows may have status 200, 204 or 404.
        unusable: documents that can't be loaded. They are not in `keys` and `documents`.
    """

    entity: str
    keys: list[Key]
    documents: list[msgspec.Raw]
    read_at: datetime
    next_page: str | None = None
    size_bytes: int = 0
    result_count: int | None = None
    status: int = 200
    unusable: tuple[UnusableDocument, ...] = ()

    @property
    def row_count(self) -> int:
        """Rows in the response, including those that can't be loaded."""
        return len(self.keys) + len(self.unusable)

    @property
    def cursor(self) -> str | None:
        """Cursor for the next page in sequenced mode; None on the last page.

        Nothing else is taken from the link, because a link may point to another host (wms-api 9.20).
        """
        values = parse_qs(split_link(self.next_page).query).get("cursor", [])
        return values[-1] if values else None


@cache
def _envelopes() -> msgspec.json.Decoder[_Envelope]:
    return msgspec.json.Decoder(_Envelope)


@cache
def _keys() -> msgspec.json.Decoder[Key]:
    return msgspec.json.Decoder(Key)


def parse_page(
    entity: str, body: bytes, *, read_at: datetime, damaged: set[str] | None = None, is_last_try: bool = False
) -> Page:
    """Split the body of a list response. Rows are neither reordered nor dropped.

    Args:
        read_at: the server's clock (UTC) at the time of the response.
        damaged: hashes of invalid documents from earlier attempts of the request; those of this body are added.
            Damage that occurs twice did not happen in transit, so the page is accepted without those documents.
        is_last_try: whether to accept the page without its invalid documents at once.

    Raises:
        BadBody: the body is not a JSON object with a list `results`, or a document may have been damaged in transit.
    """
    try:
        # msgspec skips documents without checking their bytes, and targets accept UTF-8 only
        body.decode("utf-8")
        envelope = _envelopes().decode(body)
        decode = _keys().decode
        try:
            keys = [decode(document) for document in envelope.results]
        except msgspec.ValidationError:
            keys = [_loose_key(document) for document in envelope.results]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        known = None if is_last_try else set() if damaged is None else damaged
        return _parsed_one_by_one(entity, body, read_at, known, error)
    return Page(entity, keys, envelope.results, read_at, envelope.next_page, len(body), _count(envelope))


def _count(envelope: _Envelope) -> int | None:
    return envelope.result_count if isinstance(envelope.result_count, int) else None


def _parsed_one_by_one(entity: str, body: bytes, read_at: datetime, damaged: set[str] | None, error: Exception) -> Page:
    """Parse each document separately: the slow path for a page with an invalid document."""
    try:
        rest, documents = split_body(body)
        envelope = _envelopes().decode(rest)
    except (NotSplit, msgspec.MsgspecError, UnicodeDecodeError) as flaw:
        raise BadBody(describe_flaw(body, error)) from flaw
    found = [_read(content, place) for place, content in enumerate(documents, 1)]
    if damaged is not None:
        suspects = {_hash(content) for content, (_, is_odd) in zip(documents, found, strict=True) if is_odd}
        if not suspects <= damaged:
            damaged |= suspects
            raise SuspectDocument(describe_flaw(body, error)) from error
    pairs = [(key, msgspec.Raw(content)) for content, (key, _) in zip(documents, found, strict=True)]
    return Page(
        entity,
        [key for key, _ in pairs if isinstance(key, Key)],
        [content for key, content in pairs if isinstance(key, Key)],
        read_at,
        envelope.next_page,
        len(body),
        _count(envelope),
        unusable=tuple(key for key, _ in pairs if isinstance(key, UnusableDocument)),
    )


def _read(content: bytes, place: int) -> tuple[Key | UnusableDocument, bool]:
    """Return the document's key or why it can't be loaded, and whether it may have been damaged in transit."""
    try:
        content.decode("utf-8")
        return _keys().decode(content), False
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return read_document(content, place), may_be_damaged(content)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _loose_key(document: msgspec.Raw) -> Key:
    """Parse a key leniently: a WMS release may change types, and `values_list` shows relations as ids (wms-api 2)."""
    loose = msgspec.json.decode(document, type=_LooseKey)
    create_ts = loose.create_ts if isinstance(loose.create_ts, str) else None
    return Key(loose.id, loose.mod_ts, create_ts, read_relation(loose.facility_id), read_relation(loose.company_id))


def describe_flaw(body: bytes, error: Exception) -> str:
    """Describe why a body can't be parsed, without quoting it: documents hold personal data."""
    if not body.strip():
        return "the body is empty"
    if body.startswith(b"\xef\xbb\xbf"):
        return "the body starts with a byte order mark"
    if body.lstrip()[:1] == b"<":
        return "the body is HTML or XML, not JSON"
    if isinstance(error, UnicodeDecodeError):
        return f"the body is not UTF-8 at byte {error.start}"
    if isinstance(error, RecursionError):
        return "the body is nested too deeply"
    kind = "has an undocumented structure" if isinstance(error, msgspec.ValidationError) else "is not JSON"
    return f"the body {kind}: {error}"
