"""Builds the dlt pipeline and runs load packages until everything due has been read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

import dlt
from dlt.common.data_writers import BufferedDataWriter
from dlt.common.destination import Destination
from dlt.extract import DltSource
from dlt.pipeline.exceptions import PipelineStepFailed

from loader.errors import TargetError, WmsEltError
from loader.extract.context import RunContext
from loader.extract.passes import passes_due, read_passes
from loader.extract.reader import read_entity
from loader.extract.state import EntityState
from loader.pipeline.memory import release_memory, small_heaps
from loader.pipeline.recovery import Note, move_aside, record_log_position, resume_pending_package
from loader.pipeline.sealing import write_seal
from loader.pipeline.source import Reader, wms_source
from loader.warehouse.duckdb.damage import damage_error, is_damage
from loader.warehouse.duckdb.errors import is_about_the_disk


def build_pipeline(
    name: str, destination: Destination[Any, Any], dataset: str, work_dir: Path, note: Note
) -> dlt.Pipeline:
    """Build a pipeline with its state in the target and its pending packages in ``work_dir/dlt``.

    Args:
        note: receives a sentence for the report if files of the pipeline were damaged.

    Raises:
        ConfigError: ``WMS_CONF_005``, the pipeline folder is not accessible.
    """
    _keep_percent_signs()
    build = partial(
        dlt.pipeline,
        pipeline_name=name,
        destination=destination,
        dataset_name=dataset,
        pipelines_dir=str((work_dir / "dlt").absolute()),
    )
    try:
        return cast(dlt.Pipeline, build())
    except Exception as defect:  # dlt raises various errors for files damaged by a power failure
        folder = work_dir.absolute() / "dlt" / name
        if not folder.exists() and not isinstance(defect, OSError):
            raise
        move_aside(folder, defect, note)
        return cast(dlt.Pipeline, build())


@cache
def _keep_percent_signs() -> None:
    """Escape ``%`` in folder names such as ``a%2Fb``: dlt formats the whole path of a file with ``%``."""
    begin = BufferedDataWriter.__init__

    def escaped(writer: Any, spec: Any, file_name_template: str, **options: Any) -> None:
        folder, separator, file_name = file_name_template.rpartition("/")
        begin(writer, spec, folder.replace("%", "%%") + separator + file_name, **options)

    BufferedDataWriter.__init__ = escaped  # type: ignore[assignment, method-assign]


def run_packages(
    pipeline: dlt.Pipeline,
    context: RunContext,
    entities: Sequence[str],
    reader: Reader = read_entity,
    *,
    note: Note,
) -> list[str]:
    """Run load packages until every entity is complete or failed, or the run is stopped.

    Returns:
        The load ids in order, including a pending package of an earlier run.

    Raises:
        TargetError: WMS_TGT_004, the disk is full; WMS_LOAD_001, a package could not be loaded and stays pending.
    """
    try:
        load_ids = resume_pending_package(pipeline, context.raw_store, note)
        waiting = list(entities)
        while waiting and not context.stop.is_set():
            context.new_package()
            load_ids += _run(pipeline, context, wms_source(context, waiting, reader))
            waiting = [entity for entity in waiting if _has_status(context, entity, "running")]
    except PipelineStepFailed as failure:
        raise _explained(failure, context) from failure
    return load_ids


def run_passes(pipeline: dlt.Pipeline, context: RunContext, entities: Sequence[str]) -> list[str]:
    """Run the due catch-up passes of successful entities in a separate load package.

    Passes compare with the target, so the windows must be loaded first. Returns and raises like `run_packages`.
    """
    states = pipeline.state.get("sources", {}).get("wms", {}).get("resources", {})
    complete = [entity for entity in entities if _has_status(context, entity, "ok")]
    due = [entity for entity in complete if passes_due(context, entity, cast(EntityState, states.get(entity, {})))]
    if not due or context.stop.is_set():
        return []
    context.new_package()
    try:
        return _run(pipeline, context, wms_source(context, due, read_passes))
    except PipelineStepFailed as failure:
        raise _explained(failure, context) from failure


def _run(pipeline: dlt.Pipeline, context: RunContext, source: DltSource) -> list[str]:
    record_log_position(pipeline, context.raw_store)
    # without data, dlt only restores the state from the target
    pipeline.run()
    with small_heaps(len(source.resources)):
        pipeline.extract(source, loader_file_format="parquet")
        pipeline.normalize()
    for load_id in pipeline.list_normalized_load_packages():
        write_seal(Path(pipeline.working_dir), load_id)
    loaded = pipeline.load()
    release_memory()
    return list(loaded.loads_ids) if loaded else []


def _has_status(context: RunContext, entity: str, status: str) -> bool:
    outcome = context.outcome(entity)
    return outcome is not None and outcome.status == status


def _explained(failure: PipelineStepFailed, context: RunContext) -> WmsEltError:
    target = context.settings.target
    cause: BaseException | None = failure.exception
    while cause is not None:
        if isinstance(cause, WmsEltError):
            return cause
        if is_about_the_disk(cause):
            return TargetError(
                "WMS_TGT_004",
                f"Can't write the load package: {_last_line(cause)}",
                hint="Free disk space or make the directory writable, then run it again. No data is lost.",
                context={"step": failure.step},
            )
        if target.kind == "duckdb" and is_damage(cause):
            return damage_error(str(cause), target.duckdb_path)
        cause = _cause_of(cause)
    return TargetError(
        "WMS_LOAD_001",
        f"Can't load the load package: {_last_line(failure.exception)}",
        hint="Run it again: the next run loads the package first. No data is lost.",
        context={"step": failure.step},
    )


def _last_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[-1]


def _cause_of(error: BaseException) -> BaseException | None:
    """Return the cause of an error. dlt stores errors of jobs and drivers in separate attributes."""
    kept = getattr(error, "client_exception", None) or getattr(error, "dbapi_exception", None)
    return kept or error.__cause__ or error.__context__
