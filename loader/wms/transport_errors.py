"""Maps transport exceptions to WMS errors: no connection, untrusted server, timeout, incomplete response."""

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
    """Map an exception from requests or urllib3 to an error.

    Args:
        timeout: seconds that a response may take, for the message.
    """
    causes = list(_chain(error))
    untrusted = [cause for cause in causes if isinstance(cause, ssl.SSLError) and not isinstance(cause, CUT_TLS)]
    if untrusted:
        return _untrusted(request, untrusted[0])
    if isinstance(error, ValueError):
        return _unreachable(request, f"Can't use the WMS URL: {type(error).__name__}.")
    if _any(causes, NO_CONNECTION):
        return RetryableError(_unreachable(request, f"Can't connect to the WMS: {_reason(causes)}."), "connect")
    if _any(causes, TIMEOUTS):
        return RetryableError(_late(request, timeout), "timeout", shrink_after=1)
    if _any(causes, (urllib3.exceptions.DecodeError, zlib.error)):
        message = "Can't decompress the response: the compressed data is corrupt."
        garbled = ProtocolError("WMS_PROTO_002", message, hint=BASE_URL_HINT, context=request.context())
        return RetryableError(garbled, "bad body")
    message = f"Can't complete the request: the connection to the WMS broke ({_reason(causes)})."
    return RetryableError(_unreachable(request, message), "broken")


def too_large(request: Request, limit_mb: int) -> RetryableError:
    """Return the error for a response above the size limit: only a smaller page can fit."""
    error = SourceError(
        "WMS_HTTP_003",
        f"Can't read the response: it is larger than {limit_mb} MB after decompression.",
        hint="Lower GRUPONOS_WMS__PAGE_SIZE. If this machine has the memory, raise GRUPONOS_WMS__MAX_ANSWER_MB.",
        context=request.context() | ({"entity": request.entity} if request.entity else {}),
    )
    return RetryableError(error, "too large", shrink_after=1, is_hopeless=True)


def _unreachable(request: Request, message: str) -> SourceError:
    hint = "Check GRUPONOS_WMS__BASE_URL, the network, the proxy and the firewall. `make doctor` tests each step."
    return SourceError("WMS_CONN_001", message, hint=hint, context=request.context())


def _untrusted(request: Request, cause: ssl.SSLError) -> SourceError:
    reason = getattr(cause, "verify_message", "") or cause.reason or type(cause).__name__
    hint = (
        "Use a host name that the server's certificate is valid for. For a private certificate authority, set "
        "GRUPONOS_WMS__CA_FILE to its certificate."
    )
    message = f"Can't open a trusted TLS connection: {reason.rstrip('.')}."
    return SourceError("WMS_CONN_002", message, hint=hint, context=request.context())


def _late(request: Request, timeout: float) -> SourceError:
    message = f"Can't get a complete response from the WMS within {timeout:g} s: the request timed out."
    hint = "Lower GRUPONOS_WMS__PAGE_SIZE, or raise GRUPONOS_WMS__READ_TIMEOUT (below the gateway's 300 s)."
    return SourceError("WMS_CONN_003", message, hint=hint, context=request.context())


def _reason(causes: list[BaseException]) -> str:
    """Return the operating system's or http.client's text: the text of requests quotes the whole URL."""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
    return type(causes[-1]).__name__


def _any(causes: list[BaseException], kinds: tuple[type[BaseException], ...]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and its causes, outermost first: requests and urllib3 nest in args, `reason` and `__cause__`."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop(0)
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            waiting += [*found.args, getattr(found, "reason", None), found.__cause__, found.__context__]
