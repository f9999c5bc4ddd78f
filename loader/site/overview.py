"""Writes the overview: the first page of the site, with tables, guide and links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup

from loader.site import formatting
from loader.site.catalogue import Catalogue, Mart
from loader.site.pages import DISCOVERY, LINEAGE, OVERVIEW, STATUS, TABLES, render

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
# the overview lists the tables itself
_SKIPPED_SECTION = "What is where"


def write_overview(directory: Path, catalogue: Catalogue, now: datetime | None = None) -> Path:
    """Writes the page with links to the other pages in the folder. Raises ConfigError ``WMS_CONF_005``."""
    return render(directory, OVERVIEW, "index.html.j2", _content(directory, catalogue, now or datetime.now(UTC)))


def _content(directory: Path, catalogue: Catalogue, now: datetime) -> Mapping[str, object]:
    intro, sections = _sections(catalogue.guide)
    return {
        "written_at": now.astimezone(UTC).replace(tzinfo=None),
        "intro": _html(intro),
        "guide": [(title, _html(text)) for title, text in sections if title != _SKIPPED_SECTION],
        "catalogue": catalogue,
        "search_text": _search_text,
        "target_of": _target,
        "tables": TABLES.file,
        "links": [page for page in (STATUS, TABLES, LINEAGE, DISCOVERY) if (directory / page.file).is_file()],
    }


def _sections(guide: str) -> tuple[str, list[tuple[str, str]]]:
    """Returns the text before the first level-2 heading, without the title, and each such heading with its text."""
    parts = _HEADING.split(guide)
    intro = re.sub(r"^\s*# .+$", "", parts[0], count=1, flags=re.MULTILINE)
    return intro.strip(), list(zip(parts[1::2], parts[2::2], strict=True))


def _html(text: str) -> Markup:
    from markdown_it import MarkdownIt

    # raw HTML in the text is escaped
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))  # noqa: S704


def _search_text(mart: Mart) -> str:
    """Text that the filter searches."""
    return " ".join((mart.name, mart.description, *mart.questions, *mart.columns)).lower()


def _target(kpi: Mapping[str, str]) -> str:
    """Target of a KPI with its direction and unit."""
    if not kpi.get("target"):
        return formatting.NOTHING
    sign = "≥" if kpi["better_is"] == "higher" else "≤"
    return f"{sign} {formatting.measure(float(kpi['target']), kpi['unit'])}"
