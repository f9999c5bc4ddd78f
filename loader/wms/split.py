"""Splits a body that the strict parser rejects, so that one invalid document doesn't lose its page (wms-api 3)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{},:]', re.DOTALL)
_CLOSES: Final = {ord("}"): ord("{"), ord("]"): ord("[")}
_INTEGER: Final = re.compile(rb"-?(?:0|[1-9][0-9]*)")
_LONGEST_ID: Final = 40
WANTED: Final = ("id", "mod_ts", "create_ts", "facility_id", "company_id")


class NotSplit(ValueError):
    """Brackets or quotes are unbalanced, or the structure is not the expected one."""


class Member(NamedTuple):
    """A member of an object or a list, as written. The name is None in a list. `span` locates the value."""

    name: bytes | None
    value: bytes
    span: tuple[int, int]


def split_body(body: bytes) -> tuple[bytes, list[bytes]]:
    """Return the body with an empty `results` list, and the bytes of each result.

    Raises:
        NotSplit: the body is not an object with a list `results`.
    """
    spans = [member.span for member in members(body, b"{") if member.name == b'"results"']
    if not spans:
        raise NotSplit("there is no list of results")
    start, end = spans[-1]
    documents = [member.value for member in members(body[start:end], b"[")]
    if not all(documents):
        raise NotSplit("a result is missing")
    return body[:start] + b"[]" + body[end:], documents


def members(text: bytes, bracket: bytes) -> list[Member]:
    """Return the members of an object (``{``) or a list (``[``) without parsing them.

    Raises:
        NotSplit: the text is not such a container, or its brackets do not match.
    """
    found: list[Member] = []
    start, end = _edges(text, bracket)
    begin, name = start + 1, None
    for position, byte in _marks(text, start, end):
        if byte == ord(":"):
            name, begin = text[begin:position].strip(), position + 1
            continue
        value = text[begin:position].strip()
        if value or name or found or position != end:
            found.append(Member(name, value, (begin, position)))
        begin, name = position + 1, None
    return found


def _edges(text: bytes, bracket: bytes) -> tuple[int, int]:
    stripped = text.strip()
    closing = {b"{": b"}", b"[": b"]"}[bracket]
    if not (stripped.startswith(bracket) and stripped.endswith(closing)):
        raise NotSplit("not the expected kind of JSON value")
    return text.index(bracket), text.rindex(closing)


def _marks(text: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield position and byte of each comma and colon of the outermost container, then of its end."""
    opened: list[int] = []
    for match in _TOKEN.finditer(text, start, end + 1):
        position, byte = match.start(), text[match.start()]
        if byte in b"{[":
            opened.append(byte)
        elif byte in _CLOSES:
            if not opened or opened.pop() != _CLOSES[byte]:
                raise NotSplit("the brackets do not match")
            if not opened:
                break
        elif match.end() - position == 1 and byte == ord('"'):
            raise NotSplit("a quote is not closed")
        elif len(opened) == 1 and byte in b",:":
            yield position, byte
    if opened or position != end:
        raise NotSplit("the brackets do not match")
    yield end, text[end]


def wanted_members(document: bytes) -> dict[str, bytes]:
    """Return the members that extraction needs, by name. The last member of a name counts, as in JSON parsers.

    Raises:
        NotSplit: the document is not an object.
    """
    return {
        name: member.value
        for member in members(document, b"{")
        if member.name and member.value and (name := member.name.strip(b'"').decode("latin-1")) in WANTED
    }


def read_id(raw: bytes | None) -> tuple[int | None, str | None, str]:
    """Parse an id. Return the number, its text for messages, and why it can't be used (empty if it can)."""
    if raw is None:
        return None, None, "it has no id"
    shown = raw.decode("utf-8", "replace").strip('"')[:_LONGEST_ID]
    if _INTEGER.fullmatch(raw):
        number = int(raw) if len(raw) <= 20 else 2**63
        if -(2**63) <= number < 2**63:
            return number, shown, ""
        return None, shown, "its id does not fit in 64 bits"
    kinds = {b"n": "null", b"t": "a boolean", b"f": "a boolean", b'"': "text", b"{": "an object", b"[": "a list"}
    kind = kinds.get(raw[:1], "not an integer")
    return None, None if kind == "null" else shown, f"its id is {kind}"


def as_id(text: str) -> int | None:
    """The id that a text stands for, such as 50 for ``50.0``; None when it is no whole number of 64 bits."""
    try:
        number = Decimal(text)
        is_id = number == number.to_integral_value() and -(2**63) <= number < 2**63
    except (ArithmeticError, ValueError):
        return None
    return int(number) if is_id else None


def loose_value(raw: bytes | None) -> object:
    """Parse a value by the lenient rules of `json` (NaN, lone surrogates). Return None if that fails too."""
    try:
        return None if raw is None else json.loads(raw)
    except (ValueError, RecursionError):
        return None


def is_lax_json(document: bytes) -> bool:
    """Whether the lenient parser accepts the document: then the WMS wrote it so, and it was not damaged in transit."""
    try:
        json.loads(document)
    except RecursionError:
        return True
    except ValueError as error:
        # the limit on digits comes from Python, not from JSON
        return "digits" in str(error) and "limit" in str(error).lower()
    return True
