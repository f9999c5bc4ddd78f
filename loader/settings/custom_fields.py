"""Validates GRUPONOS_PIPELINE__CUSTOM_FIELDS: custom fields of the WMS that a tenant names and publishes in marts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from loader.settings.reserved import RESERVED_WORDS, UNUSABLE_SCHEMAS

PUBLISHING: Final = ("order_hdr", "order_dtl", "item", "container", "ib_shipment", "location", "facility")
"""Entities with a mart that publishes custom fields (dbt_project/macros/marts/custom_fields.sql)."""

_FIELD: Final = re.compile(r"cust_(?:field|short_text|long_text|date|number|decimal)_\d{1,2}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,29}")


def is_custom_field(name: str) -> bool:
    """Whether a tenant decides what the field of the WMS means."""
    return _FIELD.fullmatch(name) is not None


def names_by_field(written: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
    """Convert ``{order_hdr: (cust_field_1=channel,)}`` into ``{order_hdr: {cust_field_1: channel}}``."""
    return {entity: dict(pair.split("=", 1) for pair in pairs) for entity, pairs in written.items()}


def checked_custom_fields(written: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Return the value with blanks removed.

    Raises:
        ValueError: an entity has no mart for its custom fields, or a pair is not a custom field and a column name.
    """
    found = {}
    for entity, pairs in written.items():
        if entity not in PUBLISHING:
            raise ValueError(f"must name entities whose marts publish custom fields: {', '.join(PUBLISHING)}")
        split = [(field.strip(), name.strip()) for field, _, name in (pair.partition("=") for pair in pairs)]
        for field, name in split:
            if not is_custom_field(field):
                raise ValueError("must name custom fields, such as cust_field_1=channel or cust_decimal_2=margin")
            if not _NAME.fullmatch(name) or name in RESERVED_WORDS | UNUSABLE_SCHEMAS:
                raise ValueError(
                    "must give each field a column name: a lower-case letter, then at most 29 letters, digits and _, "
                    "and no reserved word"
                )
        if len(dict(split)) < len(split) or len({name for _, name in split}) < len(split):
            raise ValueError("must name each field and each column of an entity once")
        found[entity] = tuple(f"{field}={name}" for field, name in split)
    return found
