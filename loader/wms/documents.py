"""What extraction understands of one document, and why a document cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec

from loader.wms.split import NotSplit, is_lax_json, loose_value, read_id, wanted_members

BigInt = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class Relation(msgspec.Struct, gc=False, frozen=True):
    """What a document says about a row it refers to; its key and url are labels, not facts (wms-api 3)."""

    id: BigInt


class Key(msgspec.Struct, gc=False, frozen=True):
    """The part of a document that extraction understands; timestamps are the WMS's text, see `read_instants`."""

    id: BigInt
    mod_ts: str | None = None
    create_ts: str | None = None
    facility_id: Relation | None = None
    company_id: Relation | None = None


@dataclass(frozen=True, slots=True)
class UnusableDocument:
    """A document that cannot be landed.

    Args:
        place: its place in the answer, counted from 1.
        entity_id: its id as it is written, at most 40 characters; None when it has none.
        reason: why, as part of a sentence, without quoting the document.
        content: its bytes.
    """

    place: int
    entity_id: str | None
    reason: str
    content: bytes

    def __str__(self) -> str:
        name = f"id {self.entity_id}" if self.entity_id is not None else f"row {self.place} of an answer"
        return f"{name} ({self.reason})"


def read_document(content: bytes, place: int) -> Key | UnusableDocument:
    """The key of a document, however odd the rest of it, or why it cannot be landed."""
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
    """A relation as an object or, in a `values_list`, as a bare id; None when it is neither (wms-api 2)."""
    found = value.get("id") if isinstance(value, dict) else value
    is_id = isinstance(found, int) and not isinstance(found, bool) and -(2**63) <= found < 2**63
    return Relation(found) if is_id else None  # type: ignore[arg-type]


def may_be_damaged(content: bytes) -> bool:
    """Whether the document may have suffered on its way: a second try may bring it whole."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return not is_lax_json(content)


def _timestamp(raw: bytes | None) -> str | None:
    """The text of a timestamp; of another kind of value its JSON, which is no timestamp either."""
    value = loose_value(raw)
    if raw is None or raw == b"null":
        return None
    return value if isinstance(value, str) else raw.decode("utf-8", "replace")
