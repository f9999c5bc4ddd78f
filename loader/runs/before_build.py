"""What an earlier release or a broken build left in the target, put in order before dbt runs, under the run's locks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from loader.dbt.relations import relation_names
from loader.errors import TargetError
from loader.report import Progress
from loader.settings import Settings
from loader.warehouse import LOCK, Sessions, Warehouse
from loader.warehouse.oracle.leftovers import BACKUP, TABLES, leftovers

RENAMED: Final = (("inventory_history", "inventory_record_history"),)
"""Snapshots with another name than before: their records are kept. The WMS has an entity inventory_history."""

_RULED = ("order_dtl", "allocation", "inventory", "ib_shipment", "ib_shipment_dtl", "item", "location", "order_hdr")
_TRACKED = ("item", "location", "allocation", "order_dtl", "order_hdr", "inventory")
SUPERSEDED: Final = (
    *((f"int_{entity}__tracked", "view") for entity in _TRACKED),
    *((f"int_quality__{name}", "view") for name in ("rules_broken", "counted", "checked", "compared")),
    ("int_facility__time_zone_found", "view"),
    ("int_date__spanned", "view"),
    ("int_inventory__stepped", "view"),
    ("int_inventory__moved", "view"),
    *((f"int_{entity}__rules_broken", "table") for entity in _RULED),
)
"""Former names of intermediate models, whose relations dbt leaves behind. The last one tells whether any is left."""


def before_build(settings: Settings, progress: Progress, root: Path = Path(), sessions: Sessions | None = None) -> None:
    """Renames and removes what is there. Raises TargetError when the target cannot be asked."""
    with (sessions or Sessions(settings)).open() as target:
        for note in _renamed(target):
            progress.note(note)
        for note in _superseded(target):
            progress.note(note)
        if settings.target.kind == "oracle" and not _is_shared(target, settings.pipeline.name):
            for note in tidied(target, relation_names(root / "dbt_project")):
                progress.note(note)


def tidied(target: Warehouse, relations: frozenset[str]) -> Iterator[str]:
    """Removes what broken builds left of these relations in an Oracle schema; yields what was done.

    A table that a full refresh has renamed, and whose successor was never made, gets its name and its indexes back.
    """
    tables = {str(name) for (name,) in target.fetch(TABLES)}
    for name, relation in leftovers(tables, relations):
        try:
            if name.endswith(BACKUP) and not target.exists(target.model(relation)):
                target.execute(f"alter table {target.model(name)} rename to {relation}")
                yield f"{relation} was restored: a full refresh had ended before its successor was made"
            else:
                target.execute(f"drop table {target.model(name)} purge")
                yield f"{name} was removed: a build that broke had left it"
        except TargetError as error:
            # a session that the database has not yet given up still holds it; the next build tries again
            yield f"{name} stays for now: {error.message}"


def _renamed(target: Warehouse) -> Iterator[str]:
    for old, new in RENAMED:
        columns = target.columns(target.model(old))
        # a raw table of that name has documents
        if "dbt_scd_id" in columns and "doc" not in columns and not target.exists(target.model(new)):
            target.execute(f"alter table {target.model(old)} rename to {new}")
            yield f"the snapshot {old} is now called {new}; its records are kept"


def _superseded(target: Warehouse) -> Iterator[str]:
    """Drops the relations of renamed models; yields what was done."""
    last, _ = SUPERSEDED[-1]
    if not target.exists(target.model(last)):
        return
    dropped = 0
    for name, kind in SUPERSEDED:
        relation = target.model(name)
        if target.exists(relation):
            try:
                target.execute(f"drop {kind} {relation}")
                dropped += 1
            except TargetError as error:
                yield f"{name} stays for now: {error.message}"
    yield f"{dropped} tables and views of models that have another name now were dropped"


def _is_shared(target: Warehouse, pipeline: str) -> bool:
    """Whether another pipeline is running in the schema; its temporary tables are none of ours."""
    table = target.raw(LOCK.name)
    return target.exists(table) and bool(
        target.fetch(f"select lock_name from {table} where lock_name <> ?", (pipeline,))  # noqa: S608
    )
