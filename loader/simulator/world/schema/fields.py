"""Short ways to write fields, and the groups that many entities share."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from loader.simulator.contract import Field, Value

Fields = tuple[Field, ...]


def text(names: str, length: int = 50) -> Fields:
    """Text fields, empty by default."""
    return tuple(Field(name, "string", max_length=length, default="") for name in names.split())


def integer(names: str, default: int | None = 0) -> Fields:
    """Whole numbers."""
    return tuple(Field(name, "integer", default=default) for name in names.split())


def decimal(names: str, default: str | None = "0", *, required: bool = False) -> Fields:
    """Decimal numbers."""
    value = None if default is None else Decimal(default)
    return tuple(Field(name, "decimal", required=required, default=value) for name in names.split())


def flag(names: str, *, default: bool = False) -> Fields:
    """Booleans."""
    return tuple(Field(name, "boolean", default=default) for name in names.split())


def day(names: str) -> Fields:
    """Calendar dates, null by default."""
    return tuple(Field(name, "date") for name in names.split())


def instant(names: str) -> Fields:
    """Instants, null by default."""
    return tuple(Field(name, "datetime") for name in names.split())


def to(target: str, names: str, *, required: bool = False, default: Value = None, since: str | None = None) -> Fields:
    """Relations to an entity."""
    return tuple(
        Field(name, "relation", target=target, required=required, default=default, since=since)
        for name in names.split()
    )


def status(target: str, names: str = "status_id") -> Fields:
    """A status: a bare number in the document, explained by a lookup (wms-api 3)."""
    return tuple(Field(name, "integer", target=target, required=True, default=0) for name in names.split())


def children(target: str, names: str) -> Fields:
    """Sets of children."""
    return tuple(Field(name, "set", target=target) for name in names.split())


def instructions() -> Fields:
    """The one set that is sent as an inline array (wms-api 3)."""
    return (Field("order_instructions_set", "inline", target="order_instructions", default=()),)


def identity() -> Fields:
    """The primary key, then the audit fields."""
    return (
        Field("id", "integer"),
        *text("create_user", 30),
        *instant("create_ts"),
        *text("mod_user", 30),
        *instant("mod_ts"),
    )


def numbered(stem: str, last: int) -> str:
    """``cust_date_1 cust_date_2 ...`` as names."""
    return " ".join(f"{stem}_{number}" for number in range(1, last + 1))


def custom_groups() -> Fields:
    """The 35 fields a tenant may use as it likes (wms-api 6.2)."""
    return (
        *text(numbered("cust_field", 5), 200),
        *day(numbered("cust_date", 5)),
        *integer(numbered("cust_number", 5)),
        *decimal(numbered("cust_decimal", 5)),
        *text(numbered("cust_short_text", 12), 50),
        *text(numbered("cust_long_text", 3), 1000),
    )


def require(fields: Iterable[Field], names: str) -> Fields:
    """The same fields, those named marked as required when a row is created."""
    wanted = frozenset(names.split())
    return tuple(
        Field(f.name, f.kind, f.target, f.name in wanted or f.required, f.max_length, f.default, f.since)
        for f in fields
    )
