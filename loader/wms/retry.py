"""Which failures may pass, and how long to wait before the next try (wms-api 8.5, 8.14)."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from loader.errors import Interrupted, SourceError
from loader.wms.times import parse_http_date

T = TypeVar("T")

LONGEST_BACKOFF: Final = 60.0
"""Seconds."""
LONGEST_RETRY_AFTER: Final = 300.0
"""Seconds; a server that asks for more is asked again then."""
SMALLEST_PAGE: Final = 25
"""Rows; a page of this size that fails is retried, not halved (wms-api 8.5)."""


class PageTooSlow(SourceError):
    """The server did not manage a page in time, or failed on it repeatedly: ask for fewer rows."""


class RetryableError(Exception):
    """A failed try that a retry may fix; never leaves this package.

    Args:
        error: what to raise when no try is left.
        reason: a word for metrics, such as ``timeout`` or ``http 503``.
        status: of the answer, None when there was none.
        retry_after: seconds the server asked for.
        shrink_after: so many failures of this sort in a row mean that the page is too big; None when size is no cause.
        is_hopeless: the same request would fail again.
    """

    def __init__(
        self,
        error: SourceError,
        reason: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        shrink_after: int | None = None,
        is_hopeless: bool = False,
    ) -> None:
        super().__init__(reason)
        self.error = error
        self.reason = reason
        self.status = status
        self.retry_after = retry_after
        self.shrink_after = shrink_after
        self.is_hopeless = is_hopeless


def backoff(failures: int, rng: random.Random) -> float:
    """Seconds to wait after so many failures in a row: exponential from 1 s, full jitter, never above 60 s."""
    return rng.uniform(0.0, min(LONGEST_BACKOFF, 2.0 ** min(failures - 1, 6)))


def parse_retry_after(value: str | None, now: datetime | None) -> float | None:
    """Seconds from a ``Retry-After`` header, 0 to 300; None when there is none or it cannot be read.

    Args:
        value: whole seconds, or an HTTP date.
        now: the server's clock when it answered; without it a date says nothing.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return min(float(text), LONGEST_RETRY_AFTER)
    date = parse_http_date(text)
    if date is None or now is None:
        return None
    return min(max((date - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Repeats a try while its failures are transient.

    Args:
        retries: tries after the first one.
        sleep: waits so many seconds, less when `stop` is set.
        stop: ends the waiting.
    """

    retries: int
    sleep: Callable[[float], object]
    rng: random.Random
    stop: threading.Event | None = None

    def run(self, attempt: Callable[[int], T], *, can_shrink: bool = False) -> T:
        """The result of the first try that succeeds.

        Args:
            attempt: one try, given its number from 1; raises RetryableError if a retry may succeed.
            can_shrink: whether the caller can ask for less.

        Raises:
            PageTooSlow: only with `can_shrink`.
            SourceError: no try is left; the context tells how many there were.
            Interrupted: WMS_RUN_001, `stop` was set while waiting for the next try.
        """
        number, consecutive_overloads = 1, 0
        while True:
            try:
                return attempt(number)
            except RetryableError as failure:
                consecutive_overloads = consecutive_overloads + 1 if failure.shrink_after else 0
                if can_shrink and failure.shrink_after and consecutive_overloads >= failure.shrink_after:
                    raise _final(failure, number, PageTooSlow) from failure
                if number > self.retries or failure.is_hopeless:
                    raise _final(failure, number, type(failure.error)) from failure
                self.wait(backoff(number, self.rng) if failure.retry_after is None else failure.retry_after)
                number += 1

    def wait(self, seconds: float) -> None:
        """Waits before the next try.

        Raises:
            Interrupted: WMS_RUN_001, `stop` is set.
        """
        if not (self.stop and self.stop.is_set()):
            self.sleep(seconds)
        if self.stop and self.stop.is_set():
            raise Interrupted(
                "WMS_RUN_001", "The run was stopped while it waited to retry a request.", hint="Run again to continue."
            )


def _final(failure: RetryableError, tries: int, kind: type[SourceError]) -> SourceError:
    error = failure.error
    return kind(error.code, error.message, hint=error.hint, context={**error.context, "tries": tries})
