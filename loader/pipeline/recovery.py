"""Resumes the load package of an interrupted run, or discards it if it is superseded."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import dlt

from loader.errors import ConfigError, WmsEltError
from loader.extract.context import RawStore
from loader.pipeline.sealing import flaw, is_sealed

BASE_FILE: Final = "log_position"

Note = Callable[[str], None]


def resume_pending_package(pipeline: dlt.Pipeline, raw_store: RawStore, note: Note) -> list[str]:
    """Load the pending package of an interrupted run; otherwise dlt would load it *instead of* extracting.

    Then discard all other local state. The next package starts from the state in the target, as on a new machine.
    Local state can be ahead of the data if another machine has loaded since, or if a backup of the target was
    restored. Damaged local files cause no loss: their rows are read again.

    Args:
        note: receives a sentence for the report if local files were damaged.

    Returns:
        The ids of loaded packages.

    Raises:
        PipelineStepFailed: the package could not be loaded and stays pending.
        WmsEltError: the target can't be queried.
        ConfigError: ``WMS_CONF_005``, the pipeline folder is not accessible.
    """
    load_ids: list[str] = []
    folder = Path(pipeline.working_dir)
    try:
        load_id, flawed = _ready_package(pipeline, raw_store)
    except WmsEltError:
        raise
    except Exception as defect:  # dlt raises various errors for files damaged by a power failure
        move_aside(folder, defect, note)
        load_id, flawed = "", ""
    if flawed:
        move_aside(folder, ValueError(flawed), note)
    elif load_id:
        loaded = pipeline.load()
        # None: the run was killed before dlt stored the pipeline. The package is discarded with its state, so its rows
        # are read again
        load_ids = list(loaded.loads_ids) if loaded else []
    _discard_local_state(pipeline)
    return load_ids


def move_aside(folder: Path, defect: Exception, note: Note) -> None:
    """Rename a damaged pipeline folder to ``<name>.damaged``, replacing an earlier one.

    Raises:
        ConfigError: ``WMS_CONF_005``, this user can't rename the folder.
    """
    if isinstance(defect, PermissionError):
        raise _no_access(folder, defect) from defect
    kept = folder.with_name(f"{folder.name}.damaged")
    try:
        remove(kept)
        folder.rename(kept)
    except OSError as error:
        raise _no_access(folder, error) from error
    reason = str(defect).strip().splitlines()
    note(
        f"WMS_LOAD_002: pipeline files in {folder} were damaged ({type(defect).__name__}"
        f"{': ' + reason[0][:120] if reason else ''}) and moved to {kept.name}. "
        "No data is lost: the state is in the target, and pending rows are read again."
    )


def remove(path: Path) -> None:
    """Remove a file or a folder with its contents, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _no_access(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(
        "WMS_CONF_005",
        f"Can't use the work directory: {error.strerror or error}.",
        hint="Set GRUPONOS_PIPELINE__WORK_DIR to a directory that this user can write to, or correct its owner and "
        "mode.",
        context={"path": error.filename or folder},
    )


def _ready_package(pipeline: dlt.Pipeline, raw_store: RawStore) -> tuple[str, str]:
    """Return the id of the package to load (empty if none) and its damage (empty if none)."""
    _remove_finished(pipeline)
    if not pipeline.has_pending_data:
        return "", ""
    normalized = pipeline.list_normalized_load_packages()
    folder = Path(pipeline.working_dir)
    if len(normalized) != 1 or _is_superseded(pipeline, raw_store) or not is_sealed(folder, normalized[0]):
        return "", ""
    # read the pipeline files that the load needs, so that damage is found here
    _ = [pipeline.state, *(pipeline.schemas[name] for name in pipeline.schema_names)]
    return normalized[0], flaw(folder, normalized[0])


def record_log_position(pipeline: dlt.Pipeline, raw_store: RawStore) -> None:
    """Store the end of the log before the next package, in the pipeline folder."""
    (Path(pipeline.working_dir) / BASE_FILE).write_text(raw_store.log_position(None), encoding="utf-8")


def _remove_finished(pipeline: dlt.Pipeline) -> None:
    """Remove packages left by a kill between two steps, and create missing folders; dlt can't handle either."""
    extracted = pipeline._get_normalize_storage().extracted_packages
    storage = pipeline._get_load_storage()
    storage.initialize_storage()
    normalized = storage.normalized_packages
    for load_id in pipeline.list_normalized_load_packages():
        extracted.delete_package(load_id, not_exists_ok=True)
        if normalized.is_package_completed(load_id):
            normalized.delete_package(load_id)


def _is_superseded(pipeline: dlt.Pipeline, raw_store: RawStore) -> bool:
    """Whether the log has changed since the package was started, by another machine or a restored backup.

    The `read_order` numbers of the package are then in use, its documents may be old, and its state could skip rows.
    Discarding it is safe, because its state is discarded too.
    """
    pending = {*pipeline.list_extracted_load_packages(), *pipeline.list_normalized_load_packages()}
    base = Path(pipeline.working_dir) / BASE_FILE
    if len(pending) != 1 or not base.exists():
        return True
    return raw_store.log_position(pending.pop()) != base.read_text(encoding="utf-8")


def _discard_local_state(pipeline: dlt.Pipeline) -> None:
    folder = Path(pipeline.working_dir)
    trash = folder.with_name(f"{folder.name}.forgotten")
    try:
        remove(trash)
        if folder.exists():
            # rename is atomic: the next run must not find half of a package, or a state without its package
            folder.rename(trash)
        remove(trash)
        pipeline.drop()
    except OSError as error:
        raise _no_access(folder, error) from error
