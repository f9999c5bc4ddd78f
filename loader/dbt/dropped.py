"""Finds tables, views and seeds of the last builds that somebody has dropped since."""

from __future__ import annotations

from loader.dbt.plan import BuildState
from loader.dbt.results import BuildResult
from loader.warehouse import Warehouse


def dropped_relations(target: Warehouse, state: BuildState | None) -> tuple[str, ...]:
    """Returns relations that the builds have left and that are gone, by name.

    Raises:
        TargetError: the target can't be read.
    """
    return tuple(name for name in state.relations if not target.exists(target.model(name))) if state else ()


def built_relations(target: Warehouse, before: BuildState | None, build: BuildResult) -> tuple[str, ...]:
    """Returns relations that exist after a build, by name: those of earlier builds and those that it has built.

    A relation outside the schema of the models is left out, because it would be looked for in vain.

    Raises:
        TargetError: the target can't be read.
    """
    built = {node.name for node in build.builds if node.status == "ok"}
    names = sorted(built.union(before.relations if before else ()))
    return tuple(name for name in names if target.exists(target.model(name)))
