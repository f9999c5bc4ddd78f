from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.wms.catalog import nearest, parse_description, parse_entity_map
from loader.wms.page import BadBody

BODY = json.dumps(
    {
        "parameters": ["id", "mod_ts", "facility_id__code"],
        "fields": {
            "id": {"type": "integer", "required": False},
            "alloc_qty": {"type": "decimal", "required": True},
            "pick_user": {"type": "string", "required": False, "max_length": 30, "default": ""},
            "mod_ts": {"type": "datetime", "default": "now"},
            "order_dtl_id": {"type": "relation"},
            "shape": {"type": "polygon"},
            "untyped": {},
        },
    }
).encode()


def test_description_is_parsed() -> None:
    description = parse_description("allocation", BODY)
    assert {name: field.kind for name, field in description.fields.items()} == {
        "id": "integer",
        "alloc_qty": "decimal",
        "pick_user": "string",
        "mod_ts": "datetime",
        "order_dtl_id": "relation",
        "shape": "other",
        "untyped": "other",
    }
    assert description.fields["pick_user"].max_length == 30
    assert description.fields["alloc_qty"].required
    assert description.fields["shape"].source_type == "polygon"
    assert description.has_mod_ts
    assert "facility_id__code" in description.parameters
    assert "company_id__code" not in description.parameters
    assert description.body == BODY


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("integer", "int", "Integer "), "integer"),
        (("string", "text", "char"), "string"),
        (("datetime", "date-time", "timestamp"), "datetime"),
        (("boolean", "bool"), "boolean"),
        (("decimal", "float", "number"), "decimal"),
    ],
)
def test_type_synonyms_are_normalised(words: tuple[str, ...], kind: str) -> None:
    for word in words:
        body = json.dumps({"fields": {"id": {"type": word}}}).encode()
        assert parse_description("item", body).fields["id"].kind == kind


def test_lookup_description_has_no_mod_ts() -> None:
    body = b'{"parameters":["id"],"fields":{"id":{"type":"integer"},"description":{"type":"string"}}}'
    assert not parse_description("order_status", body).has_mod_ts


def digest(change: Callable[[dict[str, dict[str, dict[str, object]]]], object]) -> str:
    content = json.loads(BODY)
    change(content)
    return parse_description("allocation", json.dumps(content, indent=2).encode()).digest


def test_digest_depends_on_content_not_on_order() -> None:
    same = digest(lambda content: content.update(fields=dict(reversed(content["fields"].items()))))
    assert same == parse_description("allocation", BODY).digest
    assert digest(lambda content: content["fields"].update(new={"type": "string"})) != same
    assert digest(lambda content: content["fields"]["id"].update(type="decimal")) != same
    assert digest(lambda content: content["fields"].pop("shape")) != same


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"fields":null}',
        b'{"fields":{}}',
        b'{"fields":{"id":"integer"}}',
        b'{"fields":[]}',
        b"<html>",
    ],
)
def test_description_of_other_structure_is_bad_body(body: bytes) -> None:
    with pytest.raises(BadBody):
        parse_description("item", body)


def test_entity_map_is_parsed() -> None:
    assert parse_entity_map(b'{"item":"https://h/item"}') == {"item": "https://h/item"}


@pytest.mark.parametrize("body", [b"", b"[]", b'{"item":5}', b'{"results":[]}', b"\xff"])
def test_entity_map_of_other_structure_is_bad_body(body: bytes) -> None:
    with pytest.raises(BadBody):
        parse_entity_map(body)


@given(st.binary(max_size=100))
def test_arbitrary_bytes_are_parsed_or_bad_body(body: bytes) -> None:
    for parse in (lambda: parse_description("item", body), lambda: parse_entity_map(body)):
        try:
            parse()
        except BadBody as flaw:
            assert str(flaw)  # noqa: PT017


@pytest.mark.parametrize(
    ("name", "near"), [("order_header", "order_hdr"), ("orderdtl", "order_dtl"), ("ITEM", "item"), ("zzz", None)]
)
def test_nearest_finds_similar_entity(name: str, near: str | None) -> None:
    assert nearest(name, dict.fromkeys(("item", "order_dtl", "order_hdr"), "")) == near
