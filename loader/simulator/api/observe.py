"""Counters and request log of the simulator (wms-api 9.21)."""

from __future__ import annotations

from dataclasses import dataclass

from loader.simulator.api.answer import Answer

LOG_LENGTH = 100_000  # requests that are kept


@dataclass(slots=True)
class Stats:
    """Counters since the start or the last reset, without control routes.

    Attributes:
        counts: executions of ``count(*)``: pages of the paged mode.
        rows_scanned: rows that the database would have read, including counts.
        faults: requests with a fault.
    """

    requests: int = 0
    in_flight: int = 0
    max_in_flight: int = 0
    counts: int = 0
    rows_scanned: int = 0
    rows_sent: int = 0
    bytes_sent: int = 0
    faults: int = 0

    def entered(self) -> None:
        """Record the start of a request."""
        self.requests += 1
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)

    def answered(self, answer: Answer) -> None:
        """Record the end of a request."""
        self.counts += bool(answer.counted)
        self.rows_scanned += answer.scanned + answer.counted
        self.rows_sent += answer.rows
        self.bytes_sent += len(answer.body)

    def reset(self) -> None:
        """Reset the counters; requests in progress stay counted as in flight."""
        self.requests = self.counts = self.rows_scanned = self.rows_sent = self.bytes_sent = self.faults = 0
        self.max_in_flight = self.in_flight


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One finished request.

    Attributes:
        at: virtual time of the request, ISO 8601 UTC.
        user: None if the credentials were missing or invalid.
        credentials: whether the request carried an Authorization header.
        status: status sent; 0 if the connection ended before it.
        ms: real milliseconds from the request to the end of the response.
    """

    at: str
    method: str
    path: str
    query: str
    user: str | None
    credentials: bool
    status: int
    rows: int
    scanned: int
    fault: str | None
    ms: float
