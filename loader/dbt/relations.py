"""Names of the relations that the dbt project builds, read from file names because dbt needs seconds to parse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SNAPSHOT: Final = re.compile(r"^\s{0,2}- name:\s*[\"']?(\w+)", re.MULTILINE)
# suffixes that dbt-oracle uses while it replaces a table
_SUFFIXES: Final = ("", "__dbt_tmp", "__dbt_backup")


def relation_names(*projects: Path) -> frozenset[str]:
    """Returns the names of models, seeds and snapshots in lower case; none has an alias (checked in tests/dbt).

    Args:
        projects: directories of dbt_project.yml.
    """
    return frozenset(name.lower() for project in projects for name in _names(project))


def model_names(*projects: Path) -> frozenset[str]:
    """Models in lower case."""
    return frozenset(path.stem.lower() for project in projects for path in (project / "models").rglob("*.sql"))


def mart_names(*projects: Path) -> frozenset[str]:
    """Marts in lower case."""
    places = (project / "models" / "marts" for project in projects)
    return frozenset(path.stem.lower() for place in places for path in place.rglob("*.sql"))


def is_taken(name: str, relations: frozenset[str]) -> bool:
    """Whether dbt uses the name: a relation, its temporary or backup table, or a table of test failures."""
    return name.startswith("dq__") or any(name.removesuffix(suffix) in relations for suffix in _SUFFIXES)


def _names(project: Path) -> Iterator[str]:
    yield from model_names(project)
    yield from (path.stem for path in (project / "seeds").rglob("*.csv"))
    for path in (project / "snapshots").rglob("*.yml"):
        yield from _SNAPSHOT.findall(path.read_text(encoding="utf-8"))
