"""Error classes. Every error for users has a code, a message, a context and a hint.

WmsEltError
├── ConfigError        exit 10   a setting, an argument or a file of the user
├── SourceError        exit 20   the WMS
│   └── ProtocolError            a response that contradicts the request
├── TargetError        exit 30   the target database
├── QualityError       exit 40   dbt tests or freshness checks of error severity
├── LockedError        exit 50   another run holds the lock
├── InternalError      exit 70   a bug in wms-elt
└── Interrupted        exit 130  Ctrl-C or SIGTERM, after a clean stop
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from loader.masking import mask

CONNECTION_CODES: Final = frozenset({"WMS_CONN_001", "WMS_CONN_002", "WMS_CONN_003"})
"""The WMS can't be reached."""
LOGIN_CODES: Final = frozenset({"WMS_AUTH_001", "WMS_AUTH_002"})
"""The WMS refuses the login: asked again and again, it may lock its user out."""
NOT_READABLE_CODES: Final = frozenset({"WMS_ENTITY_001", "WMS_PERM_001", "WMS_PERM_002"})
"""The user can't read the entity, or the tenant has none of that name."""
BUILD_CODES: Final = frozenset(f"WMS_DBT_{number:03}" for number in range(1, 9))
"""Errors of dbt and of the project; all others end the load."""


class WmsEltError(Exception):
    """Base class of errors for users. Masks secrets and personal data in its text on creation.

    Args:
        code: stable identifier such as ``WMS_CONN_001``; docs/reference/errors.md lists all.
        message: the problem in one sentence, "Can't <verb> <object>: <cause>."
        hint: the next step, an imperative.
        context: where the error occurred (host, entity, path).
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, code: str, message: str, *, hint: str = "", context: Mapping[str, object] | None = None) -> None:
        self.code = code
        self.message = mask(message)
        self.hint = mask(hint)
        self.context = {name: _masked(value) for name, value in (context or {}).items()}
        super().__init__(self.message)

    @property
    def where(self) -> str:
        """The context as one line; empty when there is none."""
        return ", ".join(f"{name}={value}" for name, value in self.context.items())

    @property
    def located(self) -> str:
        """The message with the context in brackets."""
        return f"{self.message} ({self.where})" if self.context else self.message

    def __str__(self) -> str:
        where = f"where: {self.where}" if self.context else ""
        parts = [f"{self.code}: {self.message}", where, self.hint and f"next: {self.hint}"]
        return "\n  ".join(part for part in parts if part)


def _masked(value: object) -> object:
    text = str(value)
    hidden = mask(text)
    return value if hidden == text else hidden


class ConfigError(WmsEltError):
    """A setting, an argument or a file of the user is invalid."""

    exit_code = 10


class SourceError(WmsEltError):
    """The WMS can't be reached, rejects a request, or returns an error."""

    exit_code = 20


class ProtocolError(SourceError):
    """A response contradicts the request: it ignores order or filters, or isn't from a WMS."""


class TargetError(WmsEltError):
    """The target database can't be opened, is locked, or rejects a statement."""

    exit_code = 30


class QualityError(WmsEltError):
    """Tests or freshness checks of error severity failed; the data is loaded."""

    exit_code = 40


class LockedError(WmsEltError):
    """Another run holds the lock."""

    exit_code = 50


class InternalError(WmsEltError):
    """A bug in wms-elt."""

    exit_code = 70


class Interrupted(WmsEltError):
    """The user or the scheduler stopped the run; data read so far is kept."""

    exit_code = 130
