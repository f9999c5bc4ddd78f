"""Staging columns of an entity, from its description (docs/contributing/dbt.md, "An entity")."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from loader.settings.reserved import RESERVED_WORDS, UNUSABLE_SCHEMAS
from loader.staging.words import is_personal, sentence, words
from loader.wms.catalog import Description, FieldDescription, Kind

LONGEST_TEXT: Final = 999
"""Characters of the widest text column (dbt_project/macros/json/json_columns.sql)."""

BOOKKEEPING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "is_valid_document": "integer",
        "is_deleted": "integer",
        "is_in_scope": "integer",
        "deleted_at": "timestamp",
        "loaded_at": "timestamp",
        "load_id": "varchar(64)",
        "read_order": "bigint",
        "content_hash": "varchar(32)",
        "lost_values": "varchar(4000)",
    }
)
"""Columns of every staging model besides those of the document, with their types."""

RAW: Final = frozenset(
    {"entity_id", "doc", "content_hash", "is_deleted", "read_at", "read_order", "dlt_load_id", "json_values"}
)
"""Columns that a staging model reads besides its own (`raw_version_columns`). The same name would read those."""

AUDIT: Final[Mapping[str, str]] = MappingProxyType(
    {"create_user": "created_by", "create_ts": "created_at", "mod_user": "modified_by", "mod_ts": "modified_at"}
)
_TYPES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "integer": "bigint",
        "decimal": "decimal(19,6)",
        "boolean": "integer",
        "date": "date",
        "datetime": "timestamp",
        "relation": "bigint",
    }
)
"""Kind of a field -> data type. All other kinds are text."""
_USABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
# allowed as a column by one database, and read as something else by a tool or a person
_UNCLEAR: Final = frozenset({"position", "type", "value", "name", "key", "description"})


@dataclass(frozen=True, slots=True)
class StagedColumn:
    """A column of a staging model.

    Args:
        path: JSON path in the document.
        personal: whether `mask_personal_data` applies.
    """

    name: str
    data_type: str
    path: str
    description: str
    personal: bool = False


def key_of(entity: str) -> str:
    """Return the key column of an entity's staging model: ``uom`` -> ``uom_id`` (json_entity.sql, `entity_key`)."""
    key = f"{entity}_id"
    return f"wms_{key}" if key in BOOKKEEPING else key


def staged_columns(description: Description, staged: Collection[str] = ()) -> list[StagedColumn]:
    """Return the columns of an entity's fields in the order of the description; audit fields last.

    Child sets have no column, because a set holds a count and a link. Neither has ``id``, which is the key, nor a field
    whose name is no identifier.

    Args:
        staged: entities with a staging model, to which descriptions of relations refer.
    """
    used = {key_of(description.entity), *BOOKKEEPING, *RAW, *AUDIT.values()}
    columns = []
    for field in description.fields.values():
        if field.name not in {"id", "url", *AUDIT} and _has_column(field):
            columns.append(_column(description.entity, field, used, staged))
            used.add(columns[-1].name)
    return [*columns, *(_audit(description.fields[name]) for name in AUDIT if name in description.fields)]


def skipped_fields(description: Description) -> list[str]:
    """Return the child sets, which have no column."""
    return [field.name for field in description.fields.values() if not _has_column(field) and is_usable(field.name)]


def unnamed_fields(description: Description) -> list[str]:
    """Return the fields whose name is no identifier, which have no column."""
    return [field.name for field in description.fields.values() if not is_usable(field.name)]


def is_usable(name: str) -> bool:
    """Whether a name of the WMS can be part of SQL, YAML and a file name."""
    return _USABLE.fullmatch(name) is not None


def _has_column(field: FieldDescription) -> bool:
    return field.kind != "set" and is_usable(field.name)


def _column(entity: str, field: FieldDescription, used: Collection[str], staged: Collection[str]) -> StagedColumn:
    return StagedColumn(
        name=_free_name(entity, _short_name(field), used),
        data_type=_data_type(field),
        path=f"$.{field.name}.id" if field.kind == "relation" else f"$.{field.name}",
        description=_description(field, staged),
        personal=_is_text(field) and is_personal(field.name),
    )


def _audit(field: FieldDescription) -> StagedColumn:
    name = AUDIT[field.name]
    return StagedColumn(
        name=name,
        data_type="timestamp" if name.endswith("_at") else _data_type(field),
        path=f"$.{field.name}",
        description=f"{{{{ doc('wms_{name}') }}}}",
        personal=name.endswith("_by"),
    )


def _short_name(field: FieldDescription) -> str:
    name = field.name.lower()
    if field.kind == "boolean":
        stem = name.removesuffix("_flg")
        return stem if stem.startswith(("is_", "has_")) else f"is_{stem}"
    return f"{name.removesuffix('_ts')}_at" if field.kind == "datetime" and name.endswith("_ts") else name


def _free_name(entity: str, name: str, used: Collection[str]) -> str:
    """Prefix a name that is taken, reserved or unclear without its entity: ``level`` -> ``location_level``."""
    forbidden = RESERVED_WORDS | UNUSABLE_SCHEMAS | _UNCLEAR
    noun = "status" if entity.endswith("_status") else entity
    candidates = [name] if name not in forbidden else []
    candidates += [f"wms_{name}"] if name in RAW else []
    candidates += [f"{noun}_{name}", *(f"{noun}_{name}_{number}" for number in range(2, 100))]
    return next(candidate for candidate in candidates if candidate not in used)


def _is_text(field: FieldDescription) -> bool:
    return field.kind not in _TYPES


def _data_type(field: FieldDescription) -> str:
    if not _is_text(field):
        return _TYPES[field.kind]
    width = min(field.max_length or LONGEST_TEXT, LONGEST_TEXT)
    return f"varchar({max(1, width)})"


def _description(field: FieldDescription, staged: Collection[str]) -> str:
    stem = field.name.lower()
    if field.kind == "boolean":
        return sentence(f"1 if the flag is set: {words(stem.removesuffix('_flg'))}")
    if field.kind == "datetime":
        return sentence(f"{words(stem.removesuffix('_ts'))}, UTC")
    if field.kind == "relation":
        target = stem.removesuffix("_id")
        return sentence(f"Id of the {words(target)}" + (f", see stg_wms__{target}" if target in staged else ""))
    text = sentence(words(stem))
    if _is_text(field) and (field.max_length or 0) > LONGEST_TEXT:
        text += f" The WMS allows {field.max_length:,} characters; `lost_values` names a text that was cut."
    return text
