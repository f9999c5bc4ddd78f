"""Sends one request: pooled connections, verified TLS, no redirects, complete responses only."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from loader.wms.body import AnswerTooLarge, read_body
from loader.wms.response import Request, Response
from loader.wms.transport_errors import map_exception, too_large
from loader.wms.trust import check_surroundings
from loader.wms.urls import is_loopback

if TYPE_CHECKING:
    from loader.settings import WmsSettings


class Authorization(AuthBase):
    """Sets the Authorization header explicitly, so that requests doesn't read passwords from ~/.netrc."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header; called by requests."""
        request.headers["Authorization"] = self._value
        return request


class Transport:
    """Sends requests over pooled connections; thread-safe.

    Args:
        clock: monotonic clock, in seconds.

    Raises:
        ConfigError: WMS_CONF_001, a certificate file or a proxy variable is invalid.
    """

    def __init__(self, settings: WmsSettings, clock: Callable[[], float]) -> None:
        check_surroundings(settings)
        self._settings = settings
        self._limit = settings.max_answer_mb * 1_000_000
        self._timeouts = (settings.connect_timeout, settings.read_timeout)
        self._verify: bool | str = str(settings.ca_file) if settings.ca_file else True
        self._clock = clock
        self._remote = self._session(settings.concurrency)
        self._local = self._session(settings.concurrency)
        # a proxy from the environment can't reach this machine's loopback
        self._local.trust_env = False

    def send(self, request: Request, authorization: str) -> Response:
        """Return the complete response, whatever its status.

        `read_timeout` limits the wait for each byte and for the whole response, so that a server that sends slowly
        can't block a worker forever.

        Raises:
            RetryableError: no connection, a timeout, or a body that is incomplete or too large.
            SourceError: WMS_CONN_002, the server's certificate is not trusted.
            ConfigError: WMS_CONF_001, a certificate file can no longer be read.
        """
        session = self._local if is_loopback(request.url) else self._remote
        deadline = self._clock() + self._timeouts[1]
        try:
            with session.request(
                request.method,
                request.url,
                data=request.form,
                auth=Authorization(authorization),
                timeout=self._timeouts,
                verify=self._verify,
                allow_redirects=False,
                stream=True,
            ) as response:
                body = self._body(response.raw, deadline)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Response(response.status_code, headers, body)
        except AnswerTooLarge as error:
            raise too_large(request, self._settings.max_answer_mb) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, zlib.error) as error:
            check_surroundings(self._settings)
            raise map_exception(request, error, timeout=self._timeouts[1]) from error

    def close(self) -> None:
        """Close idle connections."""
        self._remote.close()
        self._local.close()

    def _body(self, raw: Any, deadline: float) -> bytes:
        def check() -> None:
            if self._clock() > deadline:
                raise TimeoutError

        return read_body(raw, self._limit, check)

    @staticmethod
    def _session(connections: int) -> requests.Session:
        session = requests.Session()
        adapter = HTTPAdapter(pool_connections=2, pool_maxsize=connections, max_retries=0)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        session.headers.update({"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "wms-elt"})
        # every request sends its credentials; a session cookie must not replace them
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return session
