"""Describes columns that have no description: those of raw tables, copies of other columns, and their origins."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from loader.site.catalogue import Catalogue, Table
from loader.site.column_lineage import Lineage, Origin

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


def describe_columns(catalogue: Catalogue, lineage: Lineage) -> Catalogue:
    """Returns the catalogue with descriptions for columns that have none, where they are known.

    A copy has the description of its origin. Otherwise an origin has that of a column of its name that only copies it,
    and a column that of the doc block of its name.
    """
    tables = catalogue.tables.values()
    own = {(table.node, column.name): column.description for table in tables for column in table.columns}
    copies: dict[Origin, list[Origin]] = {}
    for column, origins in lineage.items():
        if [name for _, name in origins] == [column[1]]:
            copies.setdefault(origins[0], []).append(column)

    def described(column: Origin) -> str:
        while not own.get(column) and len(lineage.get(column, ())) == 1:
            [column] = lineage[column]
        return own.get(column, "")

    def of_copies(column: Origin) -> str:
        found = (own.get(copy) or of_copies(copy) for copy in copies.get(column, ()))
        return next(filter(None, found), "")

    def description(table: Table, name: str) -> str:
        given = _RAW.get(name, "") if table.kind == "raw table" else catalogue.words.get(name, "")
        return described((table.node, name)) or of_copies((table.node, name)) or given

    def filled(table: Table) -> Table:
        columns = (replace(column, description=description(table, column.name)) for column in table.columns)
        return replace(table, columns=tuple(columns))

    return replace(catalogue, tables={table.node: filled(table) for table in tables})
