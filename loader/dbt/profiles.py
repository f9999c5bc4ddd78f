"""Where dbt finds its connection and the project."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loader.errors import ConfigError

EXAMPLE = Path("profiles.yml.example")
_ENV_VAR = re.compile(r"""env_var\(\s*['"]([A-Za-z_]\w*)['"]""")
PROFILE = "wms_elt"
"""As dbt_project.yml names it."""


def profiles_directory(chosen: Path | None, work_dir: Path, root: Path) -> Path:
    """The chosen directory, else the checkout when it has a profiles.yml, else a copy of the example.

    Raises:
        ConfigError: ``WMS_DBT_005``, there is neither profiles.yml nor its example, or no room for a copy.
    """
    if chosen is not None:
        return chosen
    if (root / "profiles.yml").is_file():
        return root
    example = root / EXAMPLE
    if not example.is_file():
        raise ConfigError(
            "WMS_DBT_005",
            "There is no profiles.yml and no profiles.yml.example.",
            hint="Run in the directory that holds the Makefile, or set GRUPONOS_TARGET__DBT_PROFILES_DIR.",
            context={"path": root.absolute()},
        )
    directory = work_dir / "dbt" / "profiles"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(example, directory / "profiles.yml")
    except OSError as error:
        raise ConfigError(
            "WMS_DBT_005",
            f"dbt's profile cannot be written: {error.strerror}.",
            hint="Set GRUPONOS_PIPELINE__WORK_DIR to a directory this user may write to, with free space.",
            context={"path": directory},
        ) from error
    return directory


def project_variables(*files: Path) -> Mapping[str, str]:
    """Variables of this process that these files read with ``env_var``, such as DBT_ORACLE_PARALLEL."""
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in files if path.is_file())
    names = {name for text in texts for name in _ENV_VAR.findall(text)}
    return {name: os.environ[name] for name in sorted(names) if name in os.environ}


def rendered_output(directory: Path) -> Mapping[str, Any]:
    """The output of the profile that dbt takes, with this process's environment put in. Holds secrets: never print it.

    The profile is one that dbt has connected with.
    """
    # imported late: it takes a second
    from dbt.config.profile import Profile, read_profile
    from dbt.config.renderer import ProfileRenderer

    profile = read_profile(str(directory))[PROFILE]
    _, output = Profile.render_profile(profile, PROFILE, None, ProfileRenderer({}))
    return output
