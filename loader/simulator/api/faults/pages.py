"""Faults in the body of a list: envelope, links and rows. Other bodies stay unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from loader.simulator.api.faults.box import Armed
from loader.simulator.api.faults.model import Kind

_LONG = 1 << 20

Envelope = dict[str, Any]
Documents = list[msgspec.Raw]


@dataclass(frozen=True, slots=True)
class Listing:
    """A parsed list response: the envelope without its rows, and the rows as they are."""

    armed: Armed
    url: str
    envelope: Envelope
    documents: Documents


def reshape(kind: Kind, armed: Armed, url: str, body: bytes) -> bytes:
    """Return the body after a page fault."""
    try:
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        documents = msgspec.json.decode(members.pop("results"), type=list[msgspec.Raw])
    except (msgspec.DecodeError, KeyError):
        return body
    envelope = {name: msgspec.json.decode(member) for name, member in members.items()}
    return msgspec.json.encode(PAGE_FAULTS[kind](Listing(armed, url, envelope, documents)))


def _page(listing: Listing, documents: Documents | None = None, **changes: Any) -> Envelope:
    return {
        **listing.envelope,
        **changes,
        "results": listing.documents if documents is None else documents,
    }


def _foreign(listing: Listing) -> Envelope:
    there = urlsplit(listing.url)
    return _page(listing, next_page=f"{listing.armed.fault.link}{there.path}?{there.query}")


def _shifted(listing: Listing) -> Envelope:
    """Omit a row, as if it moved to the previous page between two requests."""
    return _page(listing, listing.documents[1:] if listing.envelope["previous_page"] else None)


def _duplicated(listing: Listing) -> Envelope:
    """Repeat the last row of the previous page."""
    memory, path = listing.armed.memory, urlsplit(listing.url).path
    before = memory.get(path)
    if listing.documents:
        memory[path] = bytes(listing.documents[-1])
    return _page(listing, [msgspec.Raw(before), *listing.documents] if before else None)


def _short(listing: Listing) -> Envelope:
    kept = max(1, int(len(listing.documents) * listing.armed.fault.share))
    return _page(listing, listing.documents[:kept])


def _long(listing: Listing) -> Envelope:
    """Add an unknown field with 1 MiB of text to the first row."""
    first = b"".join(bytes(document)[:-1] for document in listing.documents[:1])
    text = b',"long_text":"' + b"x" * _LONG + b'"}'
    return _page(listing, [msgspec.Raw(first + text), *listing.documents[1:]] if first else None)


def _shrunk(listing: Listing) -> Envelope:
    """Report one page fewer each time, but keep all rows."""
    if "page_count" not in listing.envelope:
        return _page(listing)
    fewer = max(listing.envelope["page_nbr"], listing.envelope["page_count"] - listing.armed.struck)
    return _page(listing, page_count=fewer, result_count=min(fewer * len(listing.documents), _count(listing)))


def _count(listing: Listing) -> int:
    count: int = listing.envelope["result_count"]
    return count


def _phantom(listing: Listing) -> Envelope:
    """Report one page too many, as with a stale count."""
    envelope = listing.envelope
    if "page_count" not in envelope or envelope["next_page"]:
        return _page(listing)
    number = envelope["page_nbr"] + 1
    joint = "&" if urlsplit(listing.url).query else "?"
    return _page(listing, page_count=number, next_page=f"{listing.url}{joint}page={number}")


def _rewritten(pattern: bytes, replacement: bytes) -> Callable[[Listing], Envelope]:
    """Rewrite one document of the page, at the position given by the fault's share."""

    def make(listing: Listing) -> Envelope:
        documents = list(listing.documents)
        if documents:
            at = min(len(documents) - 1, int(len(documents) * listing.armed.fault.share))
            documents[at] = msgspec.Raw(re.sub(pattern, replacement, bytes(documents[at]), count=1))
        return _page(listing, documents)

    return make


PAGE_FAULTS: Mapping[Kind, Callable[[Listing], Envelope]] = {
    "results_missing": lambda listing: listing.envelope,
    "results_null": lambda listing: {**listing.envelope, "results": None},
    "results_object": lambda listing: {**listing.envelope, "results": {"0": None}},
    "foreign_link": _foreign,
    "link_loop": lambda listing: _page(listing, next_page=listing.url),
    "long_text": _long,
    "page_shift": _shifted,
    "duplicate_row": _duplicated,
    "short_page": _short,
    "shrinking_count": _shrunk,
    "phantom_page": _phantom,
    "capped_page_without_link": lambda listing: _page(listing, next_page=None),
    "not_a_number": _rewritten(rb"\}$", b',"unreadable_number":NaN}'),
    "lone_surrogate": _rewritten(rb"\}$", rb',"unreadable_text":"x \\ud83d"}'),
    "text_id": _rewritten(rb'"id":(\d+)', rb'"id":"\1"'),
    "huge_id": _rewritten(rb'"id":\d+', b'"id":9223372036854775808'),
    "impossible_mod_ts": _rewritten(rb'"mod_ts":(?:"[^"]*"|null)', b'"mod_ts":"9999-12-31T23:59:59-03:00"'),
}
