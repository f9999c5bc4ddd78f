"""What the staging models expect of each entity, read from their YAML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from loader.errors import ConfigError

PREFIX = "stg_wms__"


@dataclass(frozen=True, slots=True)
class ExpectedColumn:
    """A column that a model reads from the document.

    Args:
        field: first part of the JSON path, the field of the entity.
        reads_relation: whether the path goes into the field, as in ``$.item_id.id``.
        data_type: as declared, such as ``varchar(50)``, in lower case without blanks.
        since: release that added the field; empty if every release has it.
        else_field: field that is read if the first is missing; empty if there is none.
    """

    model: str
    name: str
    field: str
    reads_relation: bool
    data_type: str
    since: str = ""
    else_field: str = ""

    @property
    def width(self) -> int | None:
        """Characters of a text column; None for other types."""
        return int(self.data_type[8:-1]) if self.data_type.startswith("varchar(") else None


@dataclass(frozen=True, slots=True)
class ExpectedModel:
    """A staging model of an entity."""

    entity: str
    name: str
    columns: tuple[ExpectedColumn, ...]


def expected_models(directory: Path) -> list[ExpectedModel]:
    """Return the models of the YAML files in a directory and below, by entity.

    Args:
        directory: ``dbt_project/models/staging``.

    Raises:
        ConfigError: ``WMS_DBT_005``, a file can't be read or is not valid YAML.
    """
    return sorted((model for path in directory.rglob("*.yml") for model in _read(path)), key=lambda model: model.name)


def _read(path: Path) -> Iterator[ExpectedModel]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(
            "WMS_DBT_005",
            f"Can't read the staging model's YAML: {type(error).__name__}.",
            hint="Correct the file, or restore it from the release.",
            context={"path": path},
        ) from error
    for model in content.get("models") or ():
        name = str(model.get("name", ""))
        if name.startswith(PREFIX):
            columns = tuple(_columns(name, model.get("columns") or ()))
            yield ExpectedModel(name.removeprefix(PREFIX).removesuffix("_versions"), name, columns)


def _columns(model: str, declared: Iterable[Mapping[str, Any]]) -> Iterator[ExpectedColumn]:
    for column in declared:
        meta = (column.get("config") or {}).get("meta") or {}
        path = str(meta.get("json_path", ""))
        if path.startswith("$."):
            field, _, rest = path.removeprefix("$.").partition(".")
            data_type = str(column.get("data_type", "")).lower().replace(" ", "")
            other = str(meta.get("else_path", "")).removeprefix("$.")
            since = str(meta.get("since", ""))
            yield ExpectedColumn(model, str(column["name"]), field, bool(rest), data_type, since, other)
