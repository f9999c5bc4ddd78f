"""Checks whether a pending load package is complete: after a power failure, files may be empty or missing."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from dlt.common.storages.load_package import ParsedLoadJobFileName

from loader.files import write_whole

SEAL_FILE: Final = "package_seal.json"
_CHUNK: Final = 1 << 20
# a load moves its jobs through these folders, and renames the schema updates after it has applied them
_JOBS: Final = ("new_jobs", "started_jobs", "completed_jobs")
_PARTS: Final = (("schema.json",), ("load_package_state.json",), ("schema_updates.json", "applied_schema_updates.json"))


def write_seal(folder: Path, load_id: str) -> None:
    """Store checksums of the jobs of a package that is ready to be loaded.

    Args:
        folder: of the pipeline.
        load_id: of the package.
    """
    content = json.dumps({"load_id": load_id, "jobs": _jobs(_package(folder, load_id))}).encode()
    write_whole(folder / SEAL_FILE, content)


def is_sealed(folder: Path, load_id: str) -> bool:
    """Whether the package was ready to be loaded. Rows of a package without a seal are read again."""
    path = folder / SEAL_FILE
    return path.exists() and _seal(path).get("load_id") == load_id


def flaw(folder: Path, load_id: str) -> str:
    """Return the damage of a sealed package; empty if there is none."""
    package = _package(folder, load_id)
    if _jobs(package) != _seal(folder / SEAL_FILE).get("jobs"):
        return "its files have changed since they were written"
    for names in _PARTS:
        found = [package / name for name in names if (package / name).is_file()]
        if not found:
            return f"{names[0]} is missing"
        if not isinstance(json.loads(found[0].read_bytes()), dict):
            return f"{found[0].name} can't be read"
    return ""


def _package(folder: Path, load_id: str) -> Path:
    return folder / "load" / "normalized" / load_id


def _seal(path: Path) -> Mapping[str, object]:
    found = json.loads(path.read_bytes())
    return found if isinstance(found, dict) else {}


def _jobs(package: Path) -> dict[str, int]:
    """Return checksums by table and file id, which don't change when a load moves and renames the files."""
    return {f"{job.table_name}.{job.file_id}": _checksum(path) for path, job in _files(package)}


def _files(package: Path) -> Iterator[tuple[Path, ParsedLoadJobFileName]]:
    for name in _JOBS:
        directory = package / name
        for path in sorted(directory.iterdir()) if directory.is_dir() else ():
            yield path, ParsedLoadJobFileName.parse(path.name)


def _checksum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found = zlib.crc32(chunk, found)
    return found
