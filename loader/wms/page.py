"""Splits a list answer into documents, byte for byte, reading of each only what the extraction needs (wms-api 3)."""

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
    """The bytes are not the answer the WMS documents: cut, not UTF-8, not JSON, or of another shape."""


class SuspectDocument(BadBody):
    """The body is whole, but a document in it may have been damaged on its way: the request is repeated once."""


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
    """One answer to one list request.

    Args:
        entity: WMS entity.
        keys: one per row, in the order of the answer.
        documents: the rows' JSON text, byte for byte, in the same order.
        read_at: the server's clock (UTC) when it answered.
        next_page: the server's link, never followed; see `cursor`.
        size_bytes: of the body, decompressed.
        result_count: rows in all pages together; None where the answer does not say, as in sequenced mode.
        status: of the answer; a page without rows may be a 200, a 204 or a 404.
        unusable: rows that cannot be landed; they are not among the keys and documents.
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
        """Rows of the answer, those that cannot be landed included."""
        return len(self.keys) + len(self.unusable)

    @property
    def cursor(self) -> str | None:
        """The server's cursor for the next page of a sequenced answer; None at the end.

        Only this word is taken from the link: a link may point to another host (wms-api 9.20).
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
    """Splits the body of a list answer; rows are neither reordered nor dropped.

    Args:
        damaged: hashes of documents that an earlier try of the request brought damaged; those of this body are added.
            The same damage twice did not happen on the way, so the other documents of the page are taken.
        is_last_try: takes the other documents at once.

    Raises:
        BadBody: anything but a JSON object with a list `results`, or documents that may have suffered on their way.
    """
    try:
        # msgspec skips over documents without looking at their bytes; the target takes UTF-8 only
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
    """The slow way, for a page in which something is wrong: each document by itself."""
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
    """The document's key or why it has none, and whether it may have been damaged on its way."""
    try:
        content.decode("utf-8")
        return _keys().decode(content), False
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return read_document(content, place), may_be_damaged(content)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _loose_key(document: msgspec.Raw) -> Key:
    """A field retyped by a release must not stop a load; `values_list` shows relations as bare ids (wms-api 2)."""
    loose = msgspec.json.decode(document, type=_LooseKey)
    create_ts = loose.create_ts if isinstance(loose.create_ts, str) else None
    return Key(loose.id, loose.mod_ts, create_ts, read_relation(loose.facility_id), read_relation(loose.company_id))


def describe_flaw(body: bytes, error: Exception) -> str:
    """Why a body is no good, without quoting it: documents hold personal data."""
    if not body.strip():
        return "the body is empty"
    if body.startswith(b"\xef\xbb\xbf"):
        return "the body starts with a byte order mark"
    if body.lstrip()[:1] == b"<":
        return "the body is HTML or XML, not JSON"
    if isinstance(error, UnicodeDecodeError):
        return f"the body is not UTF-8 at byte {error.start}"
    if isinstance(error, RecursionError):
        return "the body is nested too deep"
    kind = "has another shape than the WMS documents" if isinstance(error, msgspec.ValidationError) else "is not JSON"
    return f"the body {kind}: {error}"
