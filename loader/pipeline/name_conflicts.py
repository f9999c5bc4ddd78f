"""Finds entities whose raw table would have the name of a dbt relation in the same schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from loader.dbt.relations import is_taken, relation_names
from loader.errors import ConfigError
from loader.settings import TargetSettings
from loader.settings.project import project_directories
from loader.warehouse.oracle.raw_names import raw_table


def refused_entities(target: TargetSettings, entities: Iterable[str], root: Path = Path()) -> Mapping[str, ConfigError]:
    """Return ``WMS_CONF_050`` errors by entity. Empty for a DuckDB target with a separate schema for raw tables."""
    is_oracle = target.kind == "oracle"
    if not is_oracle and target.raw_schema != target.schema_name:
        return {}
    relations = relation_names(*project_directories(target, root))
    tables = {entity: raw_table(entity) if is_oracle else entity for entity in entities}
    return {entity: _refused(entity) for entity, table in tables.items() if is_taken(table, relations)}


def _refused(entity: str) -> ConfigError:
    return ConfigError(
        "WMS_CONF_050",
        f"Can't load the entity {entity} into this target: dbt builds a table of that name in the same schema.",
        hint="Remove it from GRUPONOS_PIPELINE__EXTRA_ENTITIES and GRUPONOS_PIPELINE__ENTITIES, or use a DuckDB "
        "target with two schemas.",
        context={"entity": entity},
    )
