"""The load package that an interrupted run left on this machine: loaded first, or thrown away when overtaken."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

import dlt
from dlt.destinations.sql_client import SqlClientBase
from dlt.pipeline.exceptions import PipelineStepFailed

from loader.extract.context import Landed

BASE_FILE: Final = "log_position"


def finish_pending(pipeline: dlt.Pipeline, landed: Landed) -> list[str]:
    """Loads what an interrupted run left: dlt would otherwise load it *instead of* extracting (oracle A.3).

    Whatever else this machine keeps is forgotten: the next package starts from the state in the target, as on a blank
    machine. A local state would be ahead of the data when another machine went on, or a backup of the target came back.

    Returns:
        The load ids.

    Raises:
        PipelineStepFailed: the package could not be loaded; it stays pending.
    """
    load_ids: list[str] = []
    _remove_finished(pipeline)
    if pipeline.has_pending_data and not _is_overtaken(pipeline, landed) and _is_normalized(pipeline):
        loaded = pipeline.load()
        # none: the kill came before dlt wrote down what the pipeline is. The package goes, and with it its state, so
        # what it holds is read again
        load_ids = list(loaded.loads_ids) if loaded else []
    _forget(pipeline)
    return load_ids


def note_base(pipeline: dlt.Pipeline, landed: Landed) -> None:
    """Remembers beside the package to come how far the log had come before it."""
    (Path(pipeline.working_dir) / BASE_FILE).write_text(landed.log_position(None), encoding="utf-8")


def has_completed(client: SqlClientBase[Any], loads_table: str, load_id: str) -> bool:
    """Whether ``dlt_loads`` has the package: one killed right after that is completed again by the next run."""
    table = client.make_qualified_table_name(loads_table)
    return bool(client.execute_sql(f"select 1 from {table} where load_id = %s", load_id))  # noqa: S608


def _remove_finished(pipeline: dlt.Pipeline) -> None:
    """What a kill left between the end of a step and the removal of its input; dlt stumbles over both.

    It stumbles over a folder that is missing as well, when the kill came while it made them.
    """
    extracted = pipeline._get_normalize_storage().extracted_packages
    storage = pipeline._get_load_storage()
    storage.initialize_storage()
    normalized = storage.normalized_packages
    for load_id in pipeline.list_normalized_load_packages():
        extracted.delete_package(load_id, not_exists_ok=True)
        if normalized.is_package_completed(load_id):
            normalized.delete_package(load_id)


def _is_normalized(pipeline: dlt.Pipeline) -> bool:
    """Whether the package is ready to be loaded; one that a kill left half written or half removed is not."""
    try:
        pipeline.normalize()
    except PipelineStepFailed:
        return False
    return True


def _is_overtaken(pipeline: dlt.Pipeline, landed: Landed) -> bool:
    """Whether the log went on without the package, on another machine or from a backup.

    Its `read_order` numbers are then taken and its documents may be old; the state it brings would skip what others
    have not read. Nothing is lost by dropping it: its state goes with it.
    """
    pending = {*pipeline.list_extracted_load_packages(), *pipeline.list_normalized_load_packages()}
    base = Path(pipeline.working_dir) / BASE_FILE
    if len(pending) != 1 or not base.exists():
        return True
    return landed.log_position(pending.pop()) != base.read_text(encoding="utf-8")


def _forget(pipeline: dlt.Pipeline) -> None:
    folder = Path(pipeline.working_dir)
    grave = folder.with_name(f"{folder.name}.forgotten")
    shutil.rmtree(grave, ignore_errors=True)
    # at once: half of a package, or a state without its package, must not be found by the next run
    folder.rename(grave)
    shutil.rmtree(grave, ignore_errors=True)
    pipeline.drop()
