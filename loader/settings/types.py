"""Value types for the sections, and the error of a check across several fields.

No message contains a value: a secret pasted into the wrong variable must not reach a screen or a log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

from loader.settings.custom_fields import checked_custom_fields
from loader.settings.profiles import PROFILES
from loader.settings.reserved import RESERVED_WORDS, UNUSABLE_SCHEMAS

SECTION_CONFIG = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
INCOMPLETE = "incomplete"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_ORACLE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_$#]{0,127}")


def _split(value: object) -> object:
    return _parts(value) if isinstance(value, str) else value


def _parts(value: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in value.split(",") if part.strip())
    if value.strip() and not parts:
        # only commas: an empty list would mean "all"
        raise ValueError("must name at least one")
    return parts


def _unique(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value))


def _entity_name(value: str) -> str:
    if value.lower() in PROFILES:
        return value.lower()
    if not _NAME.fullmatch(value):
        raise ValueError(
            "must contain only lower-case letters, digits and underscores in each name. "
            f"The profiles are {', '.join(PROFILES)}"
        )
    if value.startswith(("dlt_", "elt_")):
        raise ValueError(
            "must not contain names that start with dlt_ or elt_, which are reserved for tables of dlt and wms-elt"
        )
    return value


def _fields_by_entity(value: object) -> object:
    """Parse ``item:notes,long_desc; order_hdr:cust_field_1`` into entity -> field names."""
    if not isinstance(value, str):
        return value
    parts = [part.partition(":") for part in value.split(";") if part.strip()]
    if not parts or not all(separator for _, separator, _ in parts):
        raise ValueError("must be entity:field,field pairs separated by semicolons")
    found: dict[str, tuple[str, ...]] = {}
    for entity, _, fields in parts:
        found[entity.strip()] = (*found.get(entity.strip(), ()), *_parts(fields))
    return found


def _unstripped_secret(value: object) -> object:
    # pydantic strips text before it becomes a SecretStr, but a secret keeps its spaces
    return SecretStr(value) if isinstance(value, str) else value


def _file(value: Path) -> Path:
    if not value.is_file():
        raise ValueError("must name an existing file: no such file")
    return value


def _directory(value: Path) -> Path:
    if not value.is_dir():
        raise ValueError("must name an existing directory: no such directory")
    return value


def _oracle_user(value: str) -> str:
    if not _ORACLE_NAME.fullmatch(value) or value.lower() in RESERVED_WORDS:
        raise ValueError(
            "must be a user name that needs no quotes: a letter, then at most 127 letters, digits and _ $ #, and no "
            "reserved word of Oracle. Ask a DBA to create such a user (docs/explanation/oracle.md)"
        )
    return value


def _schema(value: str) -> str:
    if value in UNUSABLE_SCHEMAS:
        raise ValueError("must be no reserved word and no schema of DuckDB itself, such as information_schema")
    return value


EntityName = Annotated[str, AfterValidator(_entity_name)]
EntityList = Annotated[tuple[EntityName, ...], BeforeValidator(_split), AfterValidator(_unique)]
CodeNumbers = Annotated[tuple[int, ...], BeforeValidator(_split), AfterValidator(_unique)]
CodeList = Annotated[tuple[str, ...], BeforeValidator(_split), AfterValidator(_unique)]
FieldsByEntity = Annotated[Mapping[EntityName, tuple[str, ...]], BeforeValidator(_fields_by_entity)]
CustomFields = Annotated[FieldsByEntity, AfterValidator(checked_custom_fields)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Schema = Annotated[Identifier, AfterValidator(_schema)]
OracleUser = Annotated[str, AfterValidator(_oracle_user)]
"""User name that needs no quotes, since it qualifies every table (Oracle SQL Language Reference, object names)."""
Secret = Annotated[SecretStr, BeforeValidator(_unstripped_secret)]
NonEmpty = Annotated[str, StringConstraints(min_length=1)]
ExistingFile = Annotated[Path, AfterValidator(_file)]
ExistingDirectory = Annotated[Path, AfterValidator(_directory)]


def reject(findings: Mapping[str, str]) -> None:
    """Raise one validation error for all findings of a check across fields; do nothing if there are none.

    Args:
        findings: field name -> problem, without the value.
    """
    if findings:
        raise PydanticCustomError(INCOMPLETE, "settings that belong together are incomplete", {"findings": findings})
