"""Checks that the names of published custom fields are free in the marts, before a build finds out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import yaml

from loader.doctor.check import Check
from loader.errors import ConfigError
from loader.settings import Settings
from loader.settings.custom_fields import names_by_field

_CALL: Final = re.compile(r"custom_fields\('(\w+)'")
"""The macro by which a mart publishes an entity's custom fields (dbt_project/macros/marts/custom_fields.sql)."""


def check_custom_fields(settings: Settings, root: Path = Path()) -> Iterator[Check]:
    """Compare the names with the columns of the marts; yield nothing if no custom field is published.

    Args:
        root: directory that contains dbt_project/.
    """
    published = names_by_field(settings.pipeline.custom_fields)
    if not published:
        return
    taken = list(taken_names(root / "dbt_project" / "models" / "marts", published))
    if taken:
        hint = "Choose other column names in GRUPONOS_PIPELINE__CUSTOM_FIELDS (docs/how-to/custom-fields.md)."
        message = f"Marts have columns of these names already: {', '.join(taken)}."
        yield Check("custom fields", "failed", message, hint, ConfigError.exit_code)
    else:
        count = sum(map(len, published.values()))
        yield Check("custom fields", "ok", f"the marts have no column of the {count} names")


def taken_names(marts: Path, published: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield ``order_hdr.cust_field_1 as order_nbr (orders)`` for each name that a mart's YAML declares.

    Args:
        marts: directory of the models, ``dbt_project/models/marts``.
        published: entity -> custom field -> column name.
    """
    for path in sorted(marts.rglob("*.sql")):
        entities = set(_CALL.findall(path.read_text(encoding="utf-8"))) & published.keys()
        columns = _columns(path.with_suffix(".yml"), path.stem) if entities else frozenset()
        for entity in sorted(entities):
            for field, name in published[entity].items():
                if name in columns:
                    yield f"{entity}.{field} as {name} ({path.stem})"


def _columns(path: Path, model: str) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    models = [found for found in content.get("models") or () if found.get("name") == model]
    return frozenset(str(column.get("name")) for found in models for column in found.get("columns") or ())
