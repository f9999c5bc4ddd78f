"""Data model of faults and their rules."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Literal, get_args

from loader.errors import ConfigError

Kind = Literal[
    "too_many_requests",
    "unavailable",
    "server_error",
    "bad_gateway",
    "gateway_timeout",
    "conflict",
    "unauthorized",
    "login_redirect",
    "slow_first_byte",
    "slow_by_page_size",
    "drip",
    "hang",
    "drop_before_headers",
    "drop_mid_body",
    "drop_mid_chunk",
    "reset",
    "reset_mid_body",
    "truncated_json",
    "results_missing",
    "results_null",
    "results_object",
    "empty_body",
    "wrong_content_type",
    "byte_order_mark",
    "invalid_utf8",
    "padding",
    "long_text",
    "gzip",
    "expired_tokens",
    "clock_skew",
    "foreign_link",
    "link_loop",
    "page_shift",
    "duplicate_row",
    "short_page",
    "shrinking_count",
    "phantom_page",
    "no_rows",
    "no_content",
    "not_found",
    "no_route",
    "withdrawn",
    "forbidden",
    "clock_jump",
    "capped_page",
    "capped_page_without_link",
    "not_a_number",
    "lone_surrogate",
    "text_id",
    "huge_id",
    "impossible_mod_ts",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
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
