"""ELT from Oracle WMS Cloud into DuckDB or Oracle.

What other Python programs may rely on; everything else may move between releases:

    from wms_elt import load_settings, run_elt

    report = run_elt(load_settings())
    print(report.status, report.exit_code)

The names are imported when they are first used, so the import costs nothing. The package is called `wms_elt` when it is
installed, and its folder in a checkout `loader`; there both names work.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str

    from loader.runs import run_elt, run_load
    from loader.settings import load_settings

__all__ = ["__version__", "load_settings", "run_elt", "run_load"]

_HOMES = {"load_settings": "settings", "run_elt": "runs", "run_load": "runs"}


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("wms-elt")
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
