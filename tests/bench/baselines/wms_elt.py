"""A load with wms-elt. With ``--imports-only`` it stops before the first request."""

from __future__ import annotations

import importlib
import sys
import threading

from loader.errors import InternalError
from loader.extract.context import Outcome
from loader.pipeline.load import load
from loader.settings import load_settings


class _Silent:
    def entity_changed(self, outcome: Outcome) -> None:
        """Discards progress."""


def main() -> None:
    """Load with the settings in the environment. Raises InternalError if an entity did not finish."""
    result = load(load_settings(env_file=None), stop=threading.Event(), observer=_Silent())
    unfinished = [
        f"{outcome.entity} ({outcome.error or outcome.status})"
        for outcome in result.outcomes.values()
        if outcome.status != "ok"
    ]
    if unfinished:
        raise InternalError("WMS_BENCH_003", f"the load did not finish {', '.join(unfinished)}")


if __name__ == "__main__":
    if "--imports-only" in sys.argv:
        # modules that a load imports after its first request
        importlib.import_module("loader.pipeline.session")
        importlib.import_module("loader.pipeline.packages")
    else:
        main()
