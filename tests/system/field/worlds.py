"""Rows for the small WMS, and the ways in which it and what stands before it misbehave."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from tests.system.field.small_wms import Answer, Asked, Refusal, Row, Rule

SAO_PAULO = timezone(timedelta(hours=-3))
JUST_NOW = 0.0001
"""Days: some seconds, because a window ends at a whole second before now."""
FACILITIES = {1: "DC01", 2: "DC02", 3: "DC03", 4: "DC04"}
COMPANIES = {1: "GNOS", 2: "OTHER"}


def stamp(instant: datetime) -> str:
    return instant.astimezone(SAO_PAULO).isoformat(timespec="microseconds")


def ago(**step: float) -> datetime:
    return datetime.now(UTC) - timedelta(**step)


def audit(changed: datetime, created: datetime | None = None) -> Row:
    return {"create_user": "U1", "create_ts": stamp(created or changed), "mod_user": "U2", "mod_ts": stamp(changed)}


def relation(row_id: int, key: str) -> Row:
    return {"id": row_id, "key": key, "url": ""}


def order(
    row_id: int, *, facility: int = 1, company: int = 1, days: float = 3, changed: datetime | None = None, **more: Any
) -> Row:
    """An order header, changed so many days ago."""
    return {
        "id": row_id,
        **audit(changed or ago(days=days)),
        "facility_id": relation(facility, FACILITIES.get(facility, f"F{facility}")),
        "company_id": relation(company, COMPANIES.get(company, f"C{company}")),
        "order_nbr": f"ORD-{row_id}",
        "status_id": 0,
        "cust_email": f"customer{row_id}@example.org",
        **more,
    }


def orders(ids: Iterable[int], **more: Any) -> list[Row]:
    return [order(row_id, **more) for row_id in ids]


def facilities() -> list[Row]:
    return [{"id": row_id, **audit(ago(days=900)), "code": code, "name": code} for row_id, code in FACILITIES.items()]


def companies() -> list[Row]:
    return [{"id": row_id, **audit(ago(days=900)), "code": code, "name": code} for row_id, code in COMPANIES.items()]


def world(rows: list[Row]) -> dict[str, list[Row]]:
    """Orders with the tables that their scope is found through."""
    return {"company": companies(), "facility": facilities(), "order_hdr": rows}


def damaged(row_id: int, members: str, **more: Any) -> Row:
    """An order whose document holds further members, as JSON text that need not be valid."""
    row = order(row_id, **more)
    row["_raw"] = json.dumps(row)[:-1].encode() + b"," + members.encode("utf-8", "surrogatepass") + b"}"
    return row


def replaced(row_id: int, member: str, text: str, **more: Any) -> Row:
    """An order whose document shows another value of one member, as JSON text; ``values_list`` shows it too."""
    row = order(row_id, **more)
    document = {**row, member: "@@"}
    row["_raw"] = json.dumps(document).replace('"@@"', text).encode()
    try:
        row[f"_{member}"] = json.loads(text)
    except json.JSONDecodeError:
        row[f"_{member}"] = None
    return row


# answers in the middle of a scan that are none


EMPTY_LIST = Answer(body=b'{"next_page":null,"previous_page":null,"results":[]}')
BARE_LIST = Answer(body=b"[]")
NO_CONTENT = Answer(204)
OWN_404 = Refusal(404, "NOT_FOUND", "No rows match.").answer
GATEWAY_404 = Answer(404, b'{"message":"no Route matched with those values"}')
HTML_404 = Answer(404, b"<html><body><h1>404 Not Found</h1></body></html>", "text/html")
EMPTY_404 = Answer(404, b"")
STRAYS = {
    "empty_list": EMPTY_LIST,
    "no_content": NO_CONTENT,
    "own_404": OWN_404,
    "gateway_404": GATEWAY_404,
    "html_404": HTML_404,
    "empty_404": EMPTY_404,
    "bare_list": BARE_LIST,
}
NO_ANSWERS = ("gateway_404", "html_404", "empty_404", "bare_list")
"""Those that do not have the form of the WMS's answers."""


def struck(answer: Answer, *, when: Callable[[Asked], bool], times: int = 1, after: int = 0) -> Rule:
    """The answer, to so many of the requests that match, once `after` of them were answered."""
    matched = 0

    def rule(asked: Asked) -> Answer | None:
        nonlocal matched
        if not when(asked):
            return None
        matched += 1
        return answer if after < matched <= after + times else None

    return rule


def documents_of(entity: str) -> Callable[[Asked], bool]:
    """Requests for pages of documents, as a scan makes them."""
    return lambda asked: asked.entity == entity and asked.lists and "values_list" not in asked.query


def pages_after_the_first(entity: str) -> Callable[[Asked], bool]:
    is_page = documents_of(entity)
    return lambda asked: is_page(asked) and int(asked.query.get("id__gt", "-1")) > 0


def bomb(megabytes: int) -> Answer:
    """A list of no use whose body is a thousandth of what it unpacks to."""
    head = b'{"next_page":null,"previous_page":null,"results":[{"id":1,"notes":"'
    packed = gzip.compress(head + b"a" * (megabytes << 20) + b'"}]}', 6)
    return Answer(body=packed, headers=(("Content-Encoding", "gzip"),))


def words(text: str) -> str:
    """Text without the line breaks of a screen."""
    return re.sub(r"\s+", " ", text)
