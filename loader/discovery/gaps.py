"""Compares the columns of the staging models with the fields of the tenant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from loader.discovery.model import FieldGap, GapKind
from loader.staging.expected import ExpectedColumn, ExpectedModel
from loader.wms import Description, FieldDescription

_READS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        # a status is a bare integer, and a number is a text without loss
        "varchar": frozenset({"string", "integer", "decimal", "date", "datetime", "boolean", "other"}),
        "bigint": frozenset({"integer"}),
        "decimal(19,6)": frozenset({"decimal", "integer"}),
        "integer": frozenset({"boolean"}),
        "timestamp": frozenset({"datetime"}),
        "date": frozenset({"date", "datetime"}),
    }
)
"""Data type of a column -> kinds of fields that it can read."""


def field_gaps(models: Iterable[ExpectedModel], described: Mapping[str, Description]) -> list[FieldGap]:
    """Return the columns that described entities lack, or can't fill as declared, by model and column.

    A field of an unknown kind is not compared, because only the word ``relation`` is documented for types.
    """
    return [
        gap
        for model in models
        if model.entity in described
        for column in model.columns
        for gap in _gaps(model.entity, column, _field(column, described[model.entity].fields))
    ]


def missing_custom_fields(
    published: Mapping[str, Mapping[str, str]], described: Mapping[str, Description]
) -> list[FieldGap]:
    """Return the custom fields that the settings publish and the tenant lacks; their columns stay null.

    Args:
        published: entity -> custom field -> column name.
    """
    return [
        FieldGap(
            entity=entity,
            model=f"stg_wms__{entity}",
            column=field,
            field=field,
            kind="missing",
            expected=f"custom field {name}",
            found="",
        )
        for entity, names in published.items()
        if entity in described
        for field, name in names.items()
        if field not in described[entity].fields
    ]


def _field(column: ExpectedColumn, fields: Mapping[str, FieldDescription]) -> FieldDescription | None:
    return fields.get(column.field) or fields.get(column.else_field)


def _gaps(entity: str, column: ExpectedColumn, field: FieldDescription | None) -> Iterator[FieldGap]:
    if field is None:
        yield _gap(entity, column, "missing", "")
        return
    found = f"{field.source_type}({field.max_length})" if field.max_length else field.source_type
    kinds = frozenset({"relation"}) if column.reads_relation else _READS.get(column.data_type.partition("(")[0])
    kinds = kinds or _READS.get(column.data_type, frozenset())
    if field.kind != "other" and kinds and field.kind not in kinds:
        # staging parses a text, so a number in quotes is no loss
        is_parsed = field.kind == "string" and not column.reads_relation
        yield _gap(entity, column, "as text" if is_parsed else "other type", found)
    elif not column.reads_relation and column.width and (field.max_length or 0) > column.width:
        yield _gap(entity, column, "longer text", found)


def _gap(entity: str, column: ExpectedColumn, kind: GapKind, found: str) -> FieldGap:
    expected = "relation" if column.reads_relation else column.data_type
    return FieldGap(
        entity=entity,
        model=column.model,
        column=column.name,
        field=column.field,
        kind=kind,
        expected=expected,
        found=found,
        since=column.since,
    )
