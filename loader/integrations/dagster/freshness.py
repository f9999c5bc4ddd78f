"""Defines a Dagster freshness check per entity; one ``dbt source freshness`` evaluates them all."""

# no `from __future__ import annotations`: Dagster inspects annotations at runtime

from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg
import msgspec

from loader.dbt import DbtProject, SourceFreshness
from loader.integrations.plan import asset_key
from loader.integrations.tasks import TaskError, source_ages
from loader.settings import Settings

CHECK = "is_fresh"


class _Source(msgspec.Struct):
    name: str
    freshness: dict[str, object] | None = None


class _Manifest(msgspec.Struct):
    sources: dict[str, _Source]


def freshness_checks(settings: Settings, project: DbtProject, entities: Sequence[str]) -> dg.AssetChecksDefinition:
    """Return one step for all entities whose source has thresholds, with severity WARN or ERROR.

    As in ``make elt``, a failed check doesn't stop the build.
    """
    limited = _with_thresholds(project.manifest())
    checked = [entity for entity in entities if entity in limited]

    @dg.multi_asset_check(
        name="source_freshness",
        specs=[
            dg.AssetCheckSpec(CHECK, asset=asset_key(entity), description="Source freshness is within its thresholds.")
            for entity in checked
        ],
        can_subset=True,
    )
    def check(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        try:
            ages = source_ages(settings, project)
        except TaskError as failure:
            raise dg.Failure(str(failure), allow_retries=not failure.is_final) from failure
        for entity in checked:
            key = dg.AssetCheckKey(dg.AssetKey(asset_key(entity)), CHECK)
            if key in context.selected_asset_check_keys:
                yield _result(key, ages[entity])

    return check


def _result(key: dg.AssetCheckKey, age: SourceFreshness) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=age.status == "ok",
        severity=dg.AssetCheckSeverity.WARN if age.status == "warn" else dg.AssetCheckSeverity.ERROR,
        metadata={
            "loaded_at": age.loaded_at.isoformat() if age.loaded_at else "never",
            "age_seconds": age.age_seconds,
            "warn_after_seconds": age.warn_after_seconds,
            "error_after_seconds": age.error_after_seconds,
            "message": age.message,
        },
    )


def _with_thresholds(manifest: Path) -> set[str]:
    sources = msgspec.json.decode(manifest.read_bytes(), type=_Manifest).sources.values()
    return {source.name for source in sources if source.freshness}
