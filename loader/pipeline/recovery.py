"""The load package that an interrupted run left on this machine: loaded first, or thrown away when overtaken."""

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


def resume_pending_package(pipeline: dlt.Pipeline, landed: RawStore, note: Note) -> list[str]:
    """Loads what an interrupted run left: dlt would otherwise load it *instead of* extracting (oracle A.3).

    Whatever else this machine keeps is forgotten: the next package starts from the state in the target, as on a blank
    machine. A local state would be ahead of the data when another machine went on, or a backup of the target came back.
    For the same reason a damaged folder costs nothing but reading again.

    Args:
        note: gets a sentence for the report when something was damaged.

    Returns:
        The load ids.

    Raises:
        PipelineStepFailed: the package could not be loaded; it stays pending.
        WmsEltError: the target could not be asked.
        ConfigError: ``WMS_CONF_005``, the folder is not accessible.
    """
    load_ids: list[str] = []
    folder = Path(pipeline.working_dir)
    try:
        load_id, flawed = _ready_package(pipeline, landed)
    except WmsEltError:
        raise
    except Exception as defect:  # whatever dlt meets in files that a loss of power has spoilt
        put_away(folder, defect, note)
        load_id, flawed = "", ""
    if flawed:
        put_away(folder, ValueError(flawed), note)
    elif load_id:
        loaded = pipeline.load()
        # none: the kill came before dlt wrote down what the pipeline is. The package goes, and with it its state, so
        # what it holds is read again
        load_ids = list(loaded.loads_ids) if loaded else []
    _discard_local_state(pipeline)
    return load_ids


def put_away(folder: Path, defect: Exception, note: Note) -> None:
    """Moves a damaged pipeline folder aside; a copy of the last one is kept.

    Raises:
        ConfigError: ``WMS_CONF_005``, this user may not.
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
        f"WMS_LOAD_002: files of the pipeline in {folder} were damaged ({type(defect).__name__}"
        f"{': ' + reason[0][:120] if reason else ''}); nothing is lost: the state is in the target, "
        f"what was pending is read again; the files are kept in {kept.name}"
    )


def remove(path: Path) -> None:
    """Removes a file or a folder with all that is in it; nothing there is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _no_access(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(
        "WMS_CONF_005",
        f"Can't use the work directory: {error.strerror or error}.",
        hint="Set GRUPONOS_PIPELINE__WORK_DIR to a directory this user may write to, or correct its owner and mode.",
        context={"path": error.filename or folder},
    )


def _ready_package(pipeline: dlt.Pipeline, landed: RawStore) -> tuple[str, str]:
    """The package to load, empty when there is none, and what is wrong with it."""
    _remove_finished(pipeline)
    if not pipeline.has_pending_data:
        return "", ""
    normalized = pipeline.list_normalized_load_packages()
    folder = Path(pipeline.working_dir)
    if len(normalized) != 1 or _is_superseded(pipeline, landed) or not is_sealed(folder, normalized[0]):
        return "", ""
    # read what the load needs of the pipeline, so that damage shows here
    _ = [pipeline.state, *(pipeline.schemas[name] for name in pipeline.schema_names)]
    return normalized[0], flaw(folder, normalized[0])


def record_log_position(pipeline: dlt.Pipeline, landed: RawStore) -> None:
    """Remembers beside the package to come how far the log had come before it."""
    (Path(pipeline.working_dir) / BASE_FILE).write_text(landed.log_position(None), encoding="utf-8")


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


def _is_superseded(pipeline: dlt.Pipeline, landed: RawStore) -> bool:
    """Whether the log went on without the package, on another machine or from a backup.

    Its `read_order` numbers are then taken and its documents may be old; the state it brings would skip what others
    have not read. Nothing is lost by dropping it: its state goes with it.
    """
    pending = {*pipeline.list_extracted_load_packages(), *pipeline.list_normalized_load_packages()}
    base = Path(pipeline.working_dir) / BASE_FILE
    if len(pending) != 1 or not base.exists():
        return True
    return landed.log_position(pending.pop()) != base.read_text(encoding="utf-8")


def _discard_local_state(pipeline: dlt.Pipeline) -> None:
    folder = Path(pipeline.working_dir)
    trash_dir = folder.with_name(f"{folder.name}.forgotten")
    try:
        remove(trash_dir)
        if folder.exists():
            # at once: half of a package, or a state without its package, must not be found by the next run
            folder.rename(trash_dir)
        remove(trash_dir)
        pipeline.drop()
    except OSError as error:
        raise _no_access(folder, error) from error
