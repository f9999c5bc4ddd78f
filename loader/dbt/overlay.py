"""Prepares an overlay: a user's dbt project that uses the project of wms-elt as a package."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import yaml

from loader.errors import ConfigError
from loader.settings.project import PROJECT

LINK: Final = PROJECT
"""Link in the overlay to the installed project. packages.yml names it, so `dbt deps` works too."""
INSTALLED: Final = f"dbt_packages/{PROJECT}"
"""Link to `LINK`, as `dbt deps` makes it."""

MACRO_PATHS: Final = ("macros", f"{LINK}/macros", f"{LINK}/tests/generic")
"""Macro paths of an overlay. dbt takes materializations and overrides of its own macros only from the root project."""

_FLAGS: Final = {"require_generic_test_arguments_property": True}


def prepare_overlay(overlay: Path, project: Path) -> None:
    """Checks an overlay, and links the installed project into it. So an upgrade of wms-elt upgrades the package.

    A link that is right stays, so a prepared directory may be read-only.

    Args:
        overlay: directory of the user's dbt_project.yml.
        project: directory of the dbt project of wms-elt.

    Raises:
        ConfigError: ``WMS_DBT_008``. dbt_project.yml is missing or lacks a setting, or the link can't be written.
    """
    if flaws := list(overlay_flaws(_read(overlay))):
        raise _refused(overlay, f"dbt_project.yml {'; '.join(flaws)}.", "Correct dbt_project.yml.")
    overlay = overlay.absolute()
    _link(overlay / LINK, project.absolute(), overlay)
    _link(overlay / INSTALLED, overlay / LINK, overlay)


def overlay_flaws(content: Mapping[str, Any]) -> Iterator[str]:
    """Yields what an overlay's dbt_project.yml must change so that it builds the same tables as without overlay."""
    if content.get("name") == PROJECT:
        yield f"has the name {PROJECT}, which is that of the package"
    if content.get("profile") != PROJECT:
        yield f"needs `profile: {PROJECT}`"
    paths = content.get("macro-paths") or []
    if missing := [path for path in MACRO_PATHS[1:] if path not in paths]:
        yield f"needs {' and '.join(missing)} in `macro-paths`"
    flags = content.get("flags") or {}
    for name, value in _FLAGS.items():
        if flags.get(name) is not value:
            yield f"needs `{name}: {str(value).lower()}` in `flags`"


def _read(overlay: Path) -> Mapping[str, Any]:
    path = overlay / "dbt_project.yml"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        hint = "Set GRUPONOS_TARGET__DBT_PROJECT_DIR to the directory of your dbt_project.yml, or remove it."
        raise _refused(overlay, "dbt_project.yml is missing.", hint) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise _refused(overlay, f"dbt_project.yml can't be read. {reason}", "Correct dbt_project.yml.") from error
    return content if isinstance(content, dict) else {}


def _link(link: Path, place: Path, overlay: Path) -> None:
    if link.is_symlink() and link.readlink() == place:
        return
    name = link.relative_to(overlay)
    if link.exists() and not link.is_symlink():
        raise _refused(overlay, f"{name} is a copy, which an upgrade doesn't change.", f"Remove {link}.")
    draft = link.with_name(f".{link.name}.{os.getpid()}")
    try:
        link.parent.mkdir(exist_ok=True)
        draft.symlink_to(place, target_is_directory=True)
        # in one step, because another command may read it
        draft.replace(link)
    except OSError as error:
        with suppress(OSError):
            draft.unlink()
        hint = f"Make the directory writable, or link {name} to {place} yourself."
        raise _refused(overlay, f"{name} can't be written: {error.strerror}.", hint) from error


def _refused(overlay: Path, reason: str, hint: str) -> ConfigError:
    return ConfigError(
        "WMS_DBT_008",
        f"Can't use your dbt project: {reason}",
        hint=f"{hint} See docs/how-to/customise.md.",
        context={"path": overlay.absolute()},
    )
