"""OpenAPI 3.1 description of the simulator, for tests with generated requests.

Omits ``values_list``, whose responses have no fixed shape, and filters that the loader doesn't use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loader.simulator.api.catalog import Catalog, Table
from loader.simulator.api.config import Behaviour
from loader.simulator.api.params import EMPTY_STATUS_SINCE
from loader.simulator.contract import Field, Kind

Json = dict[str, Any]

_INTEGER: Json = {"type": "integer"}
_STRING: Json = {"type": "string"}
_MOMENT: Json = {"type": "string", "format": "date-time"}
_LINK: Json = {"type": ["string", "null"], "format": "uri"}
_DECIMAL: Json = {"type": ["string", "null"], "pattern": r"^-?\d+(\.\d*[1-9])?$"}

_SHAPES: Mapping[Kind, Json] = {
    "integer": {"type": ["integer", "null"]},
    "decimal": _DECIMAL,
    "string": _STRING,
    "boolean": {"type": ["boolean", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "datetime": {"type": ["string", "null"], "format": "date-time"},
    "relation": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Relation"}]},
    "set": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Set"}]},
    "inline": {"type": "array", "items": {"type": "object"}},
}


def openapi(catalog: Catalog, behaviour: Behaviour, prefix: str) -> Json:
    """Return the description of all entities of a tenant.

    Args:
        prefix: path prefix of the entity module.
    """
    paths: Json = {f"{prefix}/": {"get": _operation("map", {"200": _answer(_map_schema(catalog))})}}
    schemas: Json = {"Error": _error_schema(), "Relation": _relation_schema(), "Set": _set_schema()}
    for table in catalog.tables.values():
        schemas[table.name] = _row_schema(table)
        paths |= _paths(table, behaviour, f"{prefix}/{table.name}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Simulated Oracle WMS Cloud, lgfapi", "version": f"v10, release {behaviour.release}"},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
        "security": [{"basic": []}, {"bearer": []}],
    }


def _paths(table: Table, behaviour: Behaviour, url: str) -> Json:
    row = {"$ref": f"#/components/schemas/{table.name}"}
    listed = {"200": _answer(_list_schema(row))}
    if behaviour.release >= EMPTY_STATUS_SINCE:
        listed["204"] = {"description": "No rows."}
    parameters = _list_parameters(table, behaviour)
    row_id = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
    modified = {"Last-Modified": {"description": "mod_ts, ISO 8601 in the user's time zone", "schema": _STRING}}
    found = {"200": {**_answer(row), "headers": modified}}
    tested: Json = {"200": {"description": "Exists."}, "204": {"description": "No rows."}}
    unchanged = {"200": {"description": "Exists."}, "304": {"description": "Not modified."}}
    since = {"name": "If-Modified-Since", "in": "header", "schema": _MOMENT}
    return {
        url: {
            "get": _operation(f"list_{table.name}", listed, parameters),
            "head": _operation(f"exists_{table.name}", tested, parameters),
        },
        f"{url}/describe/": {"get": _operation(f"describe_{table.name}", {"200": _answer(_describe_schema())})},
        f"{url}/{{id}}": {
            "get": _operation(f"get_{table.name}", found, [row_id, _fields_parameter(table)]),
            "head": _operation(f"exists_{table.name}_row", unchanged, [row_id, since]),
        },
    }


def _operation(name: str, answers: Json, parameters: list[Json] | None = None) -> Json:
    refused = {"description": "Refused.", "content": {"application/json": {"schema": _ERROR}}}
    return {
        "operationId": name,
        "parameters": parameters or [],
        "responses": {**answers, **dict.fromkeys(("400", "401", "403", "404"), refused)},
    }


_ERROR: Json = {"$ref": "#/components/schemas/Error"}


def _answer(schema: Json) -> Json:
    return {"description": "Answered.", "content": {"application/json": {"schema": schema}}}


def _list_parameters(table: Table, behaviour: Behaviour) -> list[Json]:
    schemas: Json = {
        "page": {"type": "integer", "minimum": 1},
        "page_size": {"type": "integer", "minimum": 1, "maximum": 1250},
        "page_mode": {"enum": ["paged", "sequenced"]},
        "cursor": _STRING,
        "ordering": {"enum": [sign + name for name in ("id", *_moments(table)) for sign in ("", "-")]},
        "id__gt": _INTEGER,
        "id__lt": _INTEGER,
    }
    for name in _moments(table):
        schemas |= {f"{name}__gte": _MOMENT, f"{name}__lt": _MOMENT, f"{name}__isnull": {"enum": ["true", "false"]}}
    if behaviour.release >= EMPTY_STATUS_SINCE:
        schemas["empty_response_http_code"] = {"enum": [200, 204, 404]}
    parameters = [{"name": name, "in": "query", "schema": schema} for name, schema in schemas.items()]
    return [*parameters, _fields_parameter(table)]


def _moments(table: Table) -> list[str]:
    return [name for name in ("create_ts", "mod_ts") if name in table.fields]


def _fields_parameter(table: Table) -> Json:
    names = {"type": "array", "items": {"enum": [*table.fields, "url"]}, "minItems": 1}
    return {"name": "fields", "in": "query", "style": "form", "explode": False, "schema": names}


def _row_schema(table: Table) -> Json:
    """No field is required, because ``fields`` can omit any of them."""
    properties: Json = {"id": _INTEGER, "url": {"type": "string", "format": "uri"}}
    properties |= {field.name: _shape(field) for field in table.fields.values() if field.name != "id"}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _shape(field: Field) -> Json:
    if field.kind == "string" and field.max_length is not None:
        return {**_STRING, "maxLength": field.max_length}
    return _SHAPES[field.kind]


def _closed(properties: Json, required: list[str] | None = None) -> Json:
    """Return the schema of an object with exactly these members."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
    }


def _list_schema(row: Json) -> Json:
    sequenced = {"next_page": _LINK, "previous_page": _LINK, "results": {"type": "array", "items": row}}
    paged = {"result_count": _INTEGER, "page_count": _INTEGER, "page_nbr": _INTEGER, **sequenced}
    return {"oneOf": [_closed(paged), _closed(sequenced)]}


def _relation_schema() -> Json:
    return _closed({"id": _INTEGER, "key": _STRING, "url": _STRING})


def _set_schema() -> Json:
    return _closed({"result_count": {"type": "integer", "minimum": 1}, "url": _STRING})


def _error_schema() -> Json:
    details = {"anyOf": [{"type": "array", "items": _STRING}, {"type": "object", "additionalProperties": _STRING}]}
    members = {"reference": {"type": "string", "format": "uuid"}, "code": _STRING, "message": _STRING}
    return _closed({**members, "details": details}, required=list(members))


def _map_schema(catalog: Catalog) -> Json:
    return _closed({name: {"type": "string", "format": "uri"} for name in catalog.tables}, required=[])


def _describe_schema() -> Json:
    described = {"type": "object", "required": ["type", "required"]}
    fields = {"type": "object", "additionalProperties": described}
    return _closed({"parameters": {"type": "array", "items": _STRING}, "fields": fields})
