"""Writes the pages that other tools generate: dbt docs and the lineage of dbt-colibri."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from loader.dbt import Documentation
from loader.errors import InternalError
from loader.site.pages import LINEAGE, TABLES, write_page

# dbt's page requests files named like unresolved template expressions, and an icon that isn't included: each request
# is an error in the browser's console
_FIXES = (
    ('xlink:href="{{ getIcon', 'ng-href="{{ getIcon'),
    ("${require('./assets/favicons/favicon.ico')}", "data:,"),
)


def write_tables(directory: Path, documentation: Documentation) -> Path:
    """Writes dbt's docs as one page. Raises ConfigError ``WMS_CONF_005``."""
    text = documentation.page.read_text(encoding="utf-8")
    for wrong, right in _FIXES:
        text = text.replace(wrong, right)
    return write_page(directory / TABLES.file, text)


def write_lineage(directory: Path, documentation: Documentation) -> Path:
    """Writes the column lineage as one page without telemetry.

    Raises:
        ConfigError: ``WMS_CONF_005``, the folder can't be written.
        InternalError: ``WMS_DBT_006``, the lineage can't be drawn.
    """
    # imported late: importing takes a second. Its command line isn't used, because it asks PyPI for a newer release.
    try:
        from dbt_colibri.lineage_extractor.extractor import (  # type: ignore[import-untyped]
            DbtColumnLineageExtractor,
        )
        from dbt_colibri.report.generator import DbtColibriReportGenerator  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        missing = f"Can't draw the column lineage: {error.name} is not installed. The other pages are written."
        raise InternalError("WMS_DBT_006", missing, hint="Install the extra wms-elt[docs].") from error

    logging.getLogger("colibri").setLevel(logging.CRITICAL)
    try:
        extractor = DbtColumnLineageExtractor(str(documentation.manifest), str(documentation.catalog))
        generator = DbtColibriReportGenerator(extractor, light_mode=True, disable_telemetry=True)
        with tempfile.TemporaryDirectory() as output:
            generator.generate_report(output_dir=output)
            text = (Path(output) / "index.html").read_text(encoding="utf-8")
    except Exception as error:  # the tool has no documented exceptions
        raise InternalError(
            "WMS_DBT_006",
            f"Can't draw the column lineage: {type(error).__name__}.",
            hint="Use the other pages, which are complete. If you didn't change dbt_project/, report the error.",
        ) from error
    return write_page(directory / LINEAGE.file, text)
