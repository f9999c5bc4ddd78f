"""Parses values in a query string by the kind of the field (wms-api 2, filters)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from loader.simulator.api.config import Fractions
from loader.simulator.contract import Kind, Value

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """Rules of the tenant and the user's default facility for literals.

    Args:
        zone: time zone of naive datetimes; a repeated autumn hour means its first occurrence.
        fractions: use, truncate or reject fractions of a second.
    """

    zone: ZoneInfo
    fractions: Fractions = "use"

    def parse(self, kind: Kind, text: str) -> Value:
        """Return the value of a literal.

        Raises:
            ValueError: invalid literal; the caller sees the message.
        """
        parser = _PARSERS.get(kind, _integer)
        return self.timestamp(text) if kind == "datetime" else parser(text)

    def timestamp(self, text: str) -> datetime:
        """Parse a datetime literal to UTC. Raises ValueError."""
        if not _DATETIME.fullmatch(text):
            raise ValueError(f"'{text}' is not an ISO 8601 datetime.")
        if "." in text and self.fractions == "reject":
            raise ValueError(f"'{text}' has a fraction of a second.")
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        if self.fractions == "truncate":
            moment = moment.replace(microsecond=0)
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            raise ValueError(f"'{text}' is out of range.") from None


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"'{text}' is not an integer.")
    return int(text)


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"'{text}' is not a decimal number.")
    return Decimal(text)


def boolean(text: str) -> bool:
    """Parse ``true`` or ``false``, case-insensitive. Raises ValueError."""
    if text.lower() not in ("true", "false"):
        raise ValueError(f"'{text}' must be either true or false.")
    return text.lower() == "true"


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError(f"'{text}' is not a date written YYYY-MM-DD.")
    return date.fromisoformat(text)


_PARSERS: Mapping[Kind, Callable[[str], Value]] = {
    "decimal": _decimal,
    "string": str,
    "boolean": boolean,
    "date": _date,
}
