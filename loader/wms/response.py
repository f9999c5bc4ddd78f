"""Requests, responses, and what to do for each status: read the body, retry or fail (wms-api 4)."""

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
"""Status -> failures in a row after which a smaller page is requested instead of a retry (wms-api 4)."""
REFUSALS: Final[Mapping[int, tuple[str, str, str]]] = MappingProxyType(
    {
        401: (
            "WMS_AUTH_001",
            "Can't log in to the WMS: it does not accept the credentials",
            "Check the user and password, or the client and scope. No further request was sent, because repeated "
            "failures may lock the user.",
        ),
        403: (
            "WMS_PERM_001",
            "Can't read from the WMS: this user has no permission",
            "Give the user's group the permission lgfapi_read_access.",
        ),
    }
)
_LONGEST: Final = 20_000
_DEEPEST: Final = 8
_NAME: Final = re.compile(r"[A-Za-z]\w{0,99}!?", re.ASCII)
BASE_URL_HINT: Final = "Set GRUPONOS_WMS__BASE_URL to https://<host>/<environment>, with nothing after the environment."


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request.

    Args:
        url: including the query.
        entity: for messages and metrics.
        form: body fields of a POST; None for a GET.
        company: configured company code, for messages.
        may_be_refused: whether a 401 is about this URL alone once the credentials have worked.
    """

    url: str
    entity: str = ""
    form: Mapping[str, str] | None = field(default=None, repr=False)
    company: str | None = None
    may_be_refused: bool = False

    @property
    def method(self) -> str:
        """``POST`` if there is a form, else ``GET``."""
        return "GET" if self.form is None else "POST"

    def context(self) -> dict[str, object]:
        """Return what identifies the request in a message, without credentials or query (may hold personal data)."""
        parts = urlsplit(self.url)
        place: dict[str, object] = {
            "host": parts.hostname,
            "port": parts.port or (443 if parts.scheme == "https" else 80),
            "request": f"{self.method} {parts.path}",
        }
        return place | ({"company": self.company} if self.company else {})


@dataclass(frozen=True, slots=True)
class Response:
    """A complete HTTP response; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def date(self) -> datetime | None:
        """The server's clock (UTC) from the ``Date`` header; None if the header is missing or invalid."""
        return parse_http_date(self.headers.get("date"))


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The documented error body (wms-api 4); missing fields are empty."""

    reference: str = ""
    message: str = ""
    details: str = ""

    @property
    def suffix(self) -> str:
        """Message and details to append to a sentence, such as ``: no such field``; empty if there are none."""
        parts = [part for part in (self.message, self.details) if part]
        return f": {'; '.join(parts)}" if parts else ""


class BadRequestError(SourceError):
    """400: the WMS does not accept a parameter.

    Attributes:
        blames_ordering: the request had `ordering`, and the response names it or gives no reason.
    """

    blames_ordering: bool = False


def is_ordering_refused(error: Exception) -> bool:
    """Whether a 400 is about `ordering`, so that the request may succeed without it (wms-api 8.4).

    Also true if the response gives no reason: repeating the request without `ordering` shows any other problem.
    """
    return isinstance(error, BadRequestError) and error.blames_ordering


def parse_error(body: bytes) -> ErrorBody | None:
    """Parse an error body; return None if it is not a JSON object. Never raises."""
    try:
        content = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    # `detail` comes from Django REST framework, the last two from OAuth2
    words = (content.get(name) for name in ("message", "detail", "error_description", "error"))
    message = next(filter(None, words), "")
    return ErrorBody(_text(content.get("reference")), _text(message), _details(content.get("details")))


def is_wms_error(body: bytes) -> bool:
    """Whether the body is the documented WMS error body: text `reference`, `code` and `message` (wms-api 4).

    Gateways also send JSON, such as ``{"message": "no Route matched with those values"}``.
    """
    try:
        content = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    if not isinstance(content, dict):
        return False
    return all(isinstance(content.get(name), str) and content[name] for name in ("reference", "code", "message"))


def gateway_message(body: bytes) -> str:
    """Return the message of a gateway's JSON body, to append to a sentence; empty if there is none."""
    return (parse_error(body) or ErrorBody()).suffix


def raise_for_status(request: Request, answer: Response) -> None:
    """Raise an error unless the body can be read (200, 204, 404).

    Raises:
        RetryableError: a retry may succeed.
        SourceError: a retry can't help.
    """
    status = answer.status
    if status in OK_STATUSES:
        return
    body = parse_error(answer.body) or ErrorBody()
    context = request.context() | {"status": status} | ({"reference": body.reference} if body.reference else {})
    if status in RETRIED_STATUSES or status >= 500:
        error = SourceError(
            "WMS_HTTP_002",
            _sentence(f"Can't get a response from the WMS: it keeps returning status {status}{body.suffix}"),
            hint="Run it again later. If the error persists, give Oracle support the reference.",
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
        raise SourceError(code, _sentence(message + body.suffix), hint=hint, context=context)
    if 400 <= status < 500:
        message = _sentence(f"Can't complete the request: the WMS rejected it with status {status}{body.suffix}")
        raise SourceError("WMS_HTTP_001", message, hint=BASE_URL_HINT, context=context)
    raise bad_body(request, answer, f"status {status}{_redirect(answer)}")


def _bad_request(request: Request, body: ErrorBody, context: Mapping[str, object]) -> BadRequestError:
    error = BadRequestError(
        "WMS_HTTP_001",
        _sentence(f"Can't complete the request: the WMS rejected it{body.suffix or ' without a reason'}"),
        hint="Check in the entity's description that this tenant has the requested fields and filters.",
        context=context,
    )
    ordered = "ordering=" in urlsplit(request.url).query
    error.blames_ordering = ordered and (not body.details or "ordering" in body.suffix.lower())
    return error


def _redirect(answer: Response) -> str:
    target = split_link(answer.headers.get("location"))
    return f", a redirect to {target.hostname or ''}{target.path}, which is not followed" if target.path else ""


def bad_body(request: Request, answer: Response, flaw: str) -> ProtocolError:
    """Return the error for a response whose body is not what the WMS documents."""
    return ProtocolError(
        "WMS_PROTO_002",
        _sentence(f"Can't read the response: it is not a WMS response ({flaw})"),
        hint=BASE_URL_HINT,
        context=request.context() | {"status": answer.status},
    )


def _sentence(text: str) -> str:
    """End the text with a full stop, unless the WMS message at its end has one."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _text(value: object) -> str:
    """Return a field of an error body as one line of at most 300 characters, with values masked."""
    return _line(mask_quoted(_start(value))) if isinstance(value, str) else _details(value)


def _details(value: object) -> str:
    """Keep field names and reasons of a refusal. Mask the rest, which may be values such as a person's name."""
    hidden = _masked(value, _DEEPEST) if value else ""
    return _line(hidden if isinstance(hidden, str) else msgspec.json.encode(hidden).decode())


def _line(masked: str) -> str:
    # mask before cutting: half a secret is not recognised
    return " ".join(masked.split())[:300]


def _masked(value: object, depth: int) -> object:
    """Mask the names and texts of a JSON value one by one: JSON's own quotes don't mark values that the WMS quotes."""
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
