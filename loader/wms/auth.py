"""Credentials: Basic and OAuth2, and what a 401 does to the run (wms-api 1, authentication; 8.13)."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from loader.errors import ConfigError, SourceError
from loader.masking import register_secret
from loader.wms.response import OK_STATUSES, Request, Response, bad_body, raise_for_status
from loader.wms.retry import RetryableError, RetryPolicy
from loader.wms.urls import safe_url

if TYPE_CHECKING:
    from pydantic import SecretStr

    from loader.settings import WmsSettings

Send = Callable[[Request, str], Response]

RENEW_BEFORE: Final = 60.0
"""Seconds before its end at which a token is renewed; half its life when that is shorter than twice this."""
DEFAULT_LIFE: Final = 300.0
"""Seconds a token is trusted when the server does not say."""
LONGEST_LIFE: Final = 86_400.0 * 366
"""Seconds; a longer life is no number to believe."""


class Credentials(Protocol):
    """What goes into the Authorization header."""

    def header(self) -> str:
        """The header's value now."""
        ...

    def refresh(self, refused: str) -> bool:
        """Called after a 401 to this value; whether `header` may now do better."""
        ...


class BasicCredentials:
    """User and password of a WMS user."""

    def __init__(self, username: str, password: SecretStr) -> None:
        self._header = basic(username, password)

    def header(self) -> str:
        """Always the same."""
        return self._header

    def refresh(self, refused: str) -> bool:
        """Never: the same password again may lock the user (wms-api 4)."""
        return False


class _Token(msgspec.Struct):
    access_token: str
    expires_in: float | str | None = None


class TokenCredentials:
    """OAuth2 tokens from the WMS's own provider or IDCS; not thread-safe, `Authenticator` takes care of that.

    Args:
        request: the POST to the token endpoint.
        client: Authorization header of the OAuth2 client.
        send: one try over the wire.
        clock: monotonic seconds.
    """

    def __init__(
        self, request: Request, client: str, send: Send, retrier: RetryPolicy, clock: Callable[[], float]
    ) -> None:
        self._request, self._client = request, client
        self._send, self._retrier, self._clock = send, retrier, clock
        self._header = ""
        self._renew_at = 0.0

    def header(self) -> str:
        """The current token, renewed when its end is near.

        Raises:
            SourceError: WMS_AUTH_002, there is no token to be had.
        """
        if not self._header or self._clock() >= self._renew_at:
            self._fetch()
        return self._header

    def refresh(self, refused: str) -> bool:
        """Fetches a token unless that has been done since the refused one."""
        if self._header == refused:
            self._fetch()
        return True

    def _fetch(self) -> None:
        self._header = ""
        try:
            token, life = self._retrier.run(lambda _: self._try())
        except SourceError as error:
            raise SourceError(
                "WMS_AUTH_002",
                f"no access token: {error.message}",
                hint="check wms.token_url, client_id, client_secret, scope and grant",
                context=error.context,
            ) from error
        self._header = f"Bearer {token}"
        self._renew_at = self._clock() + life - min(RENEW_BEFORE, life / 2)

    def _try(self) -> tuple[str, float]:
        answer = self._send(self._request, self._client)
        raise_for_status(self._request, answer)
        if answer.status != 200:
            raise bad_body(self._request, answer, f"status {answer.status} instead of a token")
        try:
            token = msgspec.json.decode(answer.body, type=_Token)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            token = _Token("")
        # anything else could not be sent in a header
        if not re.fullmatch(r"[\x21-\x7e]+", token.access_token):
            raise RetryableError(bad_body(self._request, answer, "the body holds no access_token"), "bad body")
        register_secret(token.access_token)
        return token.access_token, _life(token.expires_in)


def _life(expires_in: float | str | None) -> float:
    try:
        seconds = float(expires_in or 0)
    except ValueError:
        return DEFAULT_LIFE
    return seconds if 0 < seconds < LONGEST_LIFE else DEFAULT_LIFE


class Authenticator:
    """Sends with the current credentials and decides what a refusal means, for all threads of the run.

    After a 401 the credentials are renewed once and the request is repeated; a second 401 ends every request of the run
    (wms-api 8.13). Basic credentials that have never worked are not tried a second time.
    """

    def __init__(self, credentials: Credentials, send: Send) -> None:
        self._credentials = credentials
        self._send = send
        self._lock = threading.RLock()
        self._worked = False
        self._refusal: SourceError | None = None

    def send(self, request: Request) -> Response:
        """The answer to an authorised request.

        Raises:
            SourceError: WMS_AUTH_001 or WMS_AUTH_002; every later call raises it at once.
            RetryableError: as the transport says.
        """
        header = self._header()
        answer = self._send(request, header)
        if answer.status == 401 and not (request.may_be_refused and self._worked):
            # the others wait: many wrong tries at once would lock the user
            with self._lock:
                answer = self._repeat(request, header, answer)
        self._worked = self._worked or answer.status in OK_STATUSES
        return answer

    def _repeat(self, request: Request, refused: str, answer: Response) -> Response:
        with self._fail_run_on_error():
            again = self._credentials.refresh(refused) or self._worked
        if again:
            answer = self._send(request, self._header())
        if answer.status == 401:
            with self._fail_run_on_error():
                raise_for_status(request, answer)
        return answer

    def _header(self) -> str:
        with self._lock, self._fail_run_on_error():
            return self._credentials.header()

    @contextmanager
    def _fail_run_on_error(self) -> Iterator[None]:
        """Raises the error that ended the run, if any; an error inside is that error from now on."""
        if self._refusal is not None:
            raise self._refusal.with_traceback(None)
        try:
            yield
        except SourceError as error:
            self._refusal = error
            raise


def basic(username: str, password: SecretStr) -> str:
    """The value of a Basic Authorization header. Registers the password as a secret to be masked."""
    register_secret(password.get_secret_value(), user=username)
    return "Basic " + base64.b64encode(f"{username}:{password.get_secret_value()}".encode()).decode()


def credentials(settings: WmsSettings, send: Send, retrier: RetryPolicy, clock: Callable[[], float]) -> Credentials:
    """The credentials the settings ask for.

    Raises:
        ConfigError: WMS_CONF_003, one is missing; WMS_CONF_001, the token address is not safe.
    """
    if settings.auth == "basic":
        return BasicCredentials(*_pair(settings.username, settings.password, "username", "password"))
    client = basic(*_pair(settings.client_id, settings.client_secret, "client_id", "client_secret"))
    form: dict[str, str] = {"grant_type": settings.grant}
    if settings.scope:
        form["scope"] = settings.scope
    if settings.grant == "password":
        username, password = _pair(settings.username, settings.password, "username", "password")
        form |= {"username": username, "password": password.get_secret_value()}
    own = f"{settings.base_url}/api/oauth2/token/"
    url = settings.token_url or own
    safe_url(url, "wms.token_url")
    return TokenCredentials(Request(url, form=form, company=settings.company_code), client, send, retrier, clock)


def _pair(name: str | None, secret: SecretStr | None, name_setting: str, secret_setting: str) -> tuple[str, SecretStr]:
    missing = [setting for setting, value in ((name_setting, name), (secret_setting, secret)) if not value]
    if not name or not secret:
        variables = " and ".join(f"GRUPONOS_WMS__{setting.upper()}" for setting in missing)
        raise ConfigError("WMS_CONF_003", "credentials of the WMS are incomplete", hint=f"set {variables}")
    return name, secret
