"""Names of the relations that the dbt project builds, read from its files: parsing it takes seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SNAPSHOT: Final = re.compile(r"^\s{0,2}- name:\s*[\"']?(\w+)", re.MULTILINE)
# dbt-oracle's names of a table while it is swapped
_MEANWHILE: Final = ("", "__dbt_tmp", "__dbt_backup")


def relation_names(project: Path) -> frozenset[str]:
    """Models, seeds and snapshots in lower case; the project gives none an alias (tests/dbt holds it to that).

    Args:
        project: the directory of dbt_project.yml.
    """
    return frozenset(name.lower() for name in _names(project))


def model_names(project: Path) -> frozenset[str]:
    """Models in lower case."""
    return frozenset(path.stem.lower() for path in (project / "models").rglob("*.sql"))


def is_taken(name: str, relations: frozenset[str]) -> bool:
    """Whether a relation has the name, may have it while it is built, or is a table of failing rows."""
    return name.startswith("dq__") or any(name.removesuffix(suffix) in relations for suffix in _MEANWHILE)


def _names(project: Path) -> Iterator[str]:
    yield from model_names(project)
    yield from (path.stem for path in (project / "seeds").rglob("*.csv"))
    for path in (project / "snapshots").rglob("*.yml"):
        yield from _SNAPSHOT.findall(path.read_text(encoding="utf-8"))
