"""Builds the docs site. The data-status page comes first, as it needs neither dbt nor a working target."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from loader.dbt import DbtProject
from loader.errors import TargetError
from loader.settings import Settings
from loader.settings.project import project_directory
from loader.site.catalogue import read_catalogue
from loader.site.overview import write_overview
from loader.site.pages import site_directory
from loader.site.reference import write_lineage, write_tables
from loader.site.status import write_status
from loader.warehouse import open_warehouse
from loader.warehouse.source_guard import check_source


def build_site(settings: Settings, root: Path = Path()) -> Path:
    """Writes all pages and returns the path of the overview.

    Args:
        root: directory that contains dbt_project/.

    Raises:
        ForeignTarget: the data in the target comes from another source than the settings name; nothing is written.
        WmsEltError: dbt can't start, the lineage can't be drawn, or the folder can't be written. The data-status page
            is written if possible.
    """
    _check_source(settings)
    directory = site_directory(settings)
    write_status(settings)
    documentation = DbtProject(settings, root=root).docs()
    write_tables(directory, documentation)
    write_lineage(directory, documentation)
    overview = write_overview(directory, read_catalogue(documentation.manifest, project_directory(root)))
    write_status(settings)  # again, to link to the other pages
    return overview


def _check_source(settings: Settings) -> None:
    if settings.target.kind == "duckdb" and not settings.target.duckdb_path.exists():
        return
    # the page shows a target that can't be opened
    with suppress(TargetError), open_warehouse(settings, read_only=True) as target:
        check_source(target, settings)
