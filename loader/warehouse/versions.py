"""Versions of the shapes kept in the target: an older one is brought up to date, a newer one is left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from types import MappingProxyType
from typing import Final

from loader.errors import TargetError
from loader.warehouse.base import Warehouse
from loader.warehouse.schema import SCHEMA_VERSION

VERSIONS: Final[Mapping[str, int]] = MappingProxyType({"run_tables": 3, "entity_state": 1, "raw_tables": 1})
"""What this release reads and writes. Release 0.1.0 wrote run tables of version 1 and recorded none."""


def check_versions(target: Warehouse) -> None:
    """Refuses a target that a newer release has written.

    Raises:
        TargetError: ``WMS_TGT_006``, a recorded version is above ours.
    """
    newer = [name for name, found in _recorded(target).items() if found > VERSIONS.get(name, 0)]
    if newer:
        raise TargetError(
            "WMS_TGT_006",
            f"A newer release of wms-elt has written this target ({', '.join(sorted(newer))}).",
            hint="Install that release or a later one; nothing was changed.",
            context={"target": target.description, "release": version("wms-elt")},
        )


def record_versions(target: Warehouse) -> None:
    """Writes our versions once the tables have their shape; a table that has them already is not touched."""
    recorded = _recorded(target)
    changed = [name for name, ours in VERSIONS.items() if recorded.get(name) != ours]
    if not changed:
        return
    try:
        _write(target, changed)
    except TargetError:
        # another run that began in the same moment has written them
        recorded = _recorded(target)
        if any(recorded.get(name) != ours for name, ours in VERSIONS.items()):
            raise


def _write(target: Warehouse, changed: Sequence[str]) -> None:
    now, release = datetime.now(UTC), version("wms-elt")
    with target.transaction():
        for name in changed:
            target.execute(f"delete from {target.raw(SCHEMA_VERSION.name)} where component = ?", (name,))  # noqa: S608
        target.insert(
            SCHEMA_VERSION,
            [
                {"component": name, "schema_version": VERSIONS[name], "release": release, "changed_at": now}
                for name in changed
            ],
        )


def _recorded(target: Warehouse) -> Mapping[str, int]:
    table = target.raw(SCHEMA_VERSION.name)
    if not target.exists(table):
        return {}
    rows = target.fetch(f"select component, schema_version from {table}")  # noqa: S608
    return {str(component): int(str(number)) for component, number in rows}
