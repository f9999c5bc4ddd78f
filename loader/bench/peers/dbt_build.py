"""``dbt build`` as the product runs it, in the working directory's project."""

from __future__ import annotations

from loader.errors import InternalError
from loader.settings import load_settings
from loader.transform import DbtProject


def main() -> None:
    """Builds everything. Raises InternalError when a model did not build; tests that fail are no matter here."""
    result = DbtProject(load_settings(env_file=None)).build()
    if broken := [node.name for node in result.problems if node.kind == "model" and node.status == "failed"]:
        raise InternalError("WMS_BENCH_003", f"models that did not build: {', '.join(broken)}")


if __name__ == "__main__":
    main()
