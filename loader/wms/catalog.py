"""What the WMS says about its entities: the entity map and describe (wms-api 5)."""

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
        **dict.fromkeys(("integer", "int", "number"), "integer"),
        **dict.fromkeys(("decimal", "float"), "decimal"),
        **dict.fromkeys(("string", "text", "char", "varchar"), "string"),
        **dict.fromkeys(("boolean", "bool"), "boolean"),
        **dict.fromkeys(("date",), "date"),
        **dict.fromkeys(("datetime", "timestamp"), "datetime"),
        **dict.fromkeys(("relation",), "relation"),
        **dict.fromkeys(("set",), "set"),
    }
)
"""Words for types; only ``relation`` is documented, so an unknown word is ``other``, never an error (wms-api 5)."""


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """One field of an entity.

    Args:
        kind: normalised type.
        source_type: the WMS's own word for it.
        required: needed when *creating* a row; says nothing about nulls in answers.
        max_length: characters, for strings.
    """

    name: str
    kind: Kind
    source_type: str = ""
    required: bool = False
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """The answer of an entity's describe.

    Args:
        parameters: names that may filter.
        digest: of what is described, whatever the order; changes when a field or a type does.
        body: the answer, byte for byte.
    """

    entity: str
    fields: Mapping[str, FieldDescription]
    parameters: frozenset[str]
    digest: str
    body: bytes

    @property
    def has_mod_ts(self) -> bool:
        """Whether changes can be found by time; otherwise every read is a snapshot."""
        return "mod_ts" in self.fields


class _Describe(msgspec.Struct):
    fields: dict[str, dict[str, Any]]
    parameters: list[str] = []


def parse_description(entity: str, body: bytes) -> Description:
    """Reads the answer of ``/entity/<entity>/describe/``.

    Raises:
        BadBody: not UTF-8 JSON with a map `fields` of maps, or without any field.
    """
    answer = _decode(body, _Describe)
    if not answer.fields:
        raise BadBody("the describe names no field")
    fields = {name: _field(name, facts) for name, facts in answer.fields.items()}
    content = msgspec.json.encode([answer.fields, sorted(set(answer.parameters))], order="deterministic")
    digest = hashlib.blake2b(content, digest_size=16).hexdigest()
    return Description(entity, MappingProxyType(fields), frozenset(answer.parameters), digest, body)


def parse_entity_map(body: bytes) -> Mapping[str, str]:
    """Reads the answer of ``/entity/``: name -> url.

    Raises:
        BadBody: not a JSON object of strings.
    """
    return MappingProxyType(_decode(body, dict[str, str]))


def nearest(name: str, known: Mapping[str, str]) -> str | None:
    """The known entity whose name is most like the given one; None when none is near."""
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
