"""Writes the files of a new installation into a directory, without changing any that exists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

from loader.dbt.overlay import prepare_overlay
from loader.errors import ConfigError
from loader.settings.catalog import variable_name
from loader.settings.project import PROJECT, project_directory
from loader.settings.reference import env_example

NAME: Final = "my_wms"
"""Default name of the dbt project."""

_FILES: Final = Path(__file__).with_name("files")
_DBT: Final = "dbt"
_RENAMED: Final = {"gitignore": ".gitignore"}
_IS_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,49}")
# make, cron and systemd split or expand others
_IS_PLAIN: Final = re.compile(r"[\w./@+-]+", re.ASCII)


def create_files(directory: Path, name: str, command: Path) -> list[Path]:
    """Writes settings, a dbt project and a schedule, and links the installed dbt project.

    Args:
        directory: of the installation; created if it doesn't exist.
        name: of the dbt project.
        command: path of ``wms-elt``, for the Makefile and the schedule.

    Returns:
        The files. They are readable by their owner only, because passwords are added to one of them.

    Raises:
        ConfigError: nothing is written. ``WMS_CONF_070``, the name or a path can't be used; ``WMS_CONF_071``, files
            exist. ``WMS_CONF_005``, a file can't be written.
    """
    place = directory.absolute()
    _check_names(name, place, command)
    texts = {place / path: text for path, text in _texts(name, place, command).items()}
    if existing := sorted(str(path) for path in texts if path.exists() or path.is_symlink()):
        raise ConfigError(
            "WMS_CONF_071",
            f"Can't write a new installation: {', '.join(existing)} exists already.",
            hint="Choose another directory, or move the files away. Nothing was written.",
        )
    for path, text in texts.items():
        _write(path, text)
    prepare_overlay(place / _DBT, project_directory())
    return list(texts)


def _texts(name: str, place: Path, command: Path) -> Mapping[Path, str]:
    values = {"NAME": name, "DIRECTORY": str(place), "WMS_ELT": str(command), "VERSION": version("wms-elt")}
    found = {Path(".env"): _settings()}
    for path in sorted(path for path in _FILES.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        relative = path.relative_to(_FILES)
        found[relative.with_name(_RENAMED.get(relative.name, relative.name))] = text
    return found


def _settings() -> str:
    """All settings, commented out, but for the directory of the dbt project."""
    setting = variable_name("target", "dbt_project_dir")
    return re.sub(rf"^#{setting}=.*$", f"{setting}={_DBT}", env_example(), count=1, flags=re.MULTILINE)


def _check_names(name: str, place: Path, command: Path) -> None:
    if not _IS_NAME.fullmatch(name) or name == PROJECT:
        raise ConfigError(
            "WMS_CONF_070",
            f"Can't name a dbt project {name!r}.",
            hint=f"Use up to 50 lower-case letters, digits and underscores, another name than {PROJECT}.",
        )
    for path in (place, command):
        if not _IS_PLAIN.fullmatch(str(path)):
            raise ConfigError(
                "WMS_CONF_070",
                f"Can't write a schedule for the path {str(path)!r}.",
                hint="Use a path of letters, digits and the characters . / @ + - _.",
            )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # never a file that appeared in the meantime
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            "WMS_CONF_005",
            f"Can't write {path}: {error.strerror}.",
            hint="Choose a directory in which you may write.",
        ) from error
