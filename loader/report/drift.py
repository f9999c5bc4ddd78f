"""Detects schema drift: compares describe with the previous one (docs/reference/wms-api.md 8.1); warns only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType

from loader.report.model import FieldChange
from loader.report.overall import listed
from loader.warehouse import DESCRIBED_FIELD, SCHEMA_CHANGE, Warehouse

Fields = Mapping[str, str]
"""Field name -> type as named by the WMS."""


def field_changes(entity: str, before: Fields, after: Fields) -> list[FieldChange]:
    """Returns the changes of an entity's fields by name; empty if there are none."""
    return [
        FieldChange(
            entity=entity,
            field_name=name,
            change_kind="added" if name not in before else "removed" if name not in after else "retyped",
            type_before=before.get(name, ""),
            type_after=after.get(name, ""),
        )
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def record_schemas(
    target: Warehouse,
    run_id: str,
    at: datetime,
    described: Mapping[str, Fields],
    discovered: Mapping[str, Fields] = MappingProxyType({}),
) -> list[FieldChange]:
    """Stores each describe that differs from the last one of its entity, and the differences.

    Args:
        at: start of the run, aware UTC.
        described: fields by entity.
        discovered: fields by entity as a discovery found them; compared with the first describe of an entity.

    Returns:
        The changes; none for an entity that was neither described nor discovered before.
    """
    target.ensure_run_tables()
    changes: list[FieldChange] = []
    with target.transaction():
        known = _last_described(target) if described else {}
        for entity, fields in described.items():
            before = known.get(entity, {})
            compared = before or discovered.get(entity, {})
            if dict(fields) == before:
                continue
            target.insert(DESCRIBED_FIELD, _field_rows(run_id, at, entity, fields))
            if compared:
                changes += field_changes(entity, compared, fields)
        target.insert(SCHEMA_CHANGE, [{**asdict(change), "run_id": run_id, "seen_at": at} for change in changes])
    return changes


def drift_warning(changes: Sequence[FieldChange]) -> str:
    """Returns a one-line warning for the report; removed and retyped fields first, because staging may read them."""
    named = listed(map(str, sorted(changes, key=lambda change: change.change_kind == "added")))
    return f"the WMS changed its fields: {named}; elt_schema_change lists all, the raw documents contain the values"


def _last_described(target: Warehouse) -> Mapping[str, Fields]:
    """Returns the fields of all entities, as last described."""
    table = target.raw(DESCRIBED_FIELD.name)
    sql = f"""
        select entity, field_name, field_type from {table} fields
        where described_at = (select max(described_at) from {table} latest where latest.entity = fields.entity)
    """  # noqa: S608
    found: dict[str, dict[str, str]] = {}
    for entity, name, word in target.fetch(sql):
        found.setdefault(str(entity), {})[str(name)] = str(word or "")
    return found


def _field_rows(run_id: str, at: datetime, entity: str, fields: Fields) -> list[Mapping[str, object]]:
    return [
        {"run_id": run_id, "entity": entity, "field_name": name, "field_type": word, "described_at": at}
        for name, word in fields.items()
    ]
