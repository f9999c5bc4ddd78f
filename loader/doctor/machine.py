"""Checks of this machine: disk space, package versions and file permissions."""

from __future__ import annotations

import platform
import shutil
import tempfile
from collections.abc import Iterator
from importlib.metadata import requires, version
from pathlib import Path

from packaging.requirements import Requirement

from loader.doctor.check import Check
from loader.errors import ConfigError
from loader.files import readable_files
from loader.settings import Settings

_WARN_BYTES = 2 * 1024**3
_FAIL_BYTES = 200 * 1024**2
_PACKAGES = ("dlt", "dbt-core", "dbt-duckdb", "dbt-oracle", "duckdb", "oracledb")


def check_disk(settings: Settings) -> Iterator[Check]:
    """Check that the work directory is writable, and that it and the DuckDB directory have free space."""
    work_dir = settings.pipeline.work_dir
    try:
        work_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=work_dir):
            pass
    except OSError as error:
        hint = "Set GRUPONOS_PIPELINE__WORK_DIR to a directory that this user can write to."
        message = f"Can't write to {work_dir}: {error.strerror}."
        yield Check("work directory", "failed", message, hint, ConfigError.exit_code)
        return
    for directory in dict.fromkeys((work_dir, *_target_directories(settings))):
        yield _free_space(directory, shutil.disk_usage(directory).free)


def check_versions(settings: Settings) -> Iterator[Check]:
    """List the versions for bug reports; fail if a package is outside its pinned range, which is untested."""
    pins = {pin.name: pin.specifier for pin in map(Requirement, requires("wms-elt") or ())}
    packages = {package: version(package) for package in _PACKAGES}
    unsupported = [f"{name} {found} is not {pins[name]}" for name, found in packages.items() if found not in pins[name]]
    if unsupported:
        hint = "Run `make setup`, or install with constraints.txt."
        yield Check("versions", "failed", ", ".join(unsupported), hint, ConfigError.exit_code)
        return
    named = ", ".join(f"{name} {found}" for name, found in packages.items())
    yield Check("versions", "ok", f"wms-elt {version('wms-elt')}, Python {platform.python_version()}, {named}")


def check_files(settings: Settings) -> Iterator[Check]:
    """Check file permissions against GRUPONOS_OPERATIONS__FILE_MODE, and list warnings for production."""
    found = list(readable_files(settings))
    if found:
        mode = settings.operations.file_mode
        rights = "go-rwx" if mode == "private" else "o-rwx"
        names = ", ".join(map(str, found[:3])) + (", ..." if len(found) > 3 else "")
        yield Check(
            "files",
            "warn",
            f"{len(found)} files of earlier runs are readable by other users: {names}.",
            f"Run `chmod -R {rights}` on the work directory and the DuckDB file,"
            f" or set GRUPONOS_OPERATIONS__FILE_MODE (now {mode}).",
        )
    else:
        yield Check("files", "ok", f"permissions match GRUPONOS_OPERATIONS__FILE_MODE={settings.operations.file_mode}")
    for warning in settings.warnings:
        yield Check("environment", "warn", warning)


def _target_directories(settings: Settings) -> Iterator[Path]:
    directory = settings.target.duckdb_path.parent
    if settings.target.kind == "duckdb" and directory.is_dir():
        yield directory


def _free_space(directory: Path, free: int) -> Check:
    message = f"{directory} has {free / 1024**3:.1f} GiB free"
    if free < _FAIL_BYTES:
        return Check("disk", "failed", message, "Free disk space before the next run.", ConfigError.exit_code)
    if free < _WARN_BYTES:
        return Check(
            "disk",
            "warn",
            message,
            "Free disk space if the initial load is still to come: raw documents take about 2 kB per row.",
        )
    return Check("disk", "ok", message)
