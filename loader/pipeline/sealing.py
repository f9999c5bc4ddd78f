"""Says whether a load package left on this machine is whole: after a loss of power a file may be empty or gone."""

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
# a load moves its jobs through these, and renames the list of schema updates when it has applied it
_JOBS: Final = ("new_jobs", "started_jobs", "completed_jobs")
_PARTS: Final = (("schema.json",), ("load_package_state.json",), ("schema_updates.json", "applied_schema_updates.json"))


def write_seal(folder: Path, load_id: str) -> None:
    """Remembers the jobs of a package that is ready to be loaded.

    Args:
        folder: of the pipeline.
    """
    content = json.dumps({"load_id": load_id, "jobs": _jobs(_package(folder, load_id))}).encode()
    write_whole(folder / SEAL_FILE, content)


def is_sealed(folder: Path, load_id: str) -> bool:
    """Whether the package was ready to be loaded; one without a seal was never, and what it holds is read again."""
    path = folder / SEAL_FILE
    return path.exists() and _seal(path).get("load_id") == load_id


def flaw(folder: Path, load_id: str) -> str:
    """What has happened to a sealed package since; empty when nothing has."""
    package = _package(folder, load_id)
    if _jobs(package) != _seal(folder / SEAL_FILE).get("jobs"):
        return "its files are not those that were written"
    for names in _PARTS:
        found = [package / name for name in names if (package / name).is_file()]
        if not found:
            return f"{names[0]} is missing"
        if not isinstance(json.loads(found[0].read_bytes()), dict):
            return f"{found[0].name} cannot be read"
    return ""


def _package(folder: Path, load_id: str) -> Path:
    return folder / "load" / "normalized" / load_id


def _seal(path: Path) -> Mapping[str, object]:
    found = json.loads(path.read_bytes())
    return found if isinstance(found, dict) else {}


def _jobs(package: Path) -> dict[str, int]:
    """Checksums by table and file id, which stay the same while a load moves and renames the files."""
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
