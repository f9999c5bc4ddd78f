"""Airflow DAGs: one task per WMS entity, then dbt with astronomer-cosmos.

docs/how-to/orchestrate.md shows the file to put into the DAGs folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import chdir
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, CronDataIntervalTimetable, CronTriggerTimetable, TaskGroup
from airflow.sdk.exceptions import AirflowFailException
from cosmos import DbtTaskGroup, ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import InvocationMode, LoadMode, TestBehavior

from loader.dbt import DbtProject
from loader.integrations.plan import POOL, SCHEDULES, first_day
from loader.integrations.tasks import TaskError, compare_entity, load_entity, reread_entity, source_ages
from loader.settings import Settings, load_settings

Work = Callable[..., None]

_RETRIES: Final = 3
_RETRY_AFTER: Final = timedelta(minutes=1)


def dags(checkout: Path) -> dict[str, DAG]:
    """Return all DAGs by id, for the globals of a file in the DAGs folder.

    Reads settings from the environment and from `.env` in the checkout. Puts dbt's connection into this process's
    environment for the tasks of cosmos, so Airflow's database and UI never contain it.

    Args:
        checkout: directory with the Makefile and dbt_project/.

    Raises:
        ConfigError: a setting is invalid, or the directory is not a checkout.
    """
    with chdir(checkout):
        settings = load_settings()
        os.environ.update(settings.dbt_environment())
        project = DbtProject(settings)
        group = _dbt_group(settings, project)
    elt = [
        _load_then_build("wms_elt", settings, checkout, group, full=False),
        _load_then_build("wms_full", settings, checkout, group, full=True),
    ]
    others = [_reconcile(settings, checkout), _backfill(settings, checkout)]
    return {dag.dag_id: dag for dag in (*elt, *others)}


def _load_then_build(name: str, settings: Settings, checkout: Path, group: Callable[[], Any], *, full: bool) -> DAG:
    with _dag(name, settings, CronTriggerTimetable(SCHEDULES[name], timezone="UTC")) as dag:
        loads = _per_entity("load", settings, checkout, _load, {"full": full})
        fresh = PythonOperator(task_id="source_freshness", python_callable=_ages, op_kwargs={"checkout": str(checkout)})
        # a stale source fails the DAG run, but doesn't stop the build
        loads >> [fresh, group()]
    return dag


def _reconcile(settings: Settings, checkout: Path) -> DAG:
    with _dag("wms_reconcile", settings, CronTriggerTimetable(SCHEDULES["wms_reconcile"], timezone="UTC")) as dag:
        _per_entity("compare", settings, checkout, _compare, {})
    return dag


def _backfill(settings: Settings, checkout: Path) -> DAG:
    """Create the DAG for ``airflow backfill create``; it has no schedule."""
    with _dag("wms_backfill", settings, CronDataIntervalTimetable("0 0 * * *", timezone="UTC"), paused=True) as dag:
        _per_entity("reread", settings, checkout, _reread, {})
    return dag


def _dag(name: str, settings: Settings, timetable: Any, *, paused: bool = False) -> DAG:
    first = first_day(settings)
    return DAG(
        name,
        schedule=timetable,
        start_date=datetime(first.year, first.month, first.day, tzinfo=UTC),
        catchup=False,
        is_paused_upon_creation=paused or None,
        max_active_runs=1,
        # a DuckDB file lets one process in
        max_active_tasks=1 if settings.target.kind == "duckdb" else 16,
        default_args={"retries": _RETRIES, "retry_delay": _RETRY_AFTER, "retry_exponential_backoff": True},
        tags=["wms-elt"],
    )


def _per_entity(group: str, settings: Settings, checkout: Path, work: Work, options: dict[str, Any]) -> TaskGroup:
    with TaskGroup(group) as made:
        for entity in settings.pipeline.all_entities:
            PythonOperator(
                task_id=entity,
                python_callable=work,
                op_kwargs={"checkout": str(checkout), "entity": entity, **options},
                pool=POOL,
            )
    return made


def _dbt_group(settings: Settings, project: DbtProject) -> Callable[[], Any]:
    # resolved now, while the working directory is the checkout
    manifest, directory, profiles = project.manifest(), project.directory, project.profiles()

    def make() -> Any:
        return DbtTaskGroup(
            group_id="dbt",
            project_config=ProjectConfig(
                dbt_project_path=directory,
                manifest_path=manifest,
                project_name="wms_elt",
                dbt_vars=dict(project.variables()),
            ),
            profile_config=ProfileConfig(
                profile_name="wms_elt",
                target_name=settings.target.kind,
                profiles_yml_filepath=profiles / "profiles.yml",
            ),
            execution_config=ExecutionConfig(invocation_mode=InvocationMode.DBT_RUNNER),
            render_config=RenderConfig(
                load_method=LoadMode.DBT_MANIFEST,
                test_behavior=TestBehavior.AFTER_EACH,
                # run a test of two models after both are built
                should_detach_multiple_parents_tests=True,
            ),
        )

    return make


def _load(*, checkout: str, entity: str, full: bool, **_: Any) -> None:
    _run(checkout, lambda settings: load_entity(settings, entity, print, full=full))


def _reread(
    *, checkout: str, entity: str, data_interval_start: datetime, data_interval_end: datetime, **_: Any
) -> None:
    _run(checkout, lambda settings: reread_entity(settings, entity, data_interval_start, data_interval_end, print))


def _compare(*, checkout: str, entity: str, **_: Any) -> None:
    def agreeing(settings: Settings) -> None:
        lines = compare_entity(settings, entity, print)
        if not all(line.agrees for line in lines):
            raise TaskError(
                f"{entity}: the WMS and the target differ. Run `wms-elt reconcile` for details.", is_final=True
            )

    _run(checkout, agreeing)


def _ages(*, checkout: str, **_: Any) -> None:
    def fresh(settings: Settings) -> None:
        ages = source_ages(settings, DbtProject(settings))
        for entity, age in ages.items():
            print(f"{entity}: {age.status}, {age.message or f'{age.age_seconds:.0f} s old'}")
        if stale := [entity for entity, age in ages.items() if age.status in {"failed", "unknown"}]:
            raise TaskError(
                f"Stale sources: {', '.join(stale)}. Run `wms-elt status` for the last reads.", is_final=True
            )

    _run(checkout, fresh)


def _run(checkout: str, work: Callable[[Settings], object]) -> None:
    with chdir(checkout):
        try:
            work(load_settings())
        except TaskError as failure:
            if failure.is_final:
                raise AirflowFailException(str(failure)) from failure
            raise
