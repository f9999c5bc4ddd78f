"""Keeps what takes long to build in target/test-cache, for all test processes and later runs."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "target" / "test-cache" / "built"
NOT_READ = {"target", "logs", "__pycache__"}
"""Folders whose files have no effect on a result."""


def built_once(name: str, inputs: Iterable[Path], build: Callable[[Path], None]) -> Path:
    """Return a folder with what `build` wrote into it, built by the first process that asks for it.

    Others wait for it and must not change its files. A changed input gives another folder, and drops the earlier one.

    Args:
        name: of the folder.
        inputs: files and folders that decide the result.
        build: gets an empty folder.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    folder = CACHE / f"{name}-{_digest(inputs)}"
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            for earlier in CACHE.glob(f"{name}-*"):
                shutil.rmtree(earlier)
            draft = CACHE / f"draft-{name}"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            build(draft)
            draft.replace(folder)
    return folder


def _digest(inputs: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for given in inputs:
        for path in sorted(given.rglob("*")) if given.is_dir() else [given]:
            if path.is_file() and not NOT_READ & set(path.relative_to(ROOT).parts):
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
