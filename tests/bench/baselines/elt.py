"""``wms-elt elt``, whatever its verdict: a feed with a fixed clock has stale sources."""

from __future__ import annotations

from loader.cli.main import leave
from loader.errors import InternalError
from loader.runs import run_elt
from loader.settings import load_settings


def main() -> None:
    """Load and build with the settings in the environment. Raises InternalError if a model fails."""
    report = run_elt(load_settings(env_file=None))
    nodes = report.build.nodes if report.build else ()
    broken = [node.name for node in nodes if node.kind in {"model", "snapshot"} and node.status != "ok"]
    broken += [entity.entity for entity in report.entities if entity.status != "ok"]
    if broken or not report.is_built:
        raise InternalError("WMS_BENCH_003", f"entities or models that failed: {', '.join(broken) or 'no build'}")


if __name__ == "__main__":
    main()
    leave(0)
