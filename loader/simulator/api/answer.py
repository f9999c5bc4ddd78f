"""Response to a request, and its delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivery of a response; the defaults are a normal response.

    Args:
        delay: seconds before the first byte.
        drip: seconds over which the body is spread.
        cut: share of the body after which the connection ends; 0 = before the headers, None = never.
        chunked: a cut body has no Content-Length.
        reset: the connection ends with RST instead of FIN.
    """

    delay: float = 0.0
    drip: float = 0.0
    cut: float | None = None
    chunked: bool = False
    reset: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, with the rows it took to compute.

    Args:
        media_type: None = JSON if there is a body.
        rows: objects in the body.
        scanned: rows read to find them, except for a count.
        counted: rows read by ``count(*)``.
        skew: error of this response's Date header in seconds.
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
