"""The pages that other tools draw, as they belong into the folder: dbt's docs and dbt-colibri's lineage."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from loader.dbt import Documentation
from loader.errors import InternalError
from loader.site.pages import LINEAGE, TABLES, write_page

# dbt's page asks for files named like its template expressions before the expressions are filled in, and for an icon
# that was never packed; from disk each is an error in the console
_MENDED = (
    ('xlink:href="{{ getIcon', 'ng-href="{{ getIcon'),
    ("${require('./assets/favicons/favicon.ico')}", "data:,"),
)


def write_tables(directory: Path, documentation: Documentation) -> Path:
    """dbt's docs as one page. Raises ConfigError ``WMS_CONF_005``."""
    text = documentation.page.read_text(encoding="utf-8")
    for wrong, right in _MENDED:
        text = text.replace(wrong, right)
    return write_page(directory / TABLES.file, text)


def write_lineage(directory: Path, documentation: Documentation) -> Path:
    """Which column comes from which, as one page without telemetry.

    Raises:
        ConfigError: ``WMS_CONF_005``, the folder cannot be written.
        InternalError: ``WMS_DBT_006``, the lineage could not be drawn.
    """
    # takes a second to import; its command line is left alone because it asks PyPI for a newer release
    from dbt_colibri.lineage_extractor.extractor import (  # type: ignore[import-untyped]
        DbtColumnLineageExtractor,
    )
    from dbt_colibri.report.generator import DbtColibriReportGenerator  # type: ignore[import-untyped]

    logging.getLogger("colibri").setLevel(logging.CRITICAL)
    try:
        extractor = DbtColumnLineageExtractor(str(documentation.manifest), str(documentation.catalog))
        generator = DbtColibriReportGenerator(extractor, light_mode=True, disable_telemetry=True)
        with tempfile.TemporaryDirectory() as drawn:
            generator.generate_report(output_dir=drawn)
            text = (Path(drawn) / "index.html").read_text(encoding="utf-8")
    except Exception as error:  # a young tool: whatever it raises, the other pages stand
        raise InternalError(
            "WMS_DBT_006",
            f"The column lineage could not be drawn ({type(error).__name__}).",
            hint="The other pages are written; report it if the project is unchanged.",
        ) from error
    return write_page(directory / LINEAGE.file, text)
