"""Rows for the small WMS, and faults of the WMS and of the proxies in front of it."""

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
"""Some seconds, in days, because a window ends at a whole second before now."""
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
    """Return an order header changed `days` days ago."""
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
    """Return orders with the tables that define their scope."""
    return {"company": companies(), "facility": facilities(), "order_hdr": rows}


def damaged(row_id: int, members: str, **more: Any) -> Row:
    """Return an order whose document has additional members, as JSON text that may be invalid."""
    row = order(row_id, **more)
    row["_raw"] = json.dumps(row)[:-1].encode() + b"," + members.encode("utf-8", "surrogatepass") + b"}"
    return row


def replaced(row_id: int, member: str, text: str, **more: Any) -> Row:
    """Return an order whose document and ``values_list`` have another value for one member, as JSON text."""
    row = order(row_id, **more)
    document = {**row, member: "@@"}
    row["_raw"] = json.dumps(document).replace('"@@"', text).encode()
    try:
        row[f"_{member}"] = json.loads(text)
    except json.JSONDecodeError:
        row[f"_{member}"] = None
    return row


# responses in the middle of a scan that are not WMS responses


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
"""Responses that don't have the WMS format."""


def struck(answer: Answer, *, when: Callable[[Asked], bool], times: int = 1, after: int = 0) -> Rule:
    """Return the response for `times` matching requests, after the first `after` of them."""
    matched = 0

    def rule(asked: Asked) -> Answer | None:
        nonlocal matched
        if not when(asked):
            return None
        matched += 1
        return answer if after < matched <= after + times else None

    return rule


def documents_of(entity: str) -> Callable[[Asked], bool]:
    """Match the requests for pages of documents, as a scan sends them."""
    return lambda asked: asked.entity == entity and asked.lists and "values_list" not in asked.query


def pages_after_the_first(entity: str) -> Callable[[Asked], bool]:
    is_page = documents_of(entity)
    return lambda asked: is_page(asked) and int(asked.query.get("id__gt", "-1")) > 0


def bomb(megabytes: int) -> Answer:
    """Return a useless list that unpacks to a thousand times the size of the response body."""
    head = b'{"next_page":null,"previous_page":null,"results":[{"id":1,"notes":"'
    packed = gzip.compress(head + b"a" * (megabytes << 20) + b'"}]}', 6)
    return Answer(body=packed, headers=(("Content-Encoding", "gzip"),))


def words(text: str) -> str:
    """Return the text without the line breaks of a terminal."""
    return re.sub(r"\s+", " ", text)
