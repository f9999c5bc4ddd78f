"""Custom fields that a tenant uses, on a sample of documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from loader.discovery.model import CustomField
from loader.settings.custom_fields import PUBLISHING, is_custom_field
from loader.wms import Description

_EMPTY: Final = frozenset({"", "0", "0.0"})


def custom_fields_in_use(description: Description, documents: Iterable[msgspec.Raw]) -> list[CustomField]:
    """Return the custom fields with a value other than null, empty, zero or false, by name. No value is returned."""
    names = sorted(name for name in description.fields if is_custom_field(name))
    rows = [msgspec.json.decode(document) for document in documents] if names else []
    used = {name: sum(_has_value(row, name) for row in rows) for name in names}
    return [
        CustomField(
            entity=description.entity,
            field=name,
            kind=description.fields[name].kind,
            used=count,
            sampled=len(rows),
        )
        for name, count in used.items()
        if count
    ]


def suggested_setting(found: Sequence[CustomField]) -> str:
    """Return a value for GRUPONOS_PIPELINE__CUSTOM_FIELDS with a name for each field that a mart can publish."""
    entities: dict[str, list[str]] = {}
    for field in found:
        if field.entity not in PUBLISHING:
            continue
        entities.setdefault(field.entity, []).append(f"{field.field}={field.field.removeprefix('cust_')}")
    return "; ".join(f"{entity}:{','.join(names)}" for entity, names in entities.items())


def _has_value(row: Mapping[str, Any], name: str) -> bool:
    value = row.get(name)
    if value is None or value is False:
        return False
    return bool(value) if isinstance(value, int | float) else str(value).strip() not in _EMPTY
