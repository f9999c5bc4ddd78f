from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loader.errors import ProtocolBreach
from loader.wms.page import BadBody, Key, Page, Relation, describe_flaw, parse_page, utc_micros

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
def test_documents_come_out_byte_for_byte(rows: list[dict[str, Any]], ascii_only: bool, indent: int | None) -> None:
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
    """The only two things that may happen to a body."""
    try:
        return parse(body)
    except BadBody:
        return None


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_a_page_or_a_bad_body(body: bytes) -> None:
    outcome(body)


@given(json_values)
def test_arbitrary_json_is_a_page_or_a_bad_body(value: object) -> None:
    outcome(json.dumps({"results": value}).encode())
    outcome(json.dumps({"results": [value]}).encode())
    outcome(json.dumps(value).encode())


@given(st.lists(documents, min_size=1, max_size=3), st.data())
def test_a_cut_body_is_never_a_page(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    body = json.dumps({"results": rows, "next_page": None}).encode()
    end = data.draw(st.integers(0, len(body) - 1))
    assert outcome(body[:end]) is None


@given(st.lists(documents, min_size=1, max_size=3), st.data())
def test_a_damaged_body_stays_utf_8_json(rows: list[dict[str, Any]], data: st.DataObject) -> None:
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
    b'{"results":[{"id":1,"a":NaN}]}': "is not JSON",
    b'{"results":[{"id":1}]} x': "is not JSON",
    b'{"results":': "is not JSON",
    b"null": "another shape",
    b'{"results":[{"id":null}]}': "another shape",
    b'{"results":[{"id":1.5}]}': "another shape",
    b'{"results":[{"id":1,"mod_ts":{}}]}': "another shape",
    b'{"results":[{"id":1}],"next_page":5}': "another shape",
    b'{"results":[' + b"[" * 100_000: "nested too deep",
}


@pytest.mark.parametrize(("body", "flaw"), FLAWS.items(), ids=FLAWS.values())
def test_a_bad_body_says_why(body: bytes, flaw: str) -> None:
    with pytest.raises(BadBody, match=flaw):
        parse(body)


def test_a_flaw_does_not_quote_the_document() -> None:
    body = b'{"results":[{"id":"secret","cust_email":"a@b.example"}]}'
    with pytest.raises(BadBody) as caught:
        parse(body)
    assert "secret" not in str(caught.value)
    assert "a@b" not in describe_flaw(body, caught.value)


def test_an_answer_without_rows_is_an_empty_page() -> None:
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
def test_retyped_fields_do_not_stop_a_load(document: bytes, key: Key) -> None:
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
def test_only_the_cursor_is_taken_from_a_link(link: str | None, cursor: str | None) -> None:
    assert Page("item", [], [], AT, link).cursor == cursor


@given(st.lists(st.none() | st.tuples(instants, offsets), max_size=5))
def test_timestamps_become_utc_microseconds(rows: list[tuple[datetime, timezone] | None]) -> None:
    texts = [None if row is None else row[0].astimezone(row[1]).isoformat() for row in rows]
    array = utc_micros(texts)
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
def test_every_documented_way_of_writing_an_instant(text: str, expected: str | None) -> None:
    assert [value and str(value) for value in utc_micros([text, None]).to_pylist()] == [expected, None]


@pytest.mark.parametrize("text", ["2025-05-31T19:57:42", "yesterday", "2025-13-01T00:00:00Z", "31/05/2025"])
def test_an_instant_that_could_mean_anything_is_refused(text: str) -> None:
    with pytest.raises(ProtocolBreach, match="cannot be read") as caught:
        utc_micros([text])
    assert caught.value.code == "WMS_PROTO_002"


@given(st.lists(st.text(max_size=30), max_size=3))
def test_any_text_is_an_instant_or_a_breach(texts: list[str]) -> None:
    try:
        assert len(utc_micros(texts)) == len(texts)
    except ProtocolBreach as error:
        assert error.code == "WMS_PROTO_002"  # noqa: PT017
