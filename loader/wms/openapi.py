"""Descriptions of entities from the tenant's OpenAPI document, which releases from 26C on offer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import msgspec

from loader.wms.catalog import Description, FieldDescription, Kind

_PATH: Final = re.compile(r"/entity/([a-z][a-z0-9_]*)/?")
_NUMERIC: Final = re.compile(r"\^-\?(?:\\d|\[0-9\]|\(\?:)")
_FORMATS: Final[Mapping[str, Kind]] = MappingProxyType({"date-time": "datetime", "date": "date", "decimal": "decimal"})
_TYPES: Final[Mapping[str, Kind]] = MappingProxyType(
    {"integer": "integer", "number": "decimal", "boolean": "boolean", "string": "string", "array": "set"}
)
_DEEPEST: Final = 20

Json = Mapping[str, Any]


def parse_openapi(body: bytes) -> Mapping[str, Description]:
    """Parse an OpenAPI 3 document into descriptions by entity.

    The document of a real tenant wasn't available: the parser accepts what Django REST framework's generators write.
    An entity whose rows it can't find is left out.

    Returns:
        Empty if the body is not an OpenAPI document.
    """
    try:
        document = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    paths = document.get("paths") if isinstance(document, dict) else None
    if not isinstance(paths, dict):
        return {}
    return {found.entity: found for path, item in paths.items() for found in _descriptions(document, str(path), item)}


def _descriptions(document: Json, path: str, item: object) -> Iterator[Description]:
    matched = _PATH.search(path)
    operation = _member(item, "get")
    if matched is None or not path.endswith(matched[0]) or not operation:
        return
    content = _member(_member(_member(operation, "responses"), "200"), "content")
    row = _row(document, _member(_member(content, "application/json"), "schema"))
    fields = {
        str(name): FieldDescription(
            name=str(name),
            kind=_kind(document, schema),
            source_type=_kind(document, schema),
            max_length=_length(_resolved(document, schema)),
        )
        for name, schema in _member(row, "properties").items()
        if name != "url"
    }
    if "id" in fields:
        named = [_member(parameter).get("name") for parameter in operation.get("parameters") or ()]
        parameters = frozenset(name for name in named if isinstance(name, str))
        content_of = msgspec.json.encode([sorted((f.name, f.kind, f.max_length or 0) for f in fields.values())])
        digest = hashlib.blake2b(content_of, digest_size=16).hexdigest()
        yield Description(matched[1], MappingProxyType(fields), parameters, digest, b"")


def _member(value: object, name: str | None = None) -> dict[str, Any]:
    """Return a member that is an object, or the value itself; empty if it is not an object."""
    found = value.get(name) if name is not None and isinstance(value, dict) else value
    return found if isinstance(found, dict) else {}


def _row(document: Json, schema: Json) -> Json:
    """Return the schema of one row of a list response: of ``results``, or of the list itself."""
    for _ in range(_DEEPEST):
        schema = _resolved(document, schema)
        results = _member(_member(schema, "properties"), "results")
        items = _member(results or schema, "items")
        if not items:
            return schema
        schema = items
    return {}


def _resolved(document: Json, schema: Json) -> Json:
    """Follow references and alternatives to a schema with a type; null is never chosen."""
    for _ in range(_DEEPEST):
        if "$ref" in schema:
            found: Any = document
            for part in str(schema["$ref"]).removeprefix("#/").split("/"):
                found = _member(found, part)
            schema = found
            continue
        choices = [choice for word in ("allOf", "anyOf", "oneOf") for choice in schema.get(word) or ()]
        choices = [choice for choice in map(_member, choices) if choice.get("type") != "null"]
        if not choices or "type" in schema:
            return schema
        schema = choices[0]
    return {}


def _kind(document: Json, schema: Json) -> Kind:
    schema = _resolved(document, schema)
    named = schema.get("type")
    words = named if isinstance(named, list) else [named]
    word = next((str(word) for word in words if word not in (None, "null")), "")
    if word == "string":
        pattern = str(schema.get("pattern", ""))
        return _FORMATS.get(str(schema.get("format")), "decimal" if _NUMERIC.match(pattern) else "string")
    if word == "object" or "properties" in schema:
        members = _member(schema, "properties")
        return "set" if "result_count" in members else "relation" if "id" in members else "other"
    return _TYPES.get(word, "other")


def _length(schema: Json) -> int | None:
    length = schema.get("maxLength")
    return length if isinstance(length, int) else None
