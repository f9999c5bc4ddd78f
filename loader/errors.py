"""The error tree: every error a user can meet has a code, says what is wrong and where, and what to do next.

WmsEltError
├── ConfigError        exit 10   a setting, an argument, a file the user wrote
├── SourceError        exit 20   the WMS
│   └── ProtocolError            an answer that contradicts the request
├── TargetError        exit 30   the database the data goes to
├── QualityError       exit 40   dbt tests or freshness of error severity
├── LockedError        exit 50   another run holds the lock
├── InternalError      exit 70   a defect of wms-elt
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
BUILD_CODES: Final = frozenset(f"WMS_DBT_{number:03}" for number in range(1, 8))
"""Errors of dbt and of the project; all others end the load."""


class WmsEltError(Exception):
    """Base of all errors shown to a user. Masks secrets and personal data in its texts when it is created.

    Args:
        code: stable identifier, for example ``WMS_CONN_001``; docs/reference/errors.md lists all.
        message: what is wrong, in one sentence.
        hint: what to do next, in one sentence.
        context: facts that locate the error (host, entity, path).
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
    """A setting, an argument or a file that the user wrote is wrong."""

    exit_code = 10


class SourceError(WmsEltError):
    """The WMS cannot be reached, refuses, or answers with an error."""

    exit_code = 20


class ProtocolError(SourceError):
    """An answer contradicts the request: the order or the filter was ignored, or it is not a WMS answer."""


class TargetError(WmsEltError):
    """The target database cannot be opened, is locked, or refuses a statement."""

    exit_code = 30


class QualityError(WmsEltError):
    """Tests or freshness checks of error severity failed; the data is loaded."""

    exit_code = 40


class LockedError(WmsEltError):
    """Another run works on the same state."""

    exit_code = 50


class InternalError(WmsEltError):
    """A defect of wms-elt itself."""

    exit_code = 70


class Interrupted(WmsEltError):
    """The user or the scheduler stopped the run; everything read so far is kept."""

    exit_code = 130
