"""What the YAML of the marts declares, as far as settings depend on it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

MARTS: Final = Path("models") / "marts"
"""The marts of a dbt project."""

_CALL: Final = re.compile(r"custom_fields\('(\w+)'")
"""The macro by which a mart publishes an entity's custom fields (dbt_project/macros/marts/custom_fields.sql)."""


def taken_names(published: Mapping[str, Mapping[str, str]], marts: Path) -> Iterator[str]:
    """Yield ``order_hdr.cust_field_1 as order_nbr (orders)`` for each name that a mart's YAML declares.

    Args:
        published: entity -> custom field -> column name.
        marts: directory of the models; without it, dbt alone refuses such a name.
    """
    for path in sorted(marts.rglob("*.sql")):
        entities = set(_CALL.findall(path.read_text(encoding="utf-8"))) & published.keys()
        columns = _columns(path) if entities else frozenset()
        for entity in sorted(entities):
            for field, name in published[entity].items():
                if name in columns:
                    yield f"{entity}.{field} as {name} ({path.stem})"


def marts_that_need(entities: Collection[str], marts: Path) -> Iterator[tuple[str, bool]]:
    """Yield the marts that use one of the entities, by name, and whether they have no rows without it."""
    for path in sorted(marts.rglob("*.yml"), key=lambda path: path.stem):
        for model in _models(path):
            meta = (model.get("config") or {}).get("meta") or {}
            if not set(entities).isdisjoint(meta.get("needs") or ()):
                yield str(model["name"]), True
            elif not set(entities).isdisjoint(meta.get("improved_by") or ()):
                yield str(model["name"]), False


def _columns(mart: Path) -> frozenset[str]:
    models = [model for model in _models(mart.with_suffix(".yml")) if model.get("name") == mart.stem]
    return frozenset(str(column.get("name")) for model in models for column in model.get("columns") or ())


def _models(path: Path) -> list[Mapping[str, Any]]:
    # takes 30 ms, and few settings need it
    import yaml

    return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models") or [] if path.is_file() else []
