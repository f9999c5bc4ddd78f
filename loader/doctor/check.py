"""One finding of the doctor, and how an error becomes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from loader.errors import WmsEltError


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Args:
        finding: what was found, in one line.
        advice: what to do; empty when nothing is to be done.
        exit_code: of the error behind a failed check, else 0.
    """

    name: str
    status: Literal["ok", "warn", "failed", "skipped"]
    finding: str
    advice: str = ""
    exit_code: int = 0


def failed(name: str, error: WmsEltError) -> Check:
    """The error as a finding, with the facts that locate it."""
    return Check(name, "failed", f"{error.code} {error.located}", error.hint, error.exit_code)
