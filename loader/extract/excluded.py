"""Checks EXCLUDE_FIELDS against the WMS descriptions before any row is read."""

from __future__ import annotations

from collections.abc import Sequence

from loader.errors import ConfigError, WmsEltError
from loader.settings import PipelineSettings
from loader.settings.excluded import MISFIT, describe_flaws, field_name
from loader.wms.catalog import Description
from loader.wms.client import WmsClient


def asked_fields(pipeline: PipelineSettings, description: Description) -> tuple[str, ...]:
    """The fields to ask for, because others are excluded; empty for all."""
    excluded = excluded_fields(pipeline, description.entity)
    return tuple(name for name in description.fields if name not in excluded) if excluded else ()


def fields_parameter(pipeline: PipelineSettings, description: Description) -> list[tuple[str, str]]:
    """The query parameter that leaves out excluded fields; none when there are none."""
    fields = asked_fields(pipeline, description)
    return [("fields", ",".join(fields))] if fields else []


def excluded_fields(pipeline: PipelineSettings, entity: str) -> frozenset[str]:
    """Names of the fields that may not be asked for."""
    return frozenset(map(field_name, pipeline.exclude_fields.get(entity, ())))


def check_excluded_fields(pipeline: PipelineSettings, client: WmsClient, entities: Sequence[str]) -> None:
    """Check that every excluded field of the entities exists in this tenant.

    Entities that can't be described are skipped: they fail later, before any of their rows is read.

    Raises:
        ConfigError: ``WMS_CONF_041``, a field is unknown. Loading could then store personal data, so nothing is read.
    """
    flaws: list[str] = []
    for entity in entities:
        if written := pipeline.exclude_fields.get(entity):
            try:
                described = client.describe(entity).fields
            except WmsEltError:
                continue
            flaws += describe_flaws(entity, written, described)
    if flaws:
        raise ConfigError(
            MISFIT,
            f"Can't exclude fields: {'; '.join(flaws)}.",
            hint="Correct GRUPONOS_PIPELINE__EXCLUDE_FIELDS. Write `field?` for a field that only some releases have.",
            context={"read": "nothing"},
        )
