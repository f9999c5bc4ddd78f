"""Versions of the table structures in the target. Older structures are upgraded, newer ones are rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from types import MappingProxyType
from typing import Final

from loader.errors import TargetError
from loader.warehouse.base import Warehouse
from loader.warehouse.schema import SCHEMA_VERSION

VERSIONS: Final[Mapping[str, int]] = MappingProxyType({"run_tables": 4, "entity_state": 1, "raw_tables": 1})
"""Versions of this release. Release 0.1.0 wrote run tables of version 1 and stored no versions."""


def check_versions(target: Warehouse) -> Mapping[str, int]:
    """Check that no newer release has written the target. Return the stored versions.

    Raises:
        TargetError: ``WMS_TGT_006``, a stored version is higher than the version of this release.
    """
    recorded = _recorded(target)
    newer = [name for name, found in recorded.items() if found > VERSIONS.get(name, 0)]
    if newer:
        raise TargetError(
            "WMS_TGT_006",
            f"Can't use this target: a newer release of wms-elt has written it ({', '.join(sorted(newer))}).",
            hint="Install that release or a later one. Nothing was changed.",
            context={"target": target.description, "release": version("wms-elt")},
        )
    return recorded


def record_versions(target: Warehouse, recorded: Mapping[str, int]) -> None:
    """Store the versions of this release after the tables were upgraded. Do nothing if `recorded` has them already."""
    changed = [name for name, ours in VERSIONS.items() if recorded.get(name) != ours]
    if not changed:
        return
    try:
        _write(target, changed)
    except TargetError:
        # a concurrent run may have written them
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
