"""What other programs may import from `loader`, and the examples that show it."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
import textwrap
from importlib.metadata import version

import pytest

import loader
from loader.runs import run_elt, run_load
from loader.settings import load_settings

DOCUMENTED = [loader, load_settings, run_elt, run_load]


def example(documented: object) -> list[str]:
    """The lines of a docstring that are indented as code, from the first import on."""
    lines = (inspect.getdoc(documented) or "").splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("    from wms_elt import "))
    end = next((at for at, line in enumerate(lines) if at > start and line and not line.startswith("    ")), len(lines))
    return lines[start:end]


def test_public_names_are_importable() -> None:
    assert loader.__version__ == version("wms-elt")
    assert (loader.load_settings, loader.run_elt, loader.run_load) == (load_settings, run_elt, run_load)
    assert set(loader.__all__) <= set(dir(loader))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = loader.no_such_name


@pytest.mark.parametrize("documented", DOCUMENTED, ids=["loader", "load_settings", "run_elt", "run_load"])
def test_example_imports_and_names_are_right(documented: object) -> None:
    tree = ast.parse(textwrap.dedent("\n".join(example(documented))))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    names = {alias.name for node in imports for alias in node.names}
    assert names <= set(loader.__all__)
    namespace: dict[str, object] = {}
    exec(compile(ast.Module(imports, []), "example", "exec"), namespace)
    used = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert used <= namespace.keys() | {"print", "sum"}


def test_import_of_loader_stays_light() -> None:
    heavy = "{'dlt', 'dbt', 'pydantic'}"
    code = f"import sys, loader; print(*{{name.partition('.')[0] for name in sys.modules}} & {heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
