"""Ways in which a real source departs from the ideal (wms-api 9, items 12 to 14); all are off by default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hazards:
    """Which departures from the ideal the warehouse shows."""
