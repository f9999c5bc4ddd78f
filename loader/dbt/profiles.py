"""Finds dbt's profile and renders it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loader.errors import ConfigError
from loader.settings.project import PROJECT

EXAMPLE = Path("profiles.yml.example")
_ENV_VAR = re.compile(r"""env_var\(\s*['"]([A-Za-z_]\w*)['"]""")


def profiles_directory(chosen: Path | None, work_dir: Path, root: Path, examples: Path) -> Path:
    """Returns the directory of profiles.yml: the chosen one, else the root, else a copy of the example.

    Args:
        work_dir: receives the copy.
        root: working directory of the command.
        examples: directory of profiles.yml.example.

    Raises:
        ConfigError: ``WMS_DBT_005``, profiles.yml and its example are missing, or the copy can't be written.
    """
    if chosen is not None:
        return chosen
    if (root / "profiles.yml").is_file():
        return root
    example = examples / EXAMPLE
    if not example.is_file():
        raise ConfigError(
            "WMS_DBT_005",
            "Can't find dbt's profile: profiles.yml and profiles.yml.example are missing.",
            hint="Install wms-elt again, or set GRUPONOS_TARGET__DBT_PROFILES_DIR.",
            context={"path": examples.absolute()},
        )
    directory = work_dir / "dbt" / "profiles"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(example, directory / "profiles.yml")
    except OSError as error:
        raise ConfigError(
            "WMS_DBT_005",
            f"Can't write dbt's profile: {error.strerror}.",
            hint="Set GRUPONOS_PIPELINE__WORK_DIR to a writable directory with free disk space.",
            context={"path": directory},
        ) from error
    return directory


def project_variables(*files: Path) -> Mapping[str, str]:
    """Returns the variables of this process that the files read with ``env_var``, such as DBT_ORACLE_PARALLEL."""
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in files if path.is_file())
    names = {name for text in texts for name in _ENV_VAR.findall(text)}
    return {name: os.environ[name] for name in sorted(names) if name in os.environ}


def rendered_output(directory: Path) -> Mapping[str, Any]:
    """Returns the profile's active output, with environment variables resolved. Contains secrets: never print it.

    Call it only for a profile that dbt has connected with.
    """
    # imported late: importing takes a second
    from dbt.config.profile import Profile, read_profile
    from dbt.config.renderer import ProfileRenderer

    profile = read_profile(str(directory))[PROJECT]
    _, output = Profile.render_profile(profile, PROJECT, None, ProfileRenderer({}))
    return output
