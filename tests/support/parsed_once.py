"""Shares dbt's parsed project between all tests, processes and runs.

dbt still compares it with the files, so a stale entry costs time but never gives a wrong result.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "target" / "test-cache" / "parsed"
COMPILED = {"largest_hidden_share", "rule_severities"}
"""Variables that dbt reads when it compiles a model: they decide neither references nor configuration."""


def install() -> None:
    """Make dbt in this process read and write the shared entries, until the process ends."""
    from dbt.adapters.duckdb.credentials import DuckDBCredentials
    from dbt.parser.manifest import PARTIAL_PARSE_FILE_NAME, ManifestLoader

    if getattr(ManifestLoader, "shares_its_parse", False):
        return
    keys, state_check = DuckDBCredentials._connection_keys, ManifestLoader.build_manifest_state_check
    read, write = ManifestLoader.read_manifest_for_partial_parse, ManifestLoader.write_manifest_for_partial_parse

    # tests differ only in the paths of database and artifacts, which no model reads
    def keys_without_path(credentials: DuckDBCredentials) -> tuple[str, ...]:
        return tuple(key for key in keys(credentials) if key != "path")

    def comparable_state(loader: Any) -> Any:
        """Return dbt's state check without the paths, the way the target was chosen, and COMPILED variables."""
        project = loader.root_project
        arguments, given, variables = project.args, project.cli_vars, project.project_env_vars
        path = variables.pop("DBT_TARGET_PATH", None)
        project.args = SimpleNamespace(profile=project.profile_name, target=project.target_name)
        project.cli_vars = {name: value for name, value in given.items() if name not in COMPILED}
        try:
            return state_check(loader)
        finally:
            project.args, project.cli_vars = arguments, given
            if path is not None:
                variables["DBT_TARGET_PATH"] = path

    def own(loader: Any) -> Path:
        return Path(loader.root_project.project_target_path) / PARTIAL_PARSE_FILE_NAME

    def read_shared(loader: Any) -> Any:
        shared = _entry(loader)
        if shared and shared.exists() and not own(loader).exists():
            own(loader).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(shared, own(loader))
        return read(loader)

    def write_shared(loader: Any) -> None:
        write(loader)
        shared = _entry(loader) if _is_checkout(loader) else None
        if shared and own(loader).exists() and not shared.exists():
            shared.parent.mkdir(parents=True, exist_ok=True)
            draft = shared.with_name(f"{shared.name}.{os.getpid()}")
            shutil.copyfile(own(loader), draft)
            draft.replace(shared)

    ManifestLoader.build_manifest_state_check = comparable_state  # type: ignore[method-assign]
    DuckDBCredentials._connection_keys = keys_without_path  # type: ignore[method-assign]
    ManifestLoader.read_manifest_for_partial_parse = read_shared  # type: ignore[method-assign]
    ManifestLoader.write_manifest_for_partial_parse = write_shared  # type: ignore[method-assign]
    ManifestLoader.shares_its_parse = True  # type: ignore[attr-defined]


def _is_checkout(loader: Any) -> bool:
    """Whether the project is not a copy: a parsed project names its folder, and a test's copy is deleted later."""
    return Path(loader.root_project.project_root).resolve() == ROOT / "dbt_project"


def _entry(loader: Any) -> Path | None:
    """Return the entry of a project with these files, connection and variables; none for a test's own project.

    The place of the project counts too: dbt stores the path of its seeds.
    """
    if loader.root_project.project_name != "wms_elt":
        return None
    state, digest = loader.manifest.state_check, hashlib.sha256()
    for part in (state.project_env_vars_hash, state.vars_hash, state.profile_hash):
        digest.update(part.checksum.encode())
    project = Path(loader.root_project.project_root)
    digest.update(str(project.resolve()).encode())
    for path in sorted(project.rglob("*")):
        if path.is_file() and not {"target", "logs", "__pycache__"} & set(path.relative_to(project).parts):
            digest.update(str(path.relative_to(project)).encode() + b"\0" + path.read_bytes())
    return CACHE / f"{digest.hexdigest()[:32]}.msgpack"
