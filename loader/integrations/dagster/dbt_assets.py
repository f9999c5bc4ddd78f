"""Defines dbt models, seeds and snapshots as Dagster assets, and dbt tests as asset checks."""

# no `from __future__ import annotations`: Dagster inspects annotations at runtime

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets

from loader.dbt import DbtProject
from loader.integrations.tasks import TaskError, record_build
from loader.settings import Settings


def dbt_assets_of(settings: Settings, project: DbtProject) -> dg.AssetsDefinition:
    """Return the assets of the whole dbt project.

    `meta.dagster` gives each source the asset key of its entity, which joins the two graphs. Excludes dbt unit tests,
    which test code instead of data: ``make test`` runs them.
    """

    @dbt_assets(
        manifest=project.manifest(),
        name="wms_dbt",
        exclude="resource_type:unit_test",
        dagster_dbt_translator=DagsterDbtTranslator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True)),
    )
    def build(context: dg.AssetExecutionContext) -> Iterator[Any]:
        try:
            # dbt reads its connection only from the environment
            whole = not context.is_subset
            with record_build(settings, project, whole=whole) as built, project.environment():
                dbt = DbtCliResource(
                    project_dir=str(project.directory),
                    profiles_dir=str(project.profiles()),
                    # dbt from this virtual environment, regardless of PATH
                    dbt_executable=str(Path(sys.executable).with_name("dbt")),
                )
                arguments = ["build", "--exclude-resource-type", "unit_test", *project.variable_arguments()]
                invocation = dbt.cli(arguments, context=context)
                built.artifacts = invocation.target_path
                yield from invocation.stream()
        except TaskError as failure:
            raise dg.Failure(str(failure), allow_retries=not failure.is_final) from failure

    return build
