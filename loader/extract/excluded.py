"""Checks EXCLUDE_FIELDS against the WMS descriptions before any row is read."""

from __future__ import annotations

from collections.abc import Sequence

from loader.errors import ConfigError, WmsEltError
from loader.settings import PipelineSettings
from loader.settings.excluded import MISFIT, describe_flaws
from loader.wms.client import WmsClient


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
