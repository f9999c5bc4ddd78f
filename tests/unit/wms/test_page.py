from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.errors import ProtocolError
from loader.wms.instants import read_instants
from loader.wms.page import BadBody, Key, Page, Relation, describe_flaw, parse_page

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
instants = st.integers(-(10**15) * 2, 10**15 * 7).map(
    lambda micros: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros)
)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
relations = st.none() | st.integers(0, 2**63 - 1).map(lambda row: {"id": row, "key": "K,1", "url": ""})
documents = st.fixed_dictionaries(
    {"id": st.integers(-(2**63), 2**63 - 1)},
    optional={
        "mod_ts": st.none() | instants.map(datetime.isoformat),
        "create_ts": st.none() | instants.map(datetime.isoformat),
        "facility_id": relations,
        "company_id": relations,
        "name": json_values,
    },
)


def parse(body: bytes) -> Page:
    return parse_page("order_hdr", body, read_at=AT)


@given(st.lists(documents, max_size=5), st.booleans(), st.sampled_from([None, 1]))
def test_parse_page_keeps_documents_byte_for_byte(
    rows: list[dict[str, Any]], ascii_only: bool, indent: int | None
) -> None:
    try:
        texts = [json.dumps(row, ensure_ascii=ascii_only, indent=indent).encode() for row in rows]
    except UnicodeEncodeError:
        return
    page = parse(b'{"next_page":null,"previous_page":null,"results":[' + b" ,\n".join(texts) + b"]}")
    assert [bytes(memoryview(document)) for document in page.documents] == texts
    assert [key.id for key in page.keys] == [row["id"] for row in rows]
    assert [key.mod_ts for key in page.keys] == [row.get("mod_ts") for row in rows]
    assert [key.facility_id and key.facility_id.id for key in page.keys] == [
        row["facility_id"]["id"] if row.get("facility_id") else None for row in rows
    ]


def outcome(body: bytes) -> Page | None:
    """Returns the page or the `BadBody`: the only two allowed outcomes."""
    try:
        return parse(body)
    except BadBody:
        return None


@given(st.binary(max_size=200))
def test_parse_page_arbitrary_bytes_are_page_or_bad_body(body: bytes) -> None:
    outcome(body)


@given(json_values)
def test_parse_page_arbitrary_json_is_page_or_bad_body(value: object) -> None:
    outcome(json.dumps({"results": value}).encode())
    outcome(json.dumps({"results": [value]}).encode())
    outcome(json.dumps(value).encode())


@given(st.lists(documents, min_size=1, max_size=3), st.data())
def test_parse_page_truncated_body_is_never_a_page(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    body = json.dumps({"results": rows, "next_page": None}).encode()
    end = data.draw(st.integers(0, len(body) - 1))
    assert outcome(body[:end]) is None


@given(st.lists(documents, min_size=1, max_size=3), st.data())
def test_parse_page_damaged_body_stays_utf8_json(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    body = bytearray(json.dumps({"results": rows}).encode())
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    page = outcome(bytes(body))
    for document in page.documents if page else []:
        json.loads(bytes(memoryview(document)).decode("utf-8"))


FLAWS = {
    b"": "the body is empty",
    b" \n": "the body is empty",
    b'\xef\xbb\xbf{"results":[]}': "byte order mark",
    b"<!DOCTYPE html>": "HTML or XML",
    b'{"results":[{"id":1,"a":"\xff"}]}': "not UTF-8 at byte 25",
    b'{"results":[{"id":1,"a":"\x01"}]}': "is not JSON",
    b'{"results":[{"id":1}]} x': "is not JSON",
    b'{"results":': "is not JSON",
    b"null": "undocumented structure",
    b'{"results":{"id":1}}': "undocumented structure",
    b'{"result":[{"id":1}]}': "undocumented structure",
    b'{"results":[{"id":1}],"next_page":5}': "undocumented structure",
    b'{"results":[' + b"[" * 100_000: "nested too deeply",
}


@pytest.mark.parametrize(("body", "flaw"), FLAWS.items(), ids=FLAWS.values())
def test_describe_flaw_names_cause(body: bytes, flaw: str) -> None:
    with pytest.raises(BadBody, match=flaw):
        parse(body)


def test_describe_flaw_does_not_quote_document() -> None:
    body = b'{"results":[{"id":"secret","cust_email":"a@b.example"}'
    with pytest.raises(BadBody) as caught:
        parse(body)
    assert "secret" not in str(caught.value)
    assert "a@b" not in describe_flaw(body, caught.value)


def test_parse_page_without_rows_is_empty() -> None:
    assert parse(b'{"results":[]}') == Page("order_hdr", [], [], AT, None, 14)


RETYPED = {
    b'{"id":1,"facility_id":7,"company_id":8}': Key(1, facility_id=Relation(7), company_id=Relation(8)),
    b'{"id":1,"facility_id":"DC01","create_ts":5}': Key(1),
    b'{"id":1,"facility_id":true}': Key(1),
    b'{"id":1,"facility_id":{"code":"DC01"},"mod_ts":"x"}': Key(1, mod_ts="x"),
    b'{"id":1,"facility_id":{"id":"7"}}': Key(1),
    b'{"id":1,"facility_id":9223372036854775808}': Key(1),
}


@pytest.mark.parametrize(("document", "key"), RETYPED.items(), ids=[text.decode() for text in RETYPED])
def test_parse_page_accepts_changed_field_types(document: bytes, key: Key) -> None:
    page = parse(b'{"results":[' + document + b',{"id":2}]}')
    assert page.keys == [key, Key(2)]
    assert bytes(memoryview(page.documents[0])) == document


@pytest.mark.parametrize(
    ("link", "cursor"),
    [
        (None, None),
        ("", None),
        ("https://h:443/env/wms/lgfapi/v10/entity/item?cursor=cD0xNDAw&page_mode=sequenced", "cD0xNDAw"),
        ("http://evil.example/?cursor=cD0%3D", "cD0="),
        ("https://h/entity/item?page=2", None),
    ],
)
def test_page_cursor_is_only_part_taken_from_link(link: str | None, cursor: str | None) -> None:
    assert Page("item", [], [], AT, link).cursor == cursor


ODD = {
    "lone surrogate": rb'{"id":6,"spl_instr":"x \ud83d"}',
    "surrogates in wrong order": rb'{"id":6,"spl_instr":"\ude00\ud83d y"}',
    "lone surrogate as a name": rb'{"\ud83d":1,"id":6}',
    "NaN": b'{"id":6,"qty":NaN}',
    "Infinity": b'{"id":6,"qty":[{"x":-Infinity}]}',
    "a name twice": b'{"id":5,"mod_ts":null,"id":6}',
    "duplicate name with NaN": b'{"id":5,"qty":NaN,"id":6}',
    "nested too deeply": b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b',"id":6}',
    "a long number": b'{"id":6,"qty":' + b"9" * 6_000 + b"}",
    "long text with NaN": b'{"id":6,"qty":NaN,"t":"' + b"x" * 3_000_000 + b'"}',
    "brackets in a text": rb'{"t":"]}, \" {[ \\","qty":NaN,"id":6}',
    "blanks everywhere": b'{ "qty" : NaN , "id" : 6 }',
    "odd relations": b'{"id":6,"facility_id":[7],"company_id":{"id":{}},"qty":NaN}',
    "a relation too deep": b'{"id":6,"facility_id":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "a relation beyond 64 bits": b'{"id":6,"facility_id":{"id":9223372036854775808}}',
    "a mod_ts that is a number": b'{"id":6,"mod_ts":5}',
    "a mod_ts that is an object": b'{"id":6,"mod_ts":{}}',
    "a mod_ts that is true": b'{"id":6,"mod_ts":true}',
    "lone surrogate in mod_ts": rb'{"id":6,"mod_ts":"\ud83d"}',
    "a create_ts that is a list": b'{"id":6,"create_ts":[],"qty":NaN}',
}


@pytest.mark.parametrize("document", ODD.values(), ids=ODD)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_parse_page_keeps_odd_document_byte_for_byte(document: bytes, place: int) -> None:
    others = [b'{"id":1}', b'{"id":7}']
    texts = [*others[:place], document, *others[place:]]
    page = parse(b'{"next_page":"n","results":[' + b" ,\n".join(texts) + b"]}")
    assert [bytes(memoryview(text)) for text in page.documents] == texts
    assert [key.id for key in page.keys if key.id not in {1, 7}] == [6]
    assert (page.unusable, page.row_count, page.next_page) == ((), 3, "n")
    assert len(read_instants([key.mod_ts for key in page.keys]).values) == 3


UNUSABLE = {
    "id as text": (b'{"id":"6"}', "6", "its id is text"),
    "id as empty text": (b'{"id":""}', "", "its id is text"),
    "id as float": (b'{"id":6.0}', "6.0", "its id is not an integer"),
    "id with exponent": (b'{"id":6e2}', "6e2", "its id is not an integer"),
    "id null": (b'{"id":null}', None, "its id is null"),
    "id missing": (b'{"code":"x"}', None, "it has no id"),
    "id true": (b'{"id":true}', "true", "its id is a boolean"),
    "id an object": (b'{"id":{"id":6}}', '{"id":6}', "its id is an object"),
    "id NaN": (b'{"id":NaN}', "NaN", "its id is not an integer"),
    "id 2^63": (b'{"id":9223372036854775808}', "9223372036854775808", "its id does not fit in 64 bits"),
    "id below": (b'{"id":-9223372036854775809}', "-9223372036854775809", "its id does not fit in 64 bits"),
    "id of many digits": (b'{"id":' + b"9" * 9_000 + b"}", "9" * 40, "its id does not fit in 64 bits"),
    "a number": (b"5", None, "it is not a JSON object"),
    "a text": (b'"{\\"id\\":6}"', None, "it is not a JSON object"),
    "null": (b"null", None, "it is not a JSON object"),
    "a list": (b'[{"id":6}]', None, "it is not a JSON object"),
    "an empty object": (b"{}", None, "it has no id"),
}


@pytest.mark.parametrize(("document", "shown", "reason"), UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_parse_page_document_without_usable_id_is_unusable(
    document: bytes, shown: str | None, reason: str, place: int
) -> None:
    others = [b'{"id":1}', b'{"id":7,"a":NaN}']
    page = parse(b'{"results":[' + b",".join([*others[:place], document, *others[place:]]) + b"]}")
    assert [bytes(memoryview(text)) for text in page.documents] == others
    assert [key.id for key in page.keys] == [1, 7]
    [found] = page.unusable
    assert (found.entity_id, found.reason, found.content, found.place) == (shown, reason, document, place + 1)
    assert (f"id {shown}" if shown is not None else f"row {place + 1}") in str(found)


DAMAGED = {
    "a control character": b'{"id":6,"a":"\x01"}',
    "a line break": b'{"id":6,"a":"x\ny"}',
    "a lost value": b'{"id":6,"a":}',
    "an unknown word": b'{"id":6,"a":undefined}',
    "an unknown escape": rb'{"id":6,"a":"\q"}',
    "not UTF-8": b'{"id":6,"a":"\xff"}',
}


@pytest.mark.parametrize("document", DAMAGED.values(), ids=DAMAGED)
def test_parse_page_accepts_damage_seen_twice(document: bytes) -> None:
    damaged: set[str] = set()
    with pytest.raises(BadBody):
        parse_page("order_hdr", b'{"results":[{"id":1},' + document + b"]}", read_at=AT, damaged=damaged)
    # the other rows may have changed between the attempts
    page = parse_page("order_hdr", b'{"results":[' + document + b',{"id":9}]}', read_at=AT, damaged=damaged)
    assert page.row_count == 2
    is_readable = b"\xff" not in document
    assert [key.id for key in page.keys] == ([6, 9] if is_readable else [9])
    assert [found.reason for found in page.unusable] == ([] if is_readable else ["it is not UTF-8 at byte 13"])


def test_parse_page_rejects_different_damage() -> None:
    damaged: set[str] = set()
    for byte in (b"\x01", b"\x02"):
        with pytest.raises(BadBody):
            parse_page("item", b'{"results":[{"id":6,"a":"' + byte + b'"}]}', read_at=AT, damaged=damaged)


@given(st.lists(st.sampled_from([*ODD.values(), b'{"id":3}']) | documents.map(json.dumps).map(str.encode), max_size=4))
def test_parse_page_odd_documents_keep_order(texts: list[bytes]) -> None:
    page = parse(b'{"results":[' + b",".join(texts) + b"]}")
    assert [bytes(memoryview(document)) for document in page.documents] == texts


@given(st.lists(st.none() | st.tuples(instants, offsets), max_size=5))
def test_read_instants_converts_to_utc_microseconds(rows: list[tuple[datetime, timezone] | None]) -> None:
    texts = [None if row is None else row[0].astimezone(row[1]).isoformat() for row in rows]
    array = read_instants(texts).values
    assert array.type == pa.timestamp("us")
    assert array.to_pylist() == [None if row is None else row[0].replace(tzinfo=None) for row in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-05-31T19:57:42.738709-03:00", "2025-05-31 22:57:42.738709"),
        ("2025-05-31T19:57:42-03:00", "2025-05-31 22:57:42"),
        ("2025-05-31T19:57:42Z", "2025-05-31 19:57:42"),
        ("2025-05-31T19:57:42.7387091Z", "2025-05-31 19:57:42.738709"),
        ("", None),
        ("2018-02-17T23:30:00-02:00", "2018-02-18 01:30:00"),
        ("2018-02-17T23:30:00-03:00", "2018-02-18 02:30:00"),
    ],
)
def test_read_instants_accepts_documented_formats(text: str, expected: str | None) -> None:
    assert [value and str(value) for value in read_instants([text, None]).values.to_pylist()] == [expected, None]


UNREADABLE = [
    "2025-05-31T19:57:42",
    "yesterday",
    "2025-13-01T00:00:00Z",
    "31/05/2025",
    "9999-12-31T23:59:59-03:00",
    "0001-01-01T00:00:00+14:00",
    "0000-01-01T00:00:00Z",
    "12025-05-31T00:00:00Z",
    "-2025-05-31T00:00:00Z",
    "2025-05-31T19:57:42+99:00",
    "\ud83d",
    "1748732262",
    "{}",
]


@pytest.mark.parametrize("text", UNREADABLE)
def test_read_instants_invalid_is_null_and_reported(text: str) -> None:
    good = "2025-05-31T19:57:42Z"
    found = read_instants([good, text, None, "", good])
    assert found.unreadable == (1,)
    assert [value and str(value) for value in found.values.to_pylist()] == [
        "2025-05-31 19:57:42",
        None,
        None,
        None,
        "2025-05-31 19:57:42",
    ]
    assert read_instants([text]).unreadable == (0,)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59+03:00"])
def test_read_instants_keeps_first_and_last_instant(text: str) -> None:
    assert read_instants([text]).unreadable == ()
    assert read_instants([text]).values.to_pylist()[0].year in {1, 9999}


def test_read_instants_all_without_offset_is_an_error() -> None:
    with pytest.raises(ProtocolError, match="offset") as caught:
        read_instants(["2025-05-31T19:57:42", None, "2025-05-31 19:57:43"])
    assert caught.value.code == "WMS_PROTO_002"
    assert "date format" in caught.value.hint


@given(st.lists(st.text(max_size=30), max_size=3))
def test_read_instants_arbitrary_text_is_read_or_reported(texts: list[str]) -> None:
    try:
        found = read_instants(texts)
    except ProtocolError:
        return
    values = found.values.to_pylist()
    assert [place for place, text in enumerate(texts) if text and values[place] is None] == list(found.unreadable)
