"""OpenAPI 3.1 description of a tenant, for tests with generated requests and, since release 26C, for callers.

Callers find YAML at ``/schema`` and JSON at ``/schema/?format=json``. The description omits ``values_list``, whose
responses have no fixed shape, and filters that the loader doesn't use. Its fixed parts are in `openapi.json`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from loader.simulator.api.answer import Answer
from loader.simulator.api.catalog import Catalog, Table
from loader.simulator.api.config import Behaviour, User
from loader.simulator.api.errors import forbidden, method_not_allowed, not_found
from loader.simulator.api.params import EMPTY_STATUS_SINCE
from loader.simulator.api.tenant import Tenant
from loader.simulator.contract import Field

SCHEMA_SINCE = "26C"

Json = dict[str, Any]


def schema_path(tenant: Tenant) -> str:
    """Return the path of the document, without a trailing slash."""
    return tenant.prefix.removesuffix("/entity") + "/schema"


def schema(tenant: Tenant, user: User, method: str, form: str) -> Answer:
    """Return the document in the form ``yaml`` or ``json``.

    Raises:
        ApiError: 403 without read access, 404 before release 26C or for another form, 405 for another method.
    """
    if tenant.behaviour.release < SCHEMA_SINCE or form not in ("yaml", "json"):
        raise not_found()
    if not user.profile.read_access:
        raise forbidden()
    if method not in ("GET", "HEAD"):
        raise method_not_allowed(method)
    content = openapi(tenant.catalog, tenant.behaviour, tenant.prefix)
    if form == "json":
        return Answer(body=msgspec.json.encode(content))
    text = "\n".join(_yaml(content, ""))
    return Answer(body=f"{text}\n".encode(), media_type="application/yaml; charset=utf-8")


def openapi(catalog: Catalog, behaviour: Behaviour, prefix: str) -> Json:
    """Return the description of all entities; `prefix` is the path prefix of the entity module."""
    document = _filled("document", {"prefix": prefix, "release": behaviour.release})
    schemas = document["components"]["schemas"]
    for table in catalog.tables.values():
        schemas["Map"]["properties"][table.name] = {"type": "string", "format": "uri"}
        schemas[table.name] = _row_schema(table)
        document["paths"] |= _paths(table, behaviour, prefix)
    return document


@cache
def _part(name: str) -> Json:
    parts: Json = msgspec.json.decode(files(__package__).joinpath("openapi.json").read_bytes())
    return dict(parts[name])


def _filled(name: str, values: Mapping[str, str]) -> Json:
    """Return a new copy of a part of the file, in which each ``<word>`` is replaced."""
    text = msgspec.json.encode(_part(name)).decode()
    for word, value in values.items():
        text = text.replace(f"<{word}>", value)
    return dict(msgspec.json.decode(text))


def _paths(table: Table, behaviour: Behaviour, prefix: str) -> Json:
    paths = _filled("entity", {"prefix": prefix, "entity": table.name})
    rows, row = paths[f"{prefix}/{table.name}"], paths[f"{prefix}/{table.name}/{{id}}"]
    names = {"type": "array", "items": {"enum": [*table.fields, "url"]}, "minItems": 1}
    fields = {"name": "fields", "in": "query", "style": "form", "explode": False, "schema": names}
    row["get"]["parameters"].append(fields)
    rows["get"]["parameters"] = rows["head"]["parameters"] = [*_list_parameters(table, behaviour), fields]
    if behaviour.release >= EMPTY_STATUS_SINCE:
        rows["get"]["responses"]["204"] = {"description": "No rows."}
    return paths


def _list_parameters(table: Table, behaviour: Behaviour) -> list[Json]:
    moments = [name for name in ("create_ts", "mod_ts") if name in table.fields]
    orderings = [sign + name for name in ("id", *moments) for sign in ("", "-")]
    schemas: Json = {**_part("list_parameters"), "ordering": {"enum": orderings}}
    for name in moments:
        schemas |= {name + lookup: schema for lookup, schema in _part("moment_parameters").items()}
    if behaviour.release >= EMPTY_STATUS_SINCE:
        schemas["empty_response_http_code"] = {"enum": [200, 204, 404]}
    return [{"name": name, "in": "query", "schema": schema} for name, schema in schemas.items()]


def _row_schema(table: Table) -> Json:
    """No field is required, because ``fields`` can omit any of them."""
    shapes: Json = {"id": {"type": "integer"}, "url": {"type": "string", "format": "uri"}}
    shapes |= {field.name: _shape(field) for field in table.fields.values() if field.name != "id"}
    return {"type": "object", "properties": shapes, "additionalProperties": False}


def _shape(field: Field) -> Json:
    shape: Json = _part("fields")[field.kind]
    return shape if field.kind != "string" or field.max_length is None else {**shape, "maxLength": field.max_length}


def _yaml(content: Mapping[str, object], indent: str) -> Iterator[str]:
    """Yield the lines of a mapping; keys, lists and scalars are written as JSON, which is valid YAML."""
    for key, value in content.items():
        name = f"{indent}{msgspec.json.encode(key).decode()}:"
        if isinstance(value, Mapping) and value:
            yield name
            yield from _yaml(value, indent + "  ")
        else:
            yield f"{name} {msgspec.json.encode(value).decode()}"
