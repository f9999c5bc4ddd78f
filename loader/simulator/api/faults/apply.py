"""Applies each kind of fault to a response. The functions are pure, except for a fault's memory of earlier pages."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from loader.simulator.api.answer import Answer, Delivery
from loader.simulator.api.errors import ApiError, unauthorized
from loader.simulator.api.faults.box import Armed
from loader.simulator.api.faults.model import ERRORS, Fault, Kind
from loader.simulator.api.faults.pages import PAGE_FAULTS, reshape

FOREVER = 3600.0
_HTML = "text/html; charset=utf-8"
_NO_ROWS = b'{"next_page":null,"previous_page":null,"results":[]}'
_NO_ROUTE = b'{"message":"no Route matched with those values"}'
CAPPED: Final = frozenset({"capped_page", "capped_page_without_link"})
"""Faults that return fewer rows than requested: the response to a smaller page_size."""
_PADDING = 2 << 20
_LIMITED = (429, 503)


@dataclass(frozen=True, slots=True)
class Incident:
    """A request with a fault.

    Args:
        url: of the request, absolute, as a link would name it.
        page_size: as asked for, or the user's.
        login: path of the login page.
    """

    armed: Armed
    url: str
    page_size: int
    login: str
    now: datetime
    reference: str

    @property
    def fault(self) -> Fault:
        """What happens."""
        return self.armed.fault


Replacement = Callable[[Incident], Answer]
Change = Callable[[Incident, Answer], Answer]


def replacement(incident: Incident) -> Answer | None:
    """Return the response that replaces the real one; None if the fault modifies the real one."""
    make = _REPLACEMENTS.get(incident.fault.kind)
    return make(incident) if make else None


def changed(incident: Incident, answer: Answer) -> Answer:
    """Return the real response, modified by the fault."""
    change = _CHANGES.get(incident.fault.kind)
    return change(incident, answer) if change else answer


def _refusal(incident: Incident, error: ApiError) -> Answer:
    return Answer(error.status, error.body(incident.reference), error.headers)


def _error(incident: Incident, kind: Kind = "") -> Answer:
    """An error of `kinds.csv`; 429 and 503 have ``Retry-After`` as seconds, as a date or without it."""
    fault, error = incident.fault, ERRORS[kind or incident.fault.kind]
    status, title = int(error["status"]), f"{error['status']} {error['message']}"
    if not error["code"]:
        page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
        return Answer(status, page.encode(), media_type=_HTML)
    headers: dict[str, str] = {}
    if status in _LIMITED and fault.retry_after == "seconds":
        headers["Retry-After"] = str(round(fault.seconds))
    if status in _LIMITED and fault.retry_after == "date":
        moment = incident.now + timedelta(seconds=fault.seconds)
        headers["Retry-After"] = format_datetime(moment, usegmt=True)
    return _refusal(incident, ApiError(status, error["code"], error["message"], headers=headers))


def _cut(*, chunked: bool = False, reset: bool = False) -> Change:
    def change(incident: Incident, answer: Answer) -> Answer:
        return replace(answer, delivery=Delivery(cut=incident.fault.share, chunked=chunked, reset=reset))

    return change


def _body(make: Callable[[Incident, bytes], bytes]) -> Change:
    return lambda incident, answer: replace(answer, body=make(incident, answer.body))


def _page(incident: Incident, answer: Answer) -> Answer:
    body = reshape(incident.fault.kind, incident.armed, incident.url, answer.body)
    return replace(answer, body=body)


def _phantom(incident: Incident, answer: Answer) -> Answer:
    """The last page links to one more, which fails as observed (wms-api 3)."""
    if answer.status == 404 and re.search(r"[?&]page=", incident.url):
        return _error(incident, "server_error")
    return _page(incident, answer)


def _invalid(_: Incident, body: bytes) -> bytes:
    """Bytes that are not UTF-8 in a text of the first row."""
    head, results, rows = body.partition(b'"results":[')
    return head + results + rows.replace(b'":"', b'":"\xff\xfe', 1)


def _skewed(incident: Incident, answer: Answer) -> Answer:
    return replace(answer, skew=incident.fault.seconds)


def _zipped(_: Incident, answer: Answer) -> Answer:
    headers = {**answer.headers, "Content-Encoding": "gzip"}
    return replace(answer, body=gzip.compress(answer.body, 1), headers=headers)


_REPLACEMENTS: Mapping[Kind, Replacement] = {
    **dict.fromkeys(ERRORS, _error),
    "unauthorized": lambda incident: _refusal(incident, unauthorized()),
    "expired_tokens": lambda incident: _refusal(incident, unauthorized()),
    "no_rows": lambda _: Answer(body=_NO_ROWS),
    "no_content": lambda _: Answer(204),
    "no_route": lambda _: Answer(404, _NO_ROUTE),
    "login_redirect": lambda incident: Answer(302, headers={"Location": incident.login}),
    "hang": lambda _: Answer(delivery=Delivery(delay=FOREVER, cut=0.0)),
    "drop_before_headers": lambda _: Answer(delivery=Delivery(cut=0.0)),
    "reset": lambda _: Answer(delivery=Delivery(cut=0.0, reset=True)),
}

_CHANGES: Mapping[Kind, Change] = {
    "slow_first_byte": lambda incident, answer: replace(answer, delivery=Delivery(delay=incident.fault.seconds)),
    "slow_by_page_size": lambda incident, answer: replace(
        answer, delivery=Delivery(delay=incident.fault.seconds * incident.page_size)
    ),
    "drip": lambda incident, answer: replace(answer, delivery=Delivery(drip=incident.fault.seconds)),
    "drop_mid_body": _cut(),
    "drop_mid_chunk": _cut(chunked=True),
    "reset_mid_body": _cut(reset=True),
    "truncated_json": _body(lambda incident, body: body[: int(len(body) * incident.fault.share)]),
    "empty_body": _body(lambda _, body: b""),
    "wrong_content_type": lambda _, answer: replace(answer, media_type=_HTML),
    "byte_order_mark": _body(lambda _, body: b"\xef\xbb\xbf" + body),
    "invalid_utf8": _body(_invalid),
    "padding": _body(lambda _, body: body + b" " * _PADDING),
    "gzip": _zipped,
    "clock_skew": _skewed,
    "clock_jump": _skewed,
    **dict.fromkeys(PAGE_FAULTS, _page),
    "phantom_page": _phantom,
}
