"""Result of one check, and its conversion from an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from loader.errors import WmsEltError


@dataclass(frozen=True, slots=True)
class Check:
    """Result of one check.

    Args:
        name: what was checked, such as ``target``.
        message: the result, in one line.
        hint: how to fix a problem; empty if there is nothing to fix.
        exit_code: exit code of the error behind a failed check, otherwise 0.
    """

    name: str
    status: Literal["ok", "warn", "failed", "skipped"]
    message: str
    hint: str = ""
    exit_code: int = 0


def failed(name: str, error: WmsEltError) -> Check:
    """Convert an error to a failed check, including its context."""
    return Check(name, "failed", f"{error.code} {error.located}", error.hint, error.exit_code)
