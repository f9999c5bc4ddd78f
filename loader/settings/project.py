"""Places of dbt projects: the one of wms-elt, and an overlay that uses it as a package."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from loader.errors import ConfigError
from loader.settings.target import TargetSettings

PROJECT: Final = "wms_elt"
"""Name of the dbt project and of its profile."""

_FOLDER: Final = "dbt_project"
_FILE: Final = "dbt_project.yml"
_OURS: Final = re.compile(rf"^name:\s*['\"]?{PROJECT}['\"]?\s*$", re.MULTILINE)


def project_directory(root: Path = Path()) -> Path:
    """Returns the dbt project of wms-elt: that of a checkout, or the one that is installed with this package.

    Args:
        root: directory that may be a checkout. Only for the working directory, the installed project is the default.
    """
    if root != Path() or _is_ours(root / _FOLDER):
        return root / _FOLDER
    package = Path(__file__).parents[1]
    # in the wheel the project is in the package; an editable installation has it next to the package
    return next((place / _FOLDER for place in (package, package.parent) if _is_ours(place / _FOLDER)), root / _FOLDER)


def project_directories(target: TargetSettings, root: Path = Path()) -> tuple[Path, ...]:
    """Returns the directories of all projects that dbt builds: that of wms-elt, then the overlay if there is one."""
    overlay = target.dbt_project_dir
    return (project_directory(root), *([] if overlay is None else [overlay]))


def own_project(target: TargetSettings, root: Path = Path()) -> Path:
    """Returns the dbt project to which a user adds files: the overlay, or that of a checkout.

    Raises:
        ConfigError: ``WMS_CONF_062``, there is only the installed project.
    """
    *_, project = project_directories(target, root)
    if project.parent == Path(__file__).parents[1]:
        raise ConfigError(
            "WMS_CONF_062",
            "Can't add files to the installed dbt project: the next upgrade would remove them.",
            hint="Create a dbt project of your own with `wms-elt init`, or name a directory with --dir.",
        )
    return project


def _is_ours(directory: Path) -> bool:
    try:
        return bool(_OURS.search((directory / _FILE).read_text(encoding="utf-8")))
    except OSError:
        return False
