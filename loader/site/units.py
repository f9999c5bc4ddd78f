"""Units of columns, by the project's naming conventions."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = (
    ("kpi_value|latest_value|value_[0-9]+_days.*|target", "unit of the KPI"),
    ("coverage.*|score|.*_(ratio|share)", "share, 0 to 1"),
    (".*_seconds", "seconds"),
    (".*_minutes", "minutes"),
    ("hours_.*|.*_hours", "hours"),
    ("days_.*|.*_days|.*_days_late", "days"),
    ("(.*_)?(qty|units)", "units"),
    (".*_(value|cost|price|charge)", "currency"),
    ("units_per_hour", "units per hour"),
    ("lines_per_hour", "lines per hour"),
    (".*_percent", "percent"),
    (".*_count", "count"),
    (".*_rows", "rows"),
    ("(.*_)?weight", "weight unit of the WMS"),
    ("(.*_)?volume", "volume unit of the WMS"),
)
_NUMBERS: Final = ("int", "decimal", "number", "double", "float")


def unit_of(name: str, kind: str) -> str:
    """Returns the unit of a column, or an empty text.

    Args:
        name: column name in lower case, such as ``short_qty``.
        kind: type of the column, such as ``decimal(19, 6)``.
    """
    if name.endswith("_at") or kind.startswith("timestamp"):
        return "UTC"
    if name.startswith(("is_", "has_")):
        return "1 or 0"
    if name.endswith("_date") or kind == "date":
        return "local day"
    if any(word in kind for word in _NUMBERS):
        return next((unit for pattern, unit in _UNITS if re.fullmatch(pattern, name)), "")
    return ""
