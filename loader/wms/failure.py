"""What it means when a request brings no complete answer: no connection, no trust, too late, or cut short."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from typing import Final

import requests
import urllib3.exceptions

from loader.errors import ProtocolBreach, SourceError
from loader.wms.answer import BASE_URL_HINT, Request
from loader.wms.retry import Transient

NO_CONNECTION: Final = (
    requests.exceptions.ProxyError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.NewConnectionError,
)
TIMEOUTS: Final = (urllib3.exceptions.ReadTimeoutError, TimeoutError)


def from_exception(request: Request, error: Exception, *, timeout: float) -> Transient | SourceError:
    """The meaning of a request that brought no complete answer.

    Args:
        error: from requests or urllib3.
        timeout: seconds an answer may take, for the message.
    """
    causes = list(_chain(error))
    context = request.context()
    tls = [cause for cause in causes if isinstance(cause, ssl.SSLError)]
    if tls and not any(isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError) for cause in tls):
        hint = "the certificate must be valid for this host; a company's own authority goes into wms.ca_file"
        return SourceError(
            "WMS_CONN_002", f"no trusted TLS connection: {_tls_reason(tls[0])}", hint=hint, context=context
        )
    if any(isinstance(cause, NO_CONNECTION) for cause in causes):
        return Transient(_unreachable(f"cannot connect to the WMS: {_reason(causes)}", context), "connect")
    if any(
        isinstance(cause, requests.ReadTimeout | urllib3.exceptions.ReadTimeoutError | TimeoutError) for cause in causes
    ):
        late = SourceError(
            "WMS_CONN_003",
            f"the WMS did not answer completely within {timeout:g} s",
            hint="raise wms.read_timeout (below the gateway's 300 s) or lower wms.page_size",
            context=context,
        )
        return Transient(late, "timeout", shrink_after=1)
    if any(isinstance(cause, urllib3.exceptions.DecodeError) for cause in causes):
        garbled = ProtocolBreach(
            "WMS_PROTO_002", "the answer's compression is broken", hint=BASE_URL_HINT, context=context
        )
        return Transient(garbled, "bad body")
    return Transient(_unreachable(f"the connection to the WMS broke: {_reason(causes)}", context), "broken")


def _unreachable(message: str, context: Mapping[str, object]) -> SourceError:
    hint = "check wms.base_url, the network, the proxy and the firewall; `make doctor` tries each step"
    return SourceError("WMS_CONN_001", message, hint=hint, context=context)


def _tls_reason(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", "") or error.reason or type(error).__name__


def _reason(causes: list[BaseException]) -> str:
    """The operating system's or http.client's own words; those of requests quote the whole URL."""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
    return type(causes[-1]).__name__


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps, outermost first: requests and urllib3 nest in args, `reason` and `__cause__`."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop(0)
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            waiting += [*found.args, getattr(found, "reason", None), found.__cause__, found.__context__]
