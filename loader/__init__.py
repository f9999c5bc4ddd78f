"""ELT from Oracle WMS Cloud into DuckDB or Oracle.

What other Python programs may rely on; everything else may move between releases:

    from loader import load_settings, run_elt

    report = run_elt(load_settings())
    print(report.status, report.exit_code)

The names are imported when they are first used, so ``import loader`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str

    from loader.runs import run_elt, run_load
    from loader.settings import load_settings

__all__ = ["__version__", "load_settings", "run_elt", "run_load"]

_HOMES = {"load_settings": "loader.settings", "run_elt": "loader.runs", "run_load": "loader.runs"}


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("wms-elt")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
