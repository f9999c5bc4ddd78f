"""The whole folder: data status first, because it works when nothing else does, then what dbt knows."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from loader.dbt import DbtProject
from loader.errors import TargetError
from loader.settings import Settings
from loader.site.catalogue import read_catalogue
from loader.site.overview import write_overview
from loader.site.pages import site_directory
from loader.site.reference import write_lineage, write_tables
from loader.site.status import write_status
from loader.warehouse import open_warehouse
from loader.warehouse.source_guard import check_source


def build_site(settings: Settings, root: Path = Path()) -> Path:
    """Writes all pages and returns the overview; each links to the others.

    Args:
        root: the directory that holds dbt_project/.

    Raises:
        ForeignTarget: the target belongs to another source than the settings name; nothing is written.
        WmsEltError: dbt cannot start, the lineage cannot be drawn or the folder cannot be written; the data-status
            page is written all the same.
    """
    _check_source(settings)
    directory = site_directory(settings)
    write_status(settings)
    documentation = DbtProject(settings, root=root).docs()
    write_tables(directory, documentation)
    write_lineage(directory, documentation)
    overview = write_overview(directory, read_catalogue(documentation.manifest, root / "dbt_project"))
    write_status(settings)  # once more: now it can link to the others
    return overview


def _check_source(settings: Settings) -> None:
    if settings.target.kind == "duckdb" and not settings.target.duckdb_path.exists():
        return
    # a target that cannot be opened is shown on the page
    with suppress(TargetError), open_warehouse(settings, read_only=True) as target:
        check_source(target, settings)
