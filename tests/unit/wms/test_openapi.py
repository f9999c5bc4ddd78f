"""Descriptions from an OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loader.wms.openapi import parse_openapi

ROW = {
    "type": "object",
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "url": {"type": "string", "format": "uri"},
        "order_nbr": {"type": "string", "maxLength": 30},
        "ord_qty": {"type": "string", "format": "decimal", "pattern": r"^-?\d{0,13}(?:\.\d{0,5})?$"},
        "sale_price": {"type": ["string", "null"], "pattern": r"^-?\d+(\.\d*[1-9])?$"},
        "weight": {"type": "number"},
        "ord_date": {"type": "string", "format": "date", "nullable": True},
        "mod_ts": {"type": "string", "format": "date-time"},
        "stop_ship_flg": {"type": "boolean"},
        "facility_id": {"allOf": [{"$ref": "#/components/schemas/Relation"}], "nullable": True},
        "company_id": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Relation"}]},
        "order_dtl_set": {"$ref": "#/components/schemas/Set"},
        "order_instructions_set": {"type": "array", "items": {"type": "object"}},
        "loop": {"$ref": "#/components/schemas/Loop"},
    },
}
KINDS = {
    "id": "integer",
    "order_nbr": "string",
    "ord_qty": "decimal",
    "sale_price": "decimal",
    "weight": "decimal",
    "ord_date": "date",
    "mod_ts": "datetime",
    "stop_ship_flg": "boolean",
    "facility_id": "relation",
    "company_id": "relation",
    "order_dtl_set": "set",
    "order_instructions_set": "set",
    "loop": "other",
}


def body(listed: dict[str, Any], path: str = "/acme/wms/lgfapi/v10/entity/order_hdr/") -> bytes:
    """Return a document whose list response has this schema."""
    answer = {"200": {"description": "", "content": {"application/json": {"schema": listed}}}}
    operation = {"parameters": [{"name": "order_nbr", "in": "query"}], "responses": answer}
    relation = {"type": "object", "properties": {"id": {"type": "integer"}, "key": {"type": "string"}}}
    return json.dumps(
        {
            "openapi": "3.0.3",
            "paths": {path: {"get": operation}, f"{path}{{id}}/": {"get": operation}},
            "components": {
                "schemas": {
                    "OrderHdr": ROW,
                    "Relation": relation,
                    "Set": {"type": "object", "properties": {"result_count": {"type": "integer"}}},
                    "Loop": {"$ref": "#/components/schemas/Loop"},
                }
            },
        }
    ).encode()


REFERENCE = {"$ref": "#/components/schemas/OrderHdr"}


@pytest.mark.parametrize(
    "listed",
    [
        {"type": "object", "properties": {"results": {"type": "array", "items": REFERENCE}}},
        {"type": "array", "items": REFERENCE},
        {"oneOf": [{"type": "object", "properties": {"results": {"type": "array", "items": REFERENCE}}}]},
    ],
    ids=["envelope", "list", "alternatives"],
)
def test_fields_and_kinds_are_read(listed: dict[str, Any]) -> None:
    (found,) = parse_openapi(body(listed)).values()
    assert found.entity == "order_hdr"
    assert {field.name: field.kind for field in found.fields.values()} == KINDS
    assert found.fields["order_nbr"].max_length == 30
    assert found.parameters == {"order_nbr"}
    assert found.has_mod_ts


@pytest.mark.parametrize(
    "content", [b"<html>", b"[]", b"{}", b'{"paths": 3}', b'{"paths": {"/entity/item/": {"get": 7}}}', b"\xff"]
)
def test_other_bodies_give_nothing(content: bytes) -> None:
    assert parse_openapi(content) == {}


def test_other_paths_give_nothing() -> None:
    assert parse_openapi(body({"type": "array", "items": REFERENCE}, "/acme/wms/lgfapi/v10/pick_pack/pack/")) == {}
