"""This loader: one load as the product does it. With ``--imports-only`` it ends where the work would begin."""

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
        """Nobody looks."""


def main() -> None:
    """Loads what the environment says. Raises InternalError when an entity did not come to its end."""
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
        # what the load imports once the WMS has been asked
        importlib.import_module("loader.pipeline.session")
        importlib.import_module("loader.pipeline.packages")
    else:
        main()
