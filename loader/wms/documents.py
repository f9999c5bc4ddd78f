"""Reads the fields of a document that extraction needs, and explains why a document can't be loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec

from loader.wms.split import NotSplit, is_lax_json, loose_value, read_id, wanted_members

BigInt = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class Relation(msgspec.Struct, gc=False, frozen=True):
    """Reference to another row. Only its id is reliable; key and URL are labels (wms-api 3)."""

    id: BigInt


class Key(msgspec.Struct, gc=False, frozen=True):
    """The fields of a document that extraction uses. Timestamps are text from the WMS, see `read_instants`."""

    id: BigInt
    mod_ts: str | None = None
    create_ts: str | None = None
    facility_id: Relation | None = None
    company_id: Relation | None = None


@dataclass(frozen=True, slots=True)
class UnusableDocument:
    """A document that can't be loaded.

    Args:
        place: position in the response, counted from 1.
        entity_id: id as written in the document, at most 40 characters; None if it has no id.
        reason: the cause, as part of a sentence, without quoting the document.
        content: the document's bytes.
    """

    place: int
    entity_id: str | None
    reason: str
    content: bytes

    def __str__(self) -> str:
        name = f"id {self.entity_id}" if self.entity_id is not None else f"row {self.place} of a page"
        return f"{name} ({self.reason})"


def read_document(content: bytes, place: int) -> Key | UnusableDocument:
    """Return the key of a document even if its other fields are invalid, or the reason why it can't be loaded."""
    try:
        wanted = wanted_members(content)
    except NotSplit:
        return UnusableDocument(place, None, "it is not a JSON object", content)
    number, shown, flaw = read_id(wanted.get("id"))
    if number is None:
        return UnusableDocument(place, shown, flaw, content)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return UnusableDocument(place, shown, f"it is not UTF-8 at byte {error.start}", content)
    mod_ts, create_ts = wanted.get("mod_ts"), loose_value(wanted.get("create_ts"))
    return Key(
        number,
        _timestamp(mod_ts),
        create_ts if isinstance(create_ts, str) else None,
        read_relation(loose_value(wanted.get("facility_id"))),
        read_relation(loose_value(wanted.get("company_id"))),
    )


def read_relation(value: object) -> Relation | None:
    """Parse a relation: an object, or a plain id in a `values_list`. Return None for other values (wms-api 2)."""
    found = value.get("id") if isinstance(value, dict) else value
    is_id = isinstance(found, int) and not isinstance(found, bool) and -(2**63) <= found < 2**63
    return Relation(found) if is_id else None  # type: ignore[arg-type]


def may_be_damaged(content: bytes) -> bool:
    """Whether the document may have been damaged in transit, so that a retry may return it intact."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return not is_lax_json(content)


def _timestamp(raw: bytes | None) -> str | None:
    """Return the text of a timestamp. For a value of another type, return its JSON, which no parser accepts."""
    value = loose_value(raw)
    if raw is None or raw == b"null":
        return None
    return value if isinstance(value, str) else raw.decode("utf-8", "replace")
