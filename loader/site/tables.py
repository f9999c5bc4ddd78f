"""Writes the list of tables and a page for each table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from loader.site.catalogue import Catalogue, Column, Table
from loader.site.column_lineage import Lineage, Origin
from loader.site.pages import TABLES, Page, Site
from loader.site.profiles import Profile
from loader.site.results import LastResults

_SHOWN: Final = 8
_WORD: Final = re.compile(r"\w+")
GROUPS: Final = (
    ("mart", "Marts"),
    ("snapshot", "Histories"),
    ("seed", "Seeds"),
    ("staging", "Staging"),
    ("intermediate", "Intermediate"),
    ("raw table", "Raw tables"),
    ("run table", "Run tables"),
)
"""Kinds of tables with the title of their part of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the pages of tables show besides the catalogue; keys are unique ids of tables.

    Args:
        examples: questions with queries that the tests run.
        problem: why the target couldn't be read; profiles and results are empty then.
    """

    lineage: Lineage = field(default_factory=dict)
    personal: frozenset[Origin] = frozenset()
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    results: LastResults = field(default_factory=LastResults)
    examples: Sequence[tuple[str, str]] = ()
    problem: str = ""


def write_tables(site: Site, catalogue: Catalogue, facts: Facts, common: Mapping[str, object]) -> None:
    """Writes the list and the pages."""
    groups = [(title, kind, _by_area(catalogue, kind)) for kind, title in GROUPS]
    shared = {**common, "facts": facts, "dialect": catalogue.dialect}
    site.render(TABLES, "tables.html.j2", {**shared, "groups": groups})
    for table in catalogue.tables.values():
        page = Page(f"table/{table.name}.html", table.name, TABLES.file)
        site.render(page, "table.html.j2", {**shared, **_content(catalogue, facts, table)})


def _by_area(catalogue: Catalogue, kind: str) -> Mapping[str, Sequence[Table]]:
    areas: dict[str, list[Table]] = {}
    for table in catalogue.tables.values():
        if table.kind == kind:
            areas.setdefault(table.area, []).append(table)
    return {area: sorted(areas[area], key=lambda table: table.name) for area in sorted(areas)}


def _content(catalogue: Catalogue, facts: Facts, table: Table) -> Mapping[str, object]:
    def origins(column: Column) -> Sequence[tuple[str, str, str]]:
        """Table, column and address of each origin; a table that isn't built yet lacks undeclared columns."""
        found = [(catalogue.tables[node], name) for node, name in facts.lineage.get((table.node, column.name), ())]
        return [
            (origin.name, name, f"{origin.name}.html" + (f"#{name}" if name in origin.column_names else ""))
            for origin, name in found
        ]

    def is_personal(column: Column) -> bool:
        return (table.node, column.name) in facts.personal

    read = facts.results.reads.get(table.name) if table.kind == "raw table" else None
    return {
        "table": table,
        "origins": origins,
        "is_personal": is_personal,
        "profile": facts.profiles.get(table.node),
        "unread": [entity for entity in table.needs if entity not in facts.results.reads],
        "read": read,
        "freshness": facts.results.freshness.get(table.name) if table.kind == "raw table" else None,
        "build": facts.results.builds.get(table.name),
        "as_of": facts.results.as_of.get(table.name),
        "test_results": facts.results.tests,
        "upstream": _related(catalogue, table.parents),
        "downstream": _related(catalogue, table.children),
        "exposures": [exposure for exposure in catalogue.exposures if table.node in exposure.reads],
        "queries": list(_queries(table, facts.examples)),
    }


def _related(catalogue: Catalogue, nodes: Sequence[str]) -> Sequence[Table]:
    return sorted((catalogue.tables[node] for node in nodes), key=lambda table: (table.kind, table.name))


def _queries(table: Table, examples: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Queries of the guides that read the table; if there are none, its first columns."""
    if not table.is_public:
        return ()
    found = [(question, sql) for question, sql in examples if table.name in _WORD.findall(sql)]
    if found or not table.columns:
        return found
    first, *others = [column.name for column in table.columns]
    readable = [name for name in others if not name.endswith("_id")]
    columns = ",\n".join(f"    {name}" for name in [first, *readable][:_SHOWN])
    return [("First rows", f"select\n{columns}\nfrom {table.name}\nfetch first 20 rows only")]
