"""Defines each entity's Dagster asset, which loads it, and the check that compares it with the WMS."""

# no `from __future__ import annotations`: Dagster inspects annotations at runtime

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from loader.integrations.plan import POOL, asset_key, split_at_today
from loader.integrations.tasks import TaskError, compare_entity, load_entity, reread_entity
from loader.report import RunReport
from loader.settings import Settings

# a held lock and an overloaded WMS are transient
_RETRY = dg.RetryPolicy(max_retries=3, delay=60, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)


class LoadConfig(dg.Config):
    """Options for materializing an entity by hand."""

    full: bool = False


def entity_asset(settings: Settings, entity: str, days: dg.DailyPartitionsDefinition) -> dg.AssetsDefinition:
    """Return the asset for an entity's raw table.

    Today's partition is an incremental run. A past partition reads the rows modified on that day again. A range of
    days is one run.
    """

    @dg.asset(
        key=dg.AssetKey(asset_key(entity)),
        description=f"Raw versions of {entity}, as the WMS sent them.",
        group_name="wms_raw",
        kinds={"dlt"},
        pool=POOL,
        partitions_def=days,
        backfill_policy=dg.BackfillPolicy.single_run(),
        retry_policy=_RETRY,
    )
    def load(context: dg.AssetExecutionContext, config: LoadConfig) -> dg.MaterializeResult[None]:
        log = context.log.info
        asked = context.partition_time_window
        past, reaches_today = split_at_today(asked.start, asked.end, datetime.now(UTC))
        try:
            reports = []
            if past and not config.full:
                reports.append(reread_entity(settings, entity, *past, log))
            if reaches_today or config.full:
                reports.append(load_entity(settings, entity, log, full=config.full))
        except TaskError as failure:
            raise dg.Failure(str(failure), allow_retries=not failure.is_final) from failure
        return dg.MaterializeResult(metadata=_metadata([report for report in reports if report]))

    return load


def agreement_check(settings: Settings, entity: str) -> dg.AssetChecksDefinition:
    """Return the daily check that compares counts and keys in the WMS, raw table and staging."""

    @dg.asset_check(
        asset=dg.AssetKey(asset_key(entity)),
        name="agrees_with_the_wms",
        description="The WMS, the raw table and staging hold the same ids and mod_ts.",
        pool=POOL,
        retry_policy=_RETRY,
    )
    def check(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        try:
            lines = compare_entity(settings, entity, context.log.info)
        except TaskError as failure:
            raise dg.Failure(str(failure), allow_retries=not failure.is_final) from failure
        return dg.AssetCheckResult(
            passed=all(line.agrees for line in lines),
            metadata={
                "source_rows": sum(line.comparison.source_rows for line in lines),
                "missing": sum(line.comparison.missing for line in lines),
                "stale": sum(line.comparison.stale for line in lines),
                "vanished": sum(line.comparison.vanished for line in lines),
                "staging_behind": sum(line.staging_behind or 0 for line in lines),
            },
        )

    return check


def full_config(entities: Sequence[str]) -> dg.RunConfig:
    """Return the run configuration for reading all documents of these entities again."""
    return dg.RunConfig(ops={asset_key(entity): LoadConfig(full=True) for entity in entities})


def _metadata(reports: Sequence[RunReport]) -> dict[str, dg.MetadataValue]:
    return {
        "runs": dg.MetadataValue.text(", ".join(report.run_id for report in reports) or "none: no mod_ts"),
        "rows_read": dg.MetadataValue.int(sum(report.rows_read for report in reports)),
        "new_versions": dg.MetadataValue.int(sum(report.new_versions for report in reports)),
        "warnings": dg.MetadataValue.text("; ".join(text for report in reports for text in report.warnings)),
    }
