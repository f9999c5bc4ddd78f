"""Units of columns, by the project's naming conventions."""

from __future__ import annotations

from typing import Final

_ENDINGS: Final = (
    ("kpi_value", "unit of the KPI"),
    ("latest_value", "unit of the KPI"),
    ("_seconds", "seconds"),
    ("_minutes", "minutes"),
    ("_hours", "hours"),
    ("_days", "days"),
    ("_qty", "units"),
    ("_ratio", "share, 0 to 1"),
    ("_share", "share, 0 to 1"),
    ("coverage", "share, 0 to 1"),
    ("_value", "currency"),
    ("_cost", "currency"),
    ("_count", "count"),
    ("_rows", "rows"),
    ("_weight", "weight unit of the WMS"),
    ("_volume", "volume unit of the WMS"),
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
        return next((unit for ending, unit in _ENDINGS if name.endswith(ending)), "")
    return ""
