"""The Dagster code location: ``dagster dev -m wms_elt.integrations.dagster.location`` (docs/how-to/orchestrate.md).

Defines one asset per WMS entity upstream of the dbt assets, asset checks for dbt tests, and checks of each entity's
freshness and agreement with the WMS.
"""

from __future__ import annotations

import dagster as dg

from loader.dbt import DbtProject
from loader.integrations.dagster.dbt_assets import dbt_assets_of
from loader.integrations.dagster.entities import agreement_check, entity_asset, full_config
from loader.integrations.dagster.freshness import freshness_checks
from loader.integrations.plan import SCHEDULES, first_day
from loader.settings import Settings, load_settings


@dg.definitions
def location() -> dg.Definitions:
    """Return the definitions that Dagster loads; reads the environment and `.env` in the working directory."""
    return build_definitions(load_settings())


def build_definitions(settings: Settings) -> dg.Definitions:
    """Build assets, checks, jobs and schedules for these settings.

    Raises:
        ConfigError, InternalError: dbt can't parse the project (``WMS_DBT_003`` to ``WMS_DBT_005``).
    """
    entities = settings.pipeline.all_entities
    # end_offset=1 adds the partition of today, which an incremental run reads
    days = dg.DailyPartitionsDefinition(start_date=first_day(settings).isoformat(), end_offset=1)
    loads = [entity_asset(settings, entity, days) for entity in entities]
    checks = [agreement_check(settings, entity) for entity in entities]
    project = DbtProject(settings)
    dbt = dbt_assets_of(settings, project)
    build = dg.AssetSelection.assets(*loads, dbt) - dg.AssetSelection.checks(*checks)
    jobs = [
        dg.define_asset_job("wms_elt", build),
        dg.define_asset_job("wms_full", build, config=full_config(entities)),
        dg.define_asset_job("wms_reconcile", dg.AssetSelection.checks(*checks)),
    ]
    return dg.Definitions(
        assets=[*loads, dbt],
        asset_checks=[*checks, freshness_checks(settings, project, entities)],
        jobs=jobs,
        schedules=[_schedule(job, of_today=job.name != "wms_reconcile") for job in jobs],
        # only one process can open a DuckDB file
        executor=dg.in_process_executor if settings.target.kind == "duckdb" else dg.multiprocess_executor,
    )


def _schedule(job: dg.UnresolvedAssetJobDefinition, *, of_today: bool) -> dg.ScheduleDefinition:
    """Return a schedule that requests today's partition if the job is partitioned."""

    @dg.schedule(name=f"{job.name}_schedule", job=job, cron_schedule=SCHEDULES[job.name], execution_timezone="UTC")
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        return dg.RunRequest(partition_key=f"{context.scheduled_execution_time:%Y-%m-%d}" if of_today else None)

    return tick
