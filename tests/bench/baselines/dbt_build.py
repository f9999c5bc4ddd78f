"""``dbt build`` as the product runs it, on the project in the working directory. Arguments are passed on."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from loader.cli.main import leave
from loader.dbt import DbtProject
from loader.errors import InternalError
from loader.settings import load_settings


def main(arguments: Sequence[str]) -> None:
    """Build the selected nodes. Raises InternalError if a model fails; failed tests are ignored."""
    result = DbtProject(load_settings(env_file=None)).build(extra=arguments)
    if broken := [node.name for node in result.problems if node.kind == "model" and node.status == "failed"]:
        raise InternalError("WMS_BENCH_003", f"models that did not build: {', '.join(broken)}")


if __name__ == "__main__":
    main(sys.argv[1:])
    leave(0)
