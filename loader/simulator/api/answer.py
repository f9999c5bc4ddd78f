"""What will be sent for a request, and in what way it reaches the caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an answer travels; the defaults are an ordinary answer.

    Args:
        delay: seconds before the first byte.
        drip: seconds over which the body is spread.
        cut: share of the body after which the connection ends; 0 = before the headers. None = all is sent.
        chunked: the body that is cut has no Content-Length.
        reset: the connection ends with RST instead of FIN.
    """

    delay: float = 0.0
    drip: float = 0.0
    cut: float | None = None
    chunked: bool = False
    reset: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What will be sent, and what it took.

    Args:
        media_type: None = JSON when there is a body.
        rows: objects in the body.
        scanned: rows looked at to find them, without a count.
        counted: rows a ``count(*)`` went through.
        skew: seconds by which this answer's Date header is wrong.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str | None = None
    rows: int = 0
    scanned: int = 0
    counted: int = 0
    skew: float = 0.0
    delivery: Delivery = Delivery()
