"""Writes the lineage page with its data: tables with their parents, and on demand the origins of columns."""

from __future__ import annotations

from collections.abc import Mapping

from loader.site.catalogue import Catalogue
from loader.site.column_lineage import Lineage
from loader.site.pages import LINEAGE, Site
from loader.site.search_index import script


def write_lineage(site: Site, catalogue: Catalogue, lineage: Lineage, common: Mapping[str, object]) -> None:
    """Writes the page and two scripts, ``data/lineage.js`` and ``data/columns.js``."""
    tables = [table for table in catalogue.tables.values() if table.parents or table.children]
    names = {table.node: table.name for table in tables}
    graph = {
        table.name: [table.kind, table.area, [names[node] for node in table.parents]]
        for table in sorted(tables, key=lambda table: table.name)
    }
    columns: dict[str, dict[str, list[list[str]]]] = {}
    for (node, column), origins in lineage.items():
        found = [[names[origin], name] for origin, name in origins if origin in names]
        columns.setdefault(names[node], {})[column] = found
    paths = {
        table.name: {column.name: column.path for column in table.columns if column.path}
        for table in catalogue.of_kind("staging")
    }
    site.write("data/lineage.js", script("graph", graph))
    site.write("data/columns.js", script("columns", {"origins": columns, "paths": paths}))
    marts = [table.name for table in catalogue.of_kind("mart")]
    site.render(LINEAGE, "lineage.html.j2", {**common, "names": sorted(graph), "marts": marts})
