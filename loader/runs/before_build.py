"""Cleans up after earlier releases and broken builds before dbt runs; needs the locks of the run."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from loader.dbt.relations import relation_names
from loader.errors import TargetError
from loader.report import Progress
from loader.settings import Settings
from loader.settings.project import project_directories
from loader.warehouse import LOCK, Sessions, Warehouse
from loader.warehouse.oracle.leftovers import BACKUP, TABLES, leftovers

RENAMED: Final = (("inventory_history", "inventory_record_history"),)
"""Renamed snapshots, whose records are kept. The WMS has an entity inventory_history, hence the new name."""

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
"""Former names of intermediate models. The last one is dropped last: if it is missing, none is left."""


def before_build(settings: Settings, progress: Progress, root: Path = Path(), sessions: Sessions | None = None) -> None:
    """Renames and drops former relations. Raises TargetError if the target can't be read."""
    with (sessions or Sessions(settings)).open() as target:
        for note in _renamed(target):
            progress.note(note)
        for note in _superseded(target):
            progress.note(note)
        for note in _changed_seeds(target, project_directories(settings.target, root)):
            progress.note(note)
        if settings.target.kind == "oracle" and not _is_shared(target, settings.pipeline.name):
            for note in tidied(target, relation_names(*project_directories(settings.target, root))):
                progress.note(note)


def tidied(target: Warehouse, relations: frozenset[str]) -> Iterator[str]:
    """Drops temporary and backup tables of broken builds in an Oracle schema; yields messages.

    A backup of a full refresh whose new table is missing gets its original name back, with its indexes.
    """
    tables = {str(name) for (name,) in target.fetch(TABLES)}
    for name, relation in leftovers(tables, relations):
        try:
            if name.endswith(BACKUP) and not target.exists(target.model(relation)):
                target.execute(f"alter table {target.model(name)} rename to {relation}")
                yield f"restored {relation}: a full refresh ended before the new table existed"
            else:
                target.execute(f"drop table {target.model(name)} purge")
                yield f"dropped {name}, left by a broken build"
        except TargetError as error:
            # a dead session may still lock the table; the next build retries
            yield f"can't drop {name} yet: {error.message}"


def _renamed(target: Warehouse) -> Iterator[str]:
    for old, new in RENAMED:
        columns = target.columns(target.model(old))
        # a raw table of that name has the column doc
        if "dbt_scd_id" in columns and "doc" not in columns and not target.exists(target.model(new)):
            target.execute(f"alter table {target.model(old)} rename to {new}")
            yield f"renamed the snapshot {old} to {new}; its records are kept"


def _superseded(target: Warehouse) -> Iterator[str]:
    """Drops the relations of renamed models; yields messages."""
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
                yield f"can't drop {name} yet: {error.message}"
    yield f"dropped {dropped} tables and views of renamed models"


def _changed_seeds(target: Warehouse, projects: Sequence[Path]) -> Iterator[str]:
    """Drops tables of seeds whose columns changed, because dbt only replaces their rows; yields messages."""
    # the seed of an overlay replaces that of the package
    seeds = {path.stem.lower(): path for project in projects for path in sorted((project / "seeds").rglob("*.csv"))}
    for name, path in seeds.items():
        relation = target.model(name)
        existing = target.columns(relation)
        with path.open(encoding="utf-8", newline="") as file:
            declared = {column.strip().lower() for column in next(csv.reader(file), [])}
        if existing and existing != declared:
            try:
                target.execute(f"drop table {relation}")
                yield f"dropped the seed {name}, whose columns changed; the build creates it again"
            except TargetError as error:
                yield f"can't drop {name} yet: {error.message}"


def _is_shared(target: Warehouse, pipeline: str) -> bool:
    """Whether another pipeline is running in the schema, whose temporary tables must stay."""
    table = target.raw(LOCK.name)
    return target.exists(table) and bool(
        target.fetch(f"select lock_name from {table} where lock_name <> ?", (pipeline,))  # noqa: S608
    )
