"""Build hook of the wheel: the folder `loader` becomes the package `wms_elt`, with the dbt project and
its documentation in it.

`loader` is too common a name for an installed package: a file loader.py of the user would hide it. The folder keeps
its name in a checkout. Only import statements change; strings and everything else stay byte for byte.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER: Final = "loader"
PACKAGE: Final = "wms_elt"
DATA: Final = ("dbt_project", "docs", "profiles.yml.example")
"""Added next to the modules, as they are next to `loader` in a checkout: messages and the docs site name docs/."""

_IMPORT: Final = re.compile(rf"^([ \t]*(?:from|import)) {FOLDER}(?=[.\s])", re.MULTILINE)
_NOT_SHIPPED: Final = frozenset(
    {"target", "logs", "dbt_packages", "__pycache__", ".user.yml", ".sqlfluff", "hatch_build.py"}
)
_ALIAS: Final = f"""\
# The package of the checkout under the name that it has when it is installed.
import sys

import {FOLDER}

sys.modules[__name__] = {FOLDER}
"""


class WheelHook(BuildHookInterface[BuilderConfig]):
    """Chooses and renames the files of a wheel. An editable wheel gets an alias of the checkout's package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Writes generated files to a temporary folder, and maps all files to their places in the wheel."""
        self._folder = Path(mkdtemp(prefix=f"{PACKAGE}-"))
        if version == "editable":
            (self._folder / "alias.py").write_text(_ALIAS, encoding="utf-8")
            build_data["force_include_editable"] = {str(self._folder / "alias.py"): f"{PACKAGE}.py"}
            return
        root, places = Path(self.root), build_data["force_include"]
        for number, path in enumerate(shipped(root / FOLDER)):
            place = f"{PACKAGE}/{path.relative_to(root / FOLDER).as_posix()}"
            if path.suffix == ".py":
                renamed = self._folder / f"{number}.py"
                renamed.write_text(with_package_name(path.read_text(encoding="utf-8")), encoding="utf-8")
                path = renamed
            places[str(path)] = place
        for name in DATA:
            for path in shipped(root / name):
                places[str(path)] = f"{PACKAGE}/{path.relative_to(root).as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes the generated files."""
        shutil.rmtree(self._folder, ignore_errors=True)


def with_package_name(source: str) -> str:
    """Returns the text of a module that imports from `wms_elt` instead of `loader`.

    Raises:
        ValueError: it has a statement such as ``import loader.cli``, whose names the rest of the module would use.
    """
    text = _IMPORT.sub(rf"\1 {PACKAGE}", source)
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if any(name.partition(".")[0] in {FOLDER, PACKAGE} for name in names):
            raise ValueError(f"Write `from {FOLDER}... import`, not `{ast.unparse(node)}`.")
    return text


def shipped(path: Path) -> Iterator[Path]:
    """Yields a file, or the files of a folder that belong into the wheel, in order."""
    if path.is_file():
        yield path
        return
    for found in sorted(path.rglob("*")):
        if found.is_file() and not _NOT_SHIPPED & set(found.relative_to(path).parts):
            yield found
