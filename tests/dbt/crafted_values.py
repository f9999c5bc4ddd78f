"""Values that the two databases could read differently, and the reading required of both (J1, J2, J5, J6, J11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

WIDTH: Final = 10
"""Length of the text column; the others have the project's widths."""

TYPES: Final = {
    "a_text": (f"string({WIDTH})", "$.text"),
    "a_count": ("integer", "$.count"),
    "a_qty": ("decimal", "$.qty"),
    "a_time": ("timestamp", "$.time"),
    "a_day": ("date", "$.day"),
    "is_flag": ("boolean", "$.flag"),
}
"""Return type and path of each column, as the macro document_columns does."""
COLUMNS: Final = {
    "text": "a_text",
    "count": "a_count",
    "qty": "a_qty",
    "time": "a_time",
    "day": "a_day",
    "flag": "is_flag",
}


def document_columns(types: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the columns of a staging model with these types and paths, as the macro with that name does."""
    return [{"name": name, "type": kind, "path": path, "personal": False} for name, (kind, path) in types.items()]


@dataclass(frozen=True)
class Case:
    """A value in a document, its kind, its value in staging, and its code in `lost_values`."""

    field: str
    value: Any
    expected: Any
    lost: str | None = None

    @property
    def document(self) -> dict[str, Any]:
        return {"id": 1, self.field: self.value}


def _days() -> list[Case]:
    as_written = [
        "2026-05-31",
        "2026-05-31T22:00:00-03:00",
        "2026-05-31T22:00:00Z",
        "2026-05-31 23:59:59.999999",
        "2026-05-31T01:00:00+14:00",
        "2026-05-31T24:00:00",
    ]
    bad = [
        "2026-02-30",
        "2026-5-3",
        "2026/05/31",
        "31.05.2026",
        "20260531",
        "2026-05-31x",
        "-026-05-31",
        "tomorrow",
        " 2026-05-31",
    ]
    return [
        *(Case("day", text, date.fromisoformat("2026-05-31")) for text in as_written),
        *(Case("day", text, None, "u:a_day") for text in bad),
        Case("day", "0001-01-01T00:00:00+14:00", date.fromisoformat("0001-01-01")),
        Case("day", "9999-12-31T23:59:59-03:00", date.fromisoformat("9999-12-31")),
        Case("day", "0000-01-01", None, "r:a_day"),
        Case("day", 20260531, None, "u:a_day"),
    ]


def _times() -> list[Case]:
    read = {
        "2026-05-31T22:00:00-03:00": "2026-06-01 01:00:00",
        "2026-05-31 22:00:00-03:00": "2026-06-01 01:00:00",
        "2026-05-31T22:00:00-0300": "2026-06-01 01:00:00",
        "2026-05-31T22:00:00-03": "2026-06-01 01:00:00",
        "2026-05-31T22:00:00+05:30": "2026-05-31 16:30:00",
        "2026-05-31T22:00:00Z": "2026-05-31 22:00:00",
        "2026-05-31T22:00:00": "2026-05-31 22:00:00",
        "2026-05-31": "2026-05-31 00:00:00",
        "2026-05-31T22:00:00.5Z": "2026-05-31 22:00:00.500000",
        "2026-05-31T22:00:00.123456Z": "2026-05-31 22:00:00.123456",
        "2026-05-31T22:00:00.1234569-03:00": "2026-06-01 01:00:00.123456",
        "2026-05-31T22:00:00.1234567891234Z": "2026-05-31 22:00:00.123456",
        "0001-01-01T00:00:00Z": "0001-01-01 00:00:00",
        "0001-01-01T14:00:00+14:00": "0001-01-01 00:00:00",
        "0001-01-01T23:59:59-03:00": "0001-01-02 02:59:59",
        "9999-12-31T23:59:59.999999Z": "9999-12-31 23:59:59.999999",
        "9999-12-31T20:59:59-03:00": "9999-12-31 23:59:59",
        "9999-12-31T23:59:59+03:00": "9999-12-31 20:59:59",
    }
    beyond = [
        "9999-12-31T23:59:59-03:00",
        "9999-12-31T21:00:00-03:00",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:59:59+01:00",
    ]
    bad = [
        "2026-05-31T24:00:00Z",
        "2026-05-31T22:00:60Z",
        "2026-05-31T22:00Z",
        "2026-05-31T22:00:00 Z",
        "2026-05-31T22:00:00z",
        "2026-05-31t22:00:00Z",
        "2026-05-31T22:00:00.Z",
        "2026-05-31T22:00:00,5Z",
        "2026-05-31T22:00:00+15:00",
        "2026-05-31T22:00:00+03:60",
        "2026-05-31T22:00:00 America/New_York",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-5-3T22:00:00Z",
        "now",
        "infinity",
    ]
    return [
        *(Case("time", text, datetime.fromisoformat(at)) for text, at in read.items()),
        *(Case("time", text, None, "r:a_time") for text in (*beyond, "0000-01-01T00:00:00Z")),
        *(Case("time", text, None, "u:a_time") for text in bad),
        Case("time", 1780000000, None, "u:a_time"),
    ]


def _quantities() -> list[Case]:
    read: dict[Any, str] = {
        "1e-05": "0.00001",
        "1E-5": "0.00001",
        1e-05: "0.00001",
        "1.5e3": "1500",
        1.5e3: "1500",
        "1.5E+3": "1500",
        "-2.5e-1": "-0.25",
        "+5": "5",
        "+5.25": "5.25",
        " 5.5 ": "5.5",
        ".5": "0.5",
        "5.": "5",
        "-0": "0",
        "0.0000005": "0.000001",
        "-0.0000005": "-0.000001",
        "0.00000049999999999999999999": "0",
        "0.1234567890123456789012345678901234567890": "0.123457",
        "1.0000000000000000000000000000000000000000000000000000000001": "1",
        "1e-300": "0",
        "1e-7": "0",
        1e-7: "0",
        "5E-7": "0.000001",
        "4.9e-7": "0",
        "12345.678e-3": "12.345678",
        "-1.5E-7": "0",
        "0000000000000000000000000000012.5": "12.5",
        "9999999999999.999999": "9999999999999.999999",
        "-9999999999999.999999": "-9999999999999.999999",
        "9999999999999.9999994": "9999999999999.999999",
    }
    beyond = [
        "9999999999999.9999999",
        "9999999999999.9999995",
        "-9999999999999.9999995",
        "1e13",
        1e13,
        "12345678901234567890123456789",
        "1e300",
        1e300,
    ]
    bad = [
        "1,5",
        "1.000,5",
        "1 000",
        "1_000",
        "0x10",
        "inf",
        "NaN",
        "1e",
        "e5",
        "--5",
        "1.5.2",
        "-",
        ".",
        "R$ 5",
        "5 UN",
        True,
    ]
    return [
        *(Case("qty", value, Decimal(text).quantize(Decimal("0.000001"))) for value, text in read.items()),
        *(Case("qty", value, None, "r:a_qty") for value in beyond),
        *(Case("qty", value, None, "u:a_qty") for value in bad),
    ]


def _counts() -> list[Case]:
    read: dict[Any, int] = {
        "7": 7,
        -7: -7,
        "+7": 7,
        " 7 ": 7,
        "1.0": 1,
        "1e3": 1000,
        9223372036854775807: 9223372036854775807,
        "-9223372036854775808": -9223372036854775808,
        "00000000000000000000000000000000000012": 12,
    }
    beyond = [9223372036854775808, "-9223372036854775809", 12345678901234567890123, "1e19", "1.5", 2.5, "25e-1"]
    return [
        *(Case("count", value, number) for value, number in read.items()),
        *(Case("count", value, None, "r:a_count") for value in beyond),
        *(Case("count", value, None, "u:a_count") for value in ("many", "1_0", "0x10", "1e5e", True)),
    ]


def _texts() -> list[Case]:
    return [
        Case("text", "a" * WIDTH, "a" * WIDTH),
        Case("text", "a" * (WIDTH + 1), "a" * WIDTH, "c:a_text"),
        Case("text", "é" * 2001, "é" * WIDTH, "c:a_text"),
        Case("text", "\U0001f600" * WIDTH, "\U0001f600" * WIDTH),
        Case("text", "\U0001f600" * 5000, "\U0001f600" * WIDTH, "c:a_text"),
        Case("text", "{a}", "{a}"),
        Case("text", "[x]", "[x]"),
        Case("text", " ", " "),
        Case("text", 12, "12"),
        Case("text", False, "false"),
    ]


def _nothing() -> list[Case]:
    """Missing, null, empty, an object or an array: null in every column, and not counted as lost."""
    return [
        Case(field, value, None) for field in COLUMNS for value in (None, "", {}, {"key": "a"}, [], ["1"], [{"id": 1}])
    ]


def _flags() -> list[Case]:
    return [
        Case("flag", True, 1),
        Case("flag", "false", 0),
        *(Case("flag", value, None, "u:is_flag") for value in (1, "yes", "TRUE", " true")),
    ]


CASES: Final = [*_days(), *_times(), *_quantities(), *_counts(), *_texts(), *_flags(), *_nothing()]

QUERY: Final = (
    "with versions as (select {{ raw_version_columns() }} from TABLE), "
    f"{{{{ json_columns('thing_id', {document_columns(TYPES)}) }}}} order by thing_id"
)
"""Return the documents in the raw table that replaces TABLE."""


def misread(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Case, Any, Any]]:
    """Return the cases whose row has a different value or code. Rows follow the order of CASES."""
    pairs = zip(CASES, rows, strict=True)
    found = [(case, row[COLUMNS[case.field]], row["lost_values"]) for case, row in pairs]
    return [one for one in found if one[1:] != (one[0].expected, one[0].lost)]
