"""Describes columns that have no description: those of raw tables and snapshots, and copies of other columns."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from loader.site.catalogue import Catalogue, Table
from loader.site.column_lineage import Lineage, Origin

_SNAPSHOT: Final = {
    "dbt_scd_id": "Key of the state: a hash.",
    "dbt_updated_at": "Time that ordered this state, UTC.",
    "dbt_valid_from": "Start of the state, UTC.",
    "dbt_valid_to": "End of the state, UTC; null for the current state.",
    "dbt_is_deleted": "True if the record left staging with this state.",
}
_RAW: Final = {
    "entity_id": "The `id` of the document in the WMS.",
    "mod_ts": "When the document was last changed in the WMS, UTC; null if the WMS doesn't record changes.",
    "facility_id": "Facility that the document names.",
    "company_id": "Company that the document names.",
    "content_hash": "Hash of the document's bytes. A document with the same hash adds no version.",
    "doc": "The document, as the WMS sent it.",
    "is_deleted": "1 if the WMS no longer shows the document.",
    "read_at": "When the version was read, UTC by the clock of the WMS.",
    "read_order": "Order of reading. The version of an id with the highest number is the current one.",
    "dlt_load_id": "Load that added the version.",
}
_GIVEN: Final = {"snapshot": _SNAPSHOT, "raw table": _RAW}


def describe_columns(catalogue: Catalogue, lineage: Lineage) -> Catalogue:
    """Returns the catalogue with descriptions for columns that have none, where they are known."""
    tables = catalogue.tables.values()
    own = {(table.node, column.name): column.description for table in tables for column in table.columns}

    def described(origin: Origin) -> str:
        while not own.get(origin) and len(lineage.get(origin, ())) == 1:
            [origin] = lineage[origin]
        return own.get(origin, "")

    def filled(table: Table) -> Table:
        given = _GIVEN.get(table.kind, {})
        columns = (
            replace(column, description=described((table.node, column.name)) or given.get(column.name, ""))
            for column in table.columns
        )
        return replace(table, columns=tuple(columns))

    return replace(catalogue, tables={table.node: filled(table) for table in tables})
