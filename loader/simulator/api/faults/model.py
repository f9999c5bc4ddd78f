"""Data model of faults and their rules."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal

from loader.errors import ConfigError

Kind = str
_ROWS = tuple(csv.DictReader(files(__package__).joinpath("kinds.csv").read_text(encoding="utf-8").splitlines()))
KINDS: tuple[Kind, ...] = tuple(row["kind"] for row in _ROWS)
ERRORS: Mapping[Kind, Mapping[str, str]] = {row["kind"]: row for row in _ROWS if row["status"]}
"""Status, code and message of the kinds that are an error; without a code the body is HTML."""
RetryAfter = Literal["seconds", "date", "absent"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Rule for the requests that a fault strikes. All conditions must match.

    Args:
        path: regular expression searched in ``<path>?<query>``; other requests are not counted.
        nth: numbers of the matching requests to strike, from 1; empty = all.
        probability: chance of each of them, drawn from the simulator's seed.
        limit: maximum number of strikes; None = unlimited.
        lasting: further matching requests in the same strike, such as those while a permission is withdrawn.
    """

    path: str = ""
    nth: tuple[int, ...] = ()
    probability: float = 1.0
    limit: int | None = None
    lasting: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Args:
        kind: kind of fault.
        rule: requests that it strikes.
        seconds: of waiting, of ``Retry-After``, of skew or of a clock's jump, which may be negative; per row of
            page_size for slow_by_page_size.
        retry_after: form of that header on 429 and 503.
        share: share of the body or of the page's rows to send; or position of the unreadable document in the page.
        link: where foreign_link leads; of ``login_redirect`` too when not empty.

    Raises:
        ConfigError: WMS_SIM_006, unknown kind, or a invalid rule.
    """

    kind: Kind
    rule: Rule = field(default_factory=Rule)
    seconds: float = 1.0
    retry_after: RetryAfter = "seconds"
    share: float = 0.5
    link: str = "http://wms.invalid:80"

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem:
            raise ConfigError("WMS_SIM_006", f"Can't use the fault: {problem}.")

    def _problem(self) -> str:
        if self.kind not in KINDS:
            return f"{self.kind!r} is not one of {', '.join(KINDS)}"
        try:
            re.compile(self.rule.path)
        except re.error as error:
            return f"path {self.rule.path!r}: {error}"
        if not 0 <= self.rule.probability <= 1:
            return "probability must be between 0 and 1"
        if self.rule.lasting < 0:
            return "lasting must not be negative"
        return "" if 0 <= self.share <= 1 else "share must be between 0 and 1"


def chance(seed: int, fault: int, ordinal: int) -> float:
    """Return a number in [0, 1) for a matching request by its number, determined by the seed."""
    digest = hashlib.blake2b(f"{seed}:{fault}:{ordinal}".encode(), digest_size=7).digest()
    return int.from_bytes(digest) / (1 << 56)
