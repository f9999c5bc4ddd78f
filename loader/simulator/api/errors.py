"""Errors in the documented shape (wms-api 4). Of the codes only ``VALIDATION_ERROR`` is documented."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence

import msgspec

Details = Sequence[str] | Mapping[str, str]


class ApiError(Exception):
    """An error response.

    Args:
        details: a list of strings or a map field -> error; omitted from the body if None.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: Details | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = dict(headers or {})

    def body(self, reference: str) -> bytes:
        """Return the JSON body; Oracle support asks for `reference`."""
        content: dict[str, object] = {"reference": reference, "code": self.code, "message": self.message}
        if self.details is not None:
            content["details"] = self.details
        return msgspec.json.encode(content)


def validation_error(details: Details) -> ApiError:
    """Return 400: a filter, field, ordering or value is invalid."""
    return ApiError(400, "VALIDATION_ERROR", "Invalid input.", details=details)


def unauthorized(message: str = "Authentication credentials were not provided or are invalid.") -> ApiError:
    """Return 401: missing, invalid or expired credentials."""
    return ApiError(401, "UNAUTHORIZED", message, headers={"WWW-Authenticate": 'Basic realm="api"'})


def forbidden() -> ApiError:
    """Return 403: the user's groups lack lgfapi_read_access."""
    return ApiError(403, "FORBIDDEN", "You do not have permission to perform this action.")


def not_found() -> ApiError:
    """Return 404: no rows, unknown or denied, which callers can't distinguish (wms-api 7.9)."""
    return ApiError(404, "NOT_FOUND", "Not found.")


def method_not_allowed(method: str) -> ApiError:
    """Return 405: only GET and HEAD are simulated."""
    return ApiError(405, "METHOD_NOT_ALLOWED", f'Method "{method}" not allowed.', headers={"Allow": "GET, HEAD"})


def reference(seed: int, counter: int) -> str:
    """Return the reference of a request by its number: a UUID, determined by the seed."""
    digest = hashlib.blake2b(f"{seed}:{counter}".encode(), digest_size=16).digest()
    return str(uuid.UUID(bytes=digest, version=4))
