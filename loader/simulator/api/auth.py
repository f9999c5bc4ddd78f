"""Authentication: Basic credentials and OAuth2 tokens (wms-api 1, authentication)."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from loader.simulator.api.config import OAuthClient, User
from loader.simulator.api.errors import unauthorized


@dataclass(frozen=True, slots=True)
class Grant:
    """User and expiry of a token; `expires` None = never (refresh tokens)."""

    username: str
    client_id: str
    expires: datetime | None


class TokenError(Exception):
    """Error of the token endpoint; `code` is the OAuth2 error (RFC 6749, 5.2)."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Tokens:
    """Issued access and refresh tokens. The seed determines their text."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._issued = 0
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}

    def issue(self, username: str, client_id: str, expires: datetime, *, refreshable: bool) -> tuple[str, str | None]:
        """Issue an access token, and a refresh token if the grant allows one."""
        access = self._text("access")
        self._access[access] = Grant(username, client_id, expires)
        if not refreshable:
            return access, None
        refresh = self._text("refresh")
        self._refresh[refresh] = Grant(username, client_id, None)
        return access, refresh

    def username(self, access: str, at: datetime) -> str | None:
        """Return the user of an access token; None if it is unknown, revoked or expired."""
        grant = self._access.get(access)
        return grant.username if grant and grant.expires and at < grant.expires else None

    def exchange(self, refresh: str, client_id: str) -> str | None:
        """Consume a refresh token; return its user, or None if it is invalid."""
        grant = self._refresh.get(refresh)
        if grant is None or grant.client_id != client_id:
            return None
        del self._refresh[refresh]
        return grant.username

    def revoke(self, token: str) -> None:
        """Revoke a token; ignore an unknown one (RFC 7009)."""
        self._access.pop(token, None)
        self._refresh.pop(token, None)

    def revoke_all(self) -> None:
        """Revoke all access tokens, but no refresh tokens."""
        self._access.clear()

    def _text(self, kind: str) -> str:
        self._issued += 1
        return hashlib.blake2b(f"{self._seed}:{kind}:{self._issued}".encode(), digest_size=15).hexdigest()


@dataclass(frozen=True, slots=True)
class Gate:
    """Checks credentials.

    Args:
        users: by user name; shared with the tenant, which may replace profiles.
        clients: OAuth2 applications by client id.
    """

    users: Mapping[str, User]
    clients: Mapping[str, OAuthClient]
    tokens: Tokens

    def authenticate(self, authorization: str | None, at: datetime) -> User:
        """Return the user of a request. Raises ApiError 401."""
        scheme, _, credentials = (authorization or "").partition(" ")
        if scheme.lower() == "basic":
            name, password = basic(credentials)
            user = self.users.get(name)
            if user and _same(user.password, password):
                return user
            raise unauthorized("Invalid username/password.")
        if scheme.lower() == "bearer":
            user = self.users.get(self.tokens.username(credentials.strip(), at) or "")
            if user:
                return user
            raise unauthorized("The access token is unknown, revoked or expired.")
        raise unauthorized()

    def client(self, form: Mapping[str, str], authorization: str | None) -> OAuthClient:
        """Return the OAuth2 client of a token request, from Basic credentials or the form. Raises TokenError 401."""
        scheme, _, credentials = (authorization or "").partition(" ")
        if scheme.lower() == "basic":
            client_id, secret = basic(credentials)
        else:
            client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        client = self.clients.get(client_id)
        if client is None or not _same(client.client_secret, secret):
            raise TokenError(401, "invalid_client")
        return client

    def grant(
        self, form: Mapping[str, str], authorization: str | None, at: datetime, seconds: int
    ) -> dict[str, object]:
        """Respond to a token request (client_credentials, password, refresh_token). Raises TokenError."""
        client = self.client(form, authorization)
        grant_type = form.get("grant_type", "")
        username = self._granted_user(grant_type, form, client)
        access, refresh = self.tokens.issue(
            username, client.client_id, at + timedelta(seconds=seconds), refreshable=grant_type != "client_credentials"
        )
        answer: dict[str, object] = {
            "access_token": access,
            "expires_in": seconds,
            "token_type": "Bearer",
            "scope": form.get("scope", "read"),
        }
        return answer if refresh is None else {**answer, "refresh_token": refresh}

    def _granted_user(self, grant_type: str, form: Mapping[str, str], client: OAuthClient) -> str:
        if grant_type == "client_credentials":
            return client.username
        if grant_type == "password":
            user = self.users.get(form.get("username", ""))
            if user is None or not _same(user.password, form.get("password", "")):
                raise TokenError(400, "invalid_grant")
            return user.username
        if grant_type == "refresh_token":
            username = self.tokens.exchange(form.get("refresh_token", ""), client.client_id)
            if username is None:
                raise TokenError(400, "invalid_grant")
            return username
        raise TokenError(400, "unsupported_grant_type" if grant_type else "invalid_request")


def basic(credentials: str) -> tuple[str, str]:
    """Return user and password of Basic credentials; empty strings if they are malformed."""
    try:
        name, _, password = b64decode(credentials.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeError, ValueError):
        return "", ""
    return name, password


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
