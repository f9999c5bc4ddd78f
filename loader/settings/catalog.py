"""Lists every setting as an environment variable, for messages, `config show` and the reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from loader.masking import MASK
from loader.settings.environment import GeneralSettings
from loader.settings.operations import OperationsSettings
from loader.settings.pipeline import PipelineSettings
from loader.settings.target import TargetSettings
from loader.settings.wms import WmsSettings

PREFIX = "GRUPONOS_"
DELIMITER = "__"


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable.

    Args:
        name: full name, such as ``GRUPONOS_WMS__BASE_URL``.
        section: empty for a setting of the whole installation.
        field: attribute of the section's model.
        kind: readable type, such as ``whole number from 1 to 8``.
        default: default value as text; empty if there is none.
        secret: whether the value is masked wherever it is printed.
    """

    name: str
    section: str
    field: str
    kind: str
    default: str
    description: str
    example: str
    secret: bool


def variable_name(section: str, field: str) -> str:
    """Return the variable's full name: ``("wms", "base_url")`` -> ``GRUPONOS_WMS__BASE_URL``."""
    return f"{PREFIX}{section}{DELIMITER if section else ''}{field}".upper()


def sections() -> dict[str, type[BaseModel]]:
    """Return the sections by name, in the order of the reference; settings without a section have an empty name."""
    return {
        "": GeneralSettings,
        "wms": WmsSettings,
        "target": TargetSettings,
        "pipeline": PipelineSettings,
        "operations": OperationsSettings,
    }


def variables() -> tuple[Variable, ...]:
    """Return all variables in the order of sections and fields."""
    return tuple(
        _variable(section, name, field)
        for section, model in sections().items()
        for name, field in model.model_fields.items()
    )


def shown(settings: BaseModel) -> dict[str, str]:
    """Map each variable name to its value as text, with secrets masked."""
    return {
        variable_name(section, name): as_text(getattr(getattr(settings, section) if section else settings, name))
        for section, model in sections().items()
        for name in model.model_fields
    }


def as_text(value: object) -> str:
    """Format a value as in the environment. A secret becomes a mask of fixed length."""
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{name}:{as_text(fields)}" for name, fields in value.items())
    return str(value)


def _variable(section: str, name: str, field: FieldInfo) -> Variable:
    default = None if field.default_factory else field.default
    leaves = tuple(_leaves(field.annotation))
    return Variable(
        name=variable_name(section, name),
        section=section,
        field=name,
        kind=_kind(leaves, field),
        default=as_text(default),
        description=field.description or "",
        example=str((field.examples or [""])[0]),
        secret=SecretStr in leaves,
    )


def _leaves(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        yield from _leaves(get_args(annotation)[0])
    elif get_origin(annotation) in {Union, UnionType}:
        for part in get_args(annotation):
            yield from _leaves(part)
    else:
        yield annotation


def _kind(leaves: tuple[Any, ...], field: FieldInfo) -> str:
    leaf = next(leaf for leaf in leaves if leaf is not type(None))
    origin = get_origin(leaf)
    if origin is Literal:
        return " or ".join(get_args(leaf))
    if origin is tuple:
        return "list, comma-separated"
    if origin is not None:
        return "entity:field,field; ..."
    names: dict[Any, str] = {
        SecretStr: "secret text",
        str: "text",
        Path: "path",
        bool: "true or false",
        int: "whole number",
        float: "number",
    }
    return names.get(leaf, "date, YYYY-MM-DD") + _bounds(field)


def _bounds(field: FieldInfo) -> str:
    bounds = {
        kind: getattr(rule, kind) for rule in field.metadata for kind in ("ge", "gt", "le") if hasattr(rule, kind)
    }
    low = f"from {bounds['ge']}" if "ge" in bounds else f"above {bounds['gt']}" if "gt" in bounds else ""
    high = f"to {bounds['le']}" if "le" in bounds else ""
    return " ".join(["", low, high]).rstrip() if bounds else ""
