"""Metadata of WMS entities: the entity map and entity descriptions (wms-api 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final, Literal

import msgspec

from loader.wms.page import BadBody, describe_flaw

Kind = Literal["integer", "decimal", "string", "boolean", "date", "datetime", "relation", "set", "other"]

SYNONYMS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        **dict.fromkeys(("integer", "int"), "integer"),
        # a number may have decimals; a whole number fits into a decimal, but not the reverse
        **dict.fromkeys(("decimal", "float", "double", "number"), "decimal"),
        **dict.fromkeys(("string", "text", "char", "varchar"), "string"),
        **dict.fromkeys(("boolean", "bool"), "boolean"),
        **dict.fromkeys(("date",), "date"),
        **dict.fromkeys(("datetime", "date-time", "timestamp"), "datetime"),
        **dict.fromkeys(("relation",), "relation"),
        **dict.fromkeys(("set",), "set"),
    }
)
"""Type names in descriptions. Only ``relation`` is documented, so an unknown name maps to ``other`` (wms-api 5)."""


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """One field of an entity.

    Args:
        kind: normalised type.
        source_type: the type name that the WMS uses.
        required: whether *creating* a row needs the field; it can still be null in responses.
        max_length: characters, for strings.
    """

    name: str
    kind: Kind
    source_type: str = ""
    required: bool = False
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """Description of an entity, as ``/entity/<entity>/describe/`` returns it.

    Args:
        parameters: names of the filter parameters.
        digest: hash of the fields and parameters. It changes with a field or a type, not with their order.
        body: the response body, byte for byte.
    """

    entity: str
    fields: Mapping[str, FieldDescription]
    parameters: frozenset[str]
    digest: str
    body: bytes

    @property
    def has_mod_ts(self) -> bool:
        """Whether changes can be read by time. If not, every load reads all rows."""
        return "mod_ts" in self.fields


class _Describe(msgspec.Struct):
    fields: dict[str, dict[str, Any]]
    parameters: list[str] = []


def parse_description(entity: str, body: bytes) -> Description:
    """Parse the response of ``/entity/<entity>/describe/``.

    Raises:
        BadBody: the body is not UTF-8 JSON with an object `fields` that holds one object per field, or has no field.
    """
    answer = _decode(body, _Describe)
    if not answer.fields:
        raise BadBody("the description has no fields")
    fields = {name: _field(name, facts) for name, facts in answer.fields.items()}
    content = msgspec.json.encode([answer.fields, sorted(set(answer.parameters))], order="deterministic")
    digest = hashlib.blake2b(content, digest_size=16).hexdigest()
    return Description(entity, MappingProxyType(fields), frozenset(answer.parameters), digest, body)


def parse_entity_map(body: bytes) -> Mapping[str, str]:
    """Parse the response of ``/entity/`` into a mapping from entity name to URL.

    Raises:
        BadBody: the body is not a JSON object of strings.
    """
    return MappingProxyType(_decode(body, dict[str, str]))


def nearest(name: str, known: Mapping[str, str]) -> str | None:
    """Return the known entity with the most similar name, or None if no name is similar."""
    found = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return found[0] if found else None


def _field(name: str, facts: Mapping[str, Any]) -> FieldDescription:
    word = str(facts.get("type", ""))
    length = facts.get("max_length")
    return FieldDescription(
        name=name,
        kind=SYNONYMS.get(word.strip().lower(), "other"),
        source_type=word,
        required=facts.get("required") is True,
        max_length=length if isinstance(length, int) else None,
    )


def _decode(body: bytes, shape: Any) -> Any:
    try:
        body.decode("utf-8")
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadBody(describe_flaw(body, error)) from error
