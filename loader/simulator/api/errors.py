"""Errors in the documented shape (wms-api 4). Of the codes only ``VALIDATION_ERROR`` is documented."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence

import msgspec

Details = Sequence[str] | Mapping[str, str]


class ApiError(Exception):
    """An answer other than success.

    Args:
        details: a list of strings or a map field -> error; left out of the body when None.
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
        """The JSON body; `reference` is what Oracle support asks for."""
        content: dict[str, object] = {"reference": reference, "code": self.code, "message": self.message}
        if self.details is not None:
            content["details"] = self.details
        return msgspec.json.encode(content)


def validation_error(details: Details) -> ApiError:
    """400: a filter, field, ordering or value is wrong."""
    return ApiError(400, "VALIDATION_ERROR", "Invalid input.", details=details)


def unauthorized(message: str = "Authentication credentials were not provided or are invalid.") -> ApiError:
    """401: no, wrong or expired credentials."""
    return ApiError(401, "UNAUTHORIZED", message, headers={"WWW-Authenticate": 'Basic realm="api"'})


def forbidden() -> ApiError:
    """403: the user's groups lack lgfapi_read_access."""
    return ApiError(403, "FORBIDDEN", "You do not have permission to perform this action.")


def not_found() -> ApiError:
    """404: no rows, unknown or denied; the three cannot be told apart (wms-api 7.9)."""
    return ApiError(404, "NOT_FOUND", "Not found.")


def method_not_allowed(method: str) -> ApiError:
    """405: only GET and HEAD are simulated."""
    return ApiError(405, "METHOD_NOT_ALLOWED", f'Method "{method}" not allowed.', headers={"Allow": "GET, HEAD"})


def reference(seed: int, counter: int) -> str:
    """The reference of the counter-th request of a simulator: a UUID, the same in every run with this seed."""
    digest = hashlib.blake2b(f"{seed}:{counter}".encode(), digest_size=16).digest()
    return str(uuid.UUID(bytes=digest, version=4))
