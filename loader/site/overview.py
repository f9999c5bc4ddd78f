"""The first page of the site: what there is, how to read it, and where the rest stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup

from loader.site import formatting as words
from loader.site.catalogue import Catalogue, Mart
from loader.site.pages import LINEAGE, OVERVIEW, STATUS, TABLES, render

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
# the catalogue on this page says it better
_LEFT_OUT = "What is where"


def write_overview(directory: Path, catalogue: Catalogue, now: datetime | None = None) -> Path:
    """Writes the page; links lead to the pages that stand in the folder. Raises ConfigError ``WMS_CONF_005``."""
    return render(directory, OVERVIEW, "index.html.j2", _content(directory, catalogue, now or datetime.now(UTC)))


def _content(directory: Path, catalogue: Catalogue, now: datetime) -> Mapping[str, object]:
    intro, sections = _sections(catalogue.guide)
    return {
        "written_at": now.astimezone(UTC).replace(tzinfo=None),
        "intro": _html(intro),
        "guide": [(title, _html(text)) for title, text in sections if title != _LEFT_OUT],
        "catalogue": catalogue,
        "words_of": _words,
        "goal_of": _goal,
        "tables": TABLES.file,
        "doors": [page for page in (STATUS, TABLES, LINEAGE) if (directory / page.file).is_file()],
    }


def _sections(guide: str) -> tuple[str, list[tuple[str, str]]]:
    """The text before the first heading of second order, without the title, then each heading with its text."""
    parts = _HEADING.split(guide)
    intro = re.sub(r"^\s*# .+$", "", parts[0], count=1, flags=re.MULTILINE)
    return intro.strip(), list(zip(parts[1::2], parts[2::2], strict=True))


def _html(text: str) -> Markup:
    from markdown_it import MarkdownIt

    # raw HTML in the text is shown, not obeyed
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))  # noqa: S704


def _words(mart: Mart) -> str:
    """What the filter looks in."""
    return " ".join((mart.name, mart.description, *mart.questions, *mart.columns)).lower()


def _goal(kpi: Mapping[str, str]) -> str:
    """The target with its direction and unit."""
    if not kpi.get("target"):
        return words.NOTHING
    sign = "≥" if kpi["better_is"] == "higher" else "≤"
    return f"{sign} {words.measure(float(kpi['target']), kpi['unit'])}"
