"""dbt's models, seeds and snapshots as Dagster assets, its tests as their checks."""

# no annotations from the future: Dagster reads them as objects

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets

from loader.dbt import DbtProject
from loader.integrations.tasks import TaskError, building
from loader.settings import Settings


def dbt_assets_of(settings: Settings, project: DbtProject) -> dg.AssetsDefinition:
    """All of the project; a source takes the key of its entity's asset from its `meta.dagster`, which joins the graphs.

    Unit tests are left to ``make test``: they test code, not data.
    """

    @dbt_assets(
        manifest=project.manifest(),
        name="wms_dbt",
        exclude="resource_type:unit_test",
        dagster_dbt_translator=DagsterDbtTranslator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True)),
    )
    def build(context: dg.AssetExecutionContext) -> Iterator[Any]:
        try:
            # dbt reads its connection from the environment, and nothing else
            whole = not context.is_subset
            with building(settings, project, whole=whole) as built, project.environment():
                dbt = DbtCliResource(
                    project_dir=str(project.directory),
                    profiles_dir=str(project.profiles()),
                    # the dbt of this environment, wherever the engine was started from
                    dbt_executable=str(Path(sys.executable).with_name("dbt")),
                )
                arguments = ["build", "--exclude-resource-type", "unit_test", *project.variable_arguments()]
                invocation = dbt.cli(arguments, context=context)
                built.artifacts = invocation.target_path
                yield from invocation.stream()
        except TaskError as failure:
            raise dg.Failure(str(failure), allow_retries=not failure.is_final) from failure

    return build
