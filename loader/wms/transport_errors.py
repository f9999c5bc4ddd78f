"""What it means when a request brings no complete answer: no connection, no trust, too late, or cut short."""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterator
from typing import Final

import requests
import urllib3.exceptions

from loader.errors import ProtocolError, SourceError
from loader.wms.response import BASE_URL_HINT, Request
from loader.wms.retry import RetryableError

NO_CONNECTION: Final = (
    requests.exceptions.ProxyError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.NewConnectionError,
)
TIMEOUTS: Final = (urllib3.exceptions.ReadTimeoutError, TimeoutError)
CUT_TLS: Final = (ssl.SSLEOFError, ssl.SSLZeroReturnError)


def map_exception(request: Request, error: Exception, *, timeout: float) -> RetryableError | SourceError:
    """The meaning of an exception from requests or urllib3.

    Args:
        timeout: seconds an answer may take, for the message.
    """
    causes = list(_chain(error))
    untrusted = [cause for cause in causes if isinstance(cause, ssl.SSLError) and not isinstance(cause, CUT_TLS)]
    if untrusted:
        return _untrusted(request, untrusted[0])
    if isinstance(error, ValueError):
        return _unreachable(request, f"the address cannot be used: {type(error).__name__}")
    if _any(causes, NO_CONNECTION):
        return RetryableError(_unreachable(request, f"cannot connect to the WMS: {_reason(causes)}"), "connect")
    if _any(causes, TIMEOUTS):
        return RetryableError(_late(request, timeout), "timeout", shrink_after=1)
    if _any(causes, (urllib3.exceptions.DecodeError, zlib.error)):
        message = "the answer's compression is broken"
        garbled = ProtocolError("WMS_PROTO_002", message, hint=BASE_URL_HINT, context=request.context())
        return RetryableError(garbled, "bad body")
    return RetryableError(_unreachable(request, f"the connection to the WMS broke: {_reason(causes)}"), "broken")


def too_large(request: Request, limit_mb: int) -> RetryableError:
    """An answer beyond the limit: a smaller page may fit, the same one never does."""
    error = SourceError(
        "WMS_HTTP_003",
        f"Can't take an answer of more than {limit_mb} MB, unpacked.",
        hint="Lower GRUPONOS_WMS__PAGE_SIZE. If this machine has the memory, raise GRUPONOS_WMS__MAX_ANSWER_MB.",
        context=request.context() | ({"entity": request.entity} if request.entity else {}),
    )
    return RetryableError(error, "too large", shrink_after=1, is_hopeless=True)


def _unreachable(request: Request, message: str) -> SourceError:
    hint = "check wms.base_url, the network, the proxy and the firewall; `make doctor` tries each step"
    return SourceError("WMS_CONN_001", message, hint=hint, context=request.context())


def _untrusted(request: Request, cause: ssl.SSLError) -> SourceError:
    reason = getattr(cause, "verify_message", "") or cause.reason or type(cause).__name__
    hint = "the certificate must be valid for this host; a company's own authority goes into wms.ca_file"
    return SourceError("WMS_CONN_002", f"no trusted TLS connection: {reason}", hint=hint, context=request.context())


def _late(request: Request, timeout: float) -> SourceError:
    message = f"the WMS did not answer completely within {timeout:g} s"
    hint = "raise wms.read_timeout (below the gateway's 300 s) or lower wms.page_size"
    return SourceError("WMS_CONN_003", message, hint=hint, context=request.context())


def _reason(causes: list[BaseException]) -> str:
    """The operating system's or http.client's own words; those of requests quote the whole URL."""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
    return type(causes[-1]).__name__


def _any(causes: list[BaseException], kinds: tuple[type[BaseException], ...]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


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
