"""Builds the docs site. The data status page comes first, as it needs neither dbt nor a working target."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from loader.dbt import DbtProject, Documentation
from loader.errors import TargetError
from loader.settings import Settings
from loader.settings.project import project_directories, project_directory
from loader.site.catalogue import Catalogue, read_catalogue
from loader.site.column_lineage import Lineage, personal_columns, trace_columns
from loader.site.descriptions import describe_columns
from loader.site.guides import example_queries, read_guides, write_guides
from loader.site.kpi_pages import kpi_cards, write_kpi_pages
from loader.site.lineage_page import write_lineage
from loader.site.overview import write_overview
from loader.site.pages import DBT_DOCS, DISCOVERY, PAGES, Site, site_directory
from loader.site.profiles import Profile, profile_table
from loader.site.queries import read_facts
from loader.site.results import read_last_results
from loader.site.rules import Rule, read_business_rules, write_rules
from loader.site.search_index import write_index
from loader.site.status import write_status_pages
from loader.site.tables import Facts, write_tables
from loader.warehouse import Warehouse, open_warehouse
from loader.warehouse.source_guard import check_source

_PROFILED: Final = ("mart", "snapshot", "seed", "staging")
# dbt's page requests files named like unresolved template expressions, and an icon that isn't included: each request
# is an error in the browser's console
_FIXES: Final = (
    ('xlink:href="{{ getIcon', 'ng-href="{{ getIcon'),
    ("${require('./assets/favicons/favicon.ico')}", "data:,"),
)


def build_site(settings: Settings, root: Path = Path()) -> Path:
    """Writes all pages and returns the path of the overview.

    Args:
        root: directory that contains dbt_project/ and docs/, or the working directory.

    Raises:
        ForeignTarget: the data in the target comes from another source than the settings name; nothing is written.
        WmsEltError: dbt can't start, or the folder can't be written. The data status page is written if possible.
    """
    _check_source(settings)
    directory, status = site_directory(settings), read_facts(settings)
    cards = kpi_cards(status)
    write_status_pages(Site(directory), status, cards)
    documentation = DbtProject(settings, root=root).docs()
    catalogue = read_catalogue(documentation.manifest, documentation.catalog, project_directory(root))
    lineage, _ = trace_columns(catalogue.tables.values(), catalogue.dialect)
    catalogue = describe_columns(catalogue, lineage)
    site = Site(directory, [page for page in PAGES if page != DISCOVERY or (directory / page.file).is_file()])
    _write_dbt_docs(site, documentation)
    facts, rules = _facts(settings, catalogue, lineage, root)
    guides = read_guides(project_directory(root).with_name("docs"))
    facts = replace(facts, examples=tuple(example_queries(guides)))
    common = {"written_at": datetime.now(UTC).replace(tzinfo=None)}
    site.write_libraries()
    write_kpi_pages(site, status, catalogue, common)
    write_tables(site, catalogue, facts, common)
    write_lineage(site, catalogue, facts.lineage, common)
    write_rules(site, rules, common)
    write_guides(site, guides, common)
    write_index(site, catalogue, guides, rules)
    write_status_pages(site, status, cards)  # again, to link to the other pages
    site.remove_others("table", "kpi", "guide")
    return write_overview(site, catalogue, common)


def _write_dbt_docs(site: Site, documentation: Documentation) -> None:
    """Writes the page that dbt generates, for engineers."""
    text = documentation.page.read_text(encoding="utf-8")
    for wrong, right in _FIXES:
        text = text.replace(wrong, right)
    site.write(DBT_DOCS, text)


def _facts(settings: Settings, catalogue: Catalogue, lineage: Lineage, root: Path) -> tuple[Facts, tuple[Rule, ...]]:
    """Reads what the target knows of the tables; if it can't be opened, the pages say so."""
    personal = personal_columns(catalogue.tables.values(), lineage)
    facts = Facts(lineage=lineage, personal=personal)
    if settings.target.kind == "duckdb" and not settings.target.duckdb_path.exists():
        return replace(facts, problem="There is no database yet. Run `make elt`."), ()
    try:
        with open_warehouse(settings, read_only=True) as target:
            projects = project_directories(settings.target, root)
            results = read_last_results(target, settings.pipeline.name, *projects)
            profiles = _profiles(target, catalogue, facts, settings.operations.site_sample_rows)
            return replace(facts, results=results, profiles=profiles), read_business_rules(target)
    except TargetError as error:
        return replace(facts, problem=f"{error.message} {error.hint}"), ()


def _profiles(target: Warehouse, catalogue: Catalogue, facts: Facts, rows: int) -> Mapping[str, Profile]:
    profiles = {}
    for table in catalogue.of_kind(*_PROFILED):
        masked = {column for node, column in facts.personal if node == table.node}
        if profile := profile_table(target, table, masked, catalogue.dialect, rows):
            profiles[table.node] = profile
    return profiles


def _check_source(settings: Settings) -> None:
    if settings.target.kind == "duckdb" and not settings.target.duckdb_path.exists():
        return
    # the page shows a target that can't be opened
    with suppress(TargetError), open_warehouse(settings, read_only=True) as target:
        check_source(target, settings)
