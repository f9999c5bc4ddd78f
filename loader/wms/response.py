"""What an answer's status means (wms-api 4): read the body, try again, or tell the user."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import msgspec

from loader.errors import ProtocolError, SourceError
from loader.masking import MASK, mask, mask_quoted, mask_values
from loader.wms.retry import RetryableError, parse_retry_after
from loader.wms.times import parse_http_date
from loader.wms.urls import split_link

OK_STATUSES: Final = frozenset({200, 204, 404})
RETRIED_STATUSES: Final = frozenset({408, 409, 429})
SHRINK_AFTER: Final[Mapping[int, int]] = MappingProxyType({504: 1, 500: 2})
"""Failures in a row after which the page, not the moment, is to blame (wms-api 4)."""
REFUSALS: Final[Mapping[int, tuple[str, str, str]]] = MappingProxyType(
    {
        401: (
            "WMS_AUTH_001",
            "the WMS does not accept the credentials",
            "check user and password, or client and scope; nothing more was sent, since failures may lock the user",
        ),
        403: (
            "WMS_PERM_001",
            "the WMS user may not read this",
            "give the user's group the permission lgfapi_read_access",
        ),
    }
)
_LONGEST: Final = 20_000
_DEEPEST: Final = 8
_NAME: Final = re.compile(r"[A-Za-z]\w{0,99}!?", re.ASCII)
BASE_URL_HINT: Final = "check wms.base_url: https://<host>/<environment>, nothing after the environment"


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Args:
        url: with the query.
        entity: what it is about, for messages and metrics.
        form: body fields of a POST; None for a GET.
        company: configured company, for messages.
    """

    url: str
    entity: str = ""
    form: Mapping[str, str] | None = field(default=None, repr=False)
    company: str | None = None

    @property
    def method(self) -> str:
        """POST when there is a form."""
        return "GET" if self.form is None else "POST"

    def context(self) -> dict[str, object]:
        """Locates the request in a message: no query, which may hold personal data, and no credentials."""
        parts = urlsplit(self.url)
        place: dict[str, object] = {
            "host": parts.hostname,
            "port": parts.port or (443 if parts.scheme == "https" else 80),
            "request": f"{self.method} {parts.path}",
        }
        return place | ({"company": self.company} if self.company else {})


@dataclass(frozen=True, slots=True)
class Response:
    """A complete answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def date(self) -> datetime | None:
        """The server's clock, UTC."""
        return parse_http_date(self.headers.get("date"))


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The documented error body (wms-api 4); empty where the answer says nothing."""

    reference: str = ""
    message: str = ""
    details: str = ""

    @property
    def said(self) -> str:
        """Message and details as the end of a sentence, empty when there are none."""
        parts = [part for part in (self.message, self.details) if part]
        return f": {'; '.join(parts)}" if parts else ""


class BadRequestError(SourceError):
    """400: the WMS does not accept a parameter.

    Attributes:
        blames_ordering: the request asked for an order, and the answer names it or gives no reason at all.
    """

    blames_ordering: bool = False


def is_ordering_refused(error: Exception) -> bool:
    """Whether a 400 is about `ordering`, so that the fallback without it may help (wms-api 8.4).

    True also when the answer gives no reason: then the request without `ordering` shows whether anything else is wrong.
    """
    return isinstance(error, BadRequestError) and error.blames_ordering


def parse_error(body: bytes) -> ErrorBody | None:
    """Reads an error body; None when it is not a JSON object. Never raises, whatever the bytes."""
    try:
        content = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    # the last three are Django REST framework's own and OAuth2's words
    words = (content.get(name) for name in ("message", "detail", "error_description", "error"))
    message = next(filter(None, words), "")
    return ErrorBody(_text(content.get("reference")), _text(message), _details(content.get("details")))


def is_wms_error(body: bytes) -> bool:
    """Whether the bytes are the WMS's documented error body: text `reference`, `code` and `message` (wms-api 4).

    A gateway also answers in JSON, such as ``{"message": "no Route matched with those values"}``.
    """
    try:
        content = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    if not isinstance(content, dict):
        return False
    return all(isinstance(content.get(name), str) and content[name] for name in ("reference", "code", "message"))


def gateway_words(body: bytes) -> str:
    """What a JSON answer that is not the WMS's says, as the end of a sentence; empty when it says nothing."""
    return (parse_error(body) or ErrorBody()).said


def raise_for_status(request: Request, answer: Response) -> None:
    """Returns when the answer's body may be read (200, 204, 404).

    Raises:
        RetryableError: another try may mend it.
        SourceError: it will not.
    """
    status = answer.status
    if status in OK_STATUSES:
        return
    body = parse_error(answer.body) or ErrorBody()
    context = request.context() | {"status": status} | ({"reference": body.reference} if body.reference else {})
    if status in RETRIED_STATUSES or status >= 500:
        error = SourceError(
            "WMS_HTTP_002",
            f"the WMS kept answering {status}{body.said}",
            hint="the WMS or its gateway is busy or failing; run again later, and give Oracle support the reference",
            context=context,
        )
        wait = parse_retry_after(answer.headers.get("retry-after"), answer.date)
        raise RetryableError(
            error, f"http {status}", status=status, retry_after=wait, shrink_after=SHRINK_AFTER.get(status)
        )
    if status == 400:
        raise _bad_request(request, body, context)
    if status in REFUSALS:
        code, message, hint = REFUSALS[status]
        raise SourceError(code, message + body.said, hint=hint, context=context)
    if 400 <= status < 500:
        message = f"the WMS refused the request with {status}{body.said}"
        raise SourceError("WMS_HTTP_001", message, hint=BASE_URL_HINT, context=context)
    raise bad_body(request, answer, f"status {status}{_redirect(answer)}")


def _bad_request(request: Request, body: ErrorBody, context: Mapping[str, object]) -> BadRequestError:
    error = BadRequestError(
        "WMS_HTTP_001",
        f"the WMS refused the request{body.said or ' and gives no reason'}",
        hint="check that the fields asked for and filtered by exist in this tenant (describe of the entity)",
        context=context,
    )
    ordered = "ordering=" in urlsplit(request.url).query
    error.blames_ordering = ordered and (not body.details or "ordering" in body.said.lower())
    return error


def _redirect(answer: Response) -> str:
    target = split_link(answer.headers.get("location"))
    return f", a redirect to {target.hostname or ''}{target.path}, which is not followed" if target.path else ""


def bad_body(request: Request, answer: Response, flaw: str) -> ProtocolError:
    """The error for an answer whose status is fine and whose body is not."""
    return ProtocolError(
        "WMS_PROTO_002",
        f"not an answer of the WMS: {flaw}",
        hint=BASE_URL_HINT,
        context=request.context() | {"status": answer.status},
    )


def _text(value: object) -> str:
    """A sentence of an error body, without the values it quotes."""
    return _line(mask_quoted(_start(value))) if isinstance(value, str) else _details(value)


def _details(value: object) -> str:
    """Names of fields and the reasons given for them; the rest may be values, such as the name of a person."""
    hidden = _masked(value, _DEEPEST) if value else ""
    return _line(hidden if isinstance(hidden, str) else msgspec.json.encode(hidden).decode())


def _line(masked: str) -> str:
    # cut after it was masked: half a secret is not recognised
    return " ".join(masked.split())[:300]


def _masked(value: object, depth: int) -> object:
    """The JSON value, its names and texts masked one by one: its own quotes enclose no value that the WMS quotes."""
    if isinstance(value, str):
        return mask_values(_start(value))
    if isinstance(value, (list, dict)) and not depth:
        return "..."
    if isinstance(value, list):
        return [_masked(part, depth - 1) for part in value]
    if isinstance(value, dict):
        return {_masked_name(str(name)): _masked(part, depth - 1) for name, part in value.items()}
    return value if value is None or isinstance(value, bool) else MASK


def _masked_name(name: str) -> str:
    return mask(name) if _NAME.fullmatch(name) else MASK


def _start(text: str) -> str:
    """The first `_LONGEST` characters; a secret that the limit would cut is masked."""
    return mask(text[: 2 * _LONGEST])[:_LONGEST]
