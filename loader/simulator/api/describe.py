"""Metadata: the entity map and ``describe`` (wms-api 5). The names of types are guesses, except ``relation``."""

from __future__ import annotations

from decimal import Decimal

from loader.simulator.api.catalog import Catalog, Table
from loader.simulator.contract import Field

_INTEGER_LIMIT = 99_999_999_999


def describe(catalog: Catalog, table: Table) -> dict[str, object]:
    """Return the describe document: filter names, and fields without ``url``."""
    return {"parameters": _parameters(catalog, table), "fields": {f.name: _field(f) for f in table.fields.values()}}


def _parameters(catalog: Catalog, table: Table) -> list[str]:
    names = []
    for field in table.fields.values():
        if field.kind in ("set", "inline"):
            continue
        names.append(field.name)
        target = catalog.tables.get(field.target or "") if field.kind == "relation" else None
        if target is not None:
            names += [f"{field.name}__{name}" for name in target.fields if name.endswith(("code", "nbr"))]
    return names + [f"{child}__isnull" for child in table.children()]


def _field(field: Field) -> dict[str, object]:
    """`required` refers to creating a row, not to nulls (wms-api 5)."""
    described: dict[str, object] = {"type": "set" if field.kind == "inline" else field.kind, "required": field.required}
    if field.kind == "string":
        described["allow_blank"] = not field.required
        if field.max_length is not None:
            described["max_length"] = field.max_length
    if field.kind == "integer" and field.name != "id" and not field.target:
        described |= {"min_value": -_INTEGER_LIMIT, "max_value": _INTEGER_LIMIT}
    if field.stated is not None:
        described["default"] = str(field.stated) if isinstance(field.stated, Decimal) else field.stated
    return described
