"""Writes the overview: the first page of the site, with tables by question, guide and links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from loader.site import markdown
from loader.site.catalogue import Catalogue, Table
from loader.site.pages import OVERVIEW, Site

_HEADING: Final = re.compile(r"^## (.+)$", re.MULTILINE)
# the overview lists the tables itself
_SKIPPED_SECTION: Final = "What is where"
_DIMENSIONS: Final = "core"


def write_overview(site: Site, catalogue: Catalogue, common: Mapping[str, object]) -> Path:
    """Writes the page. Raises ConfigError ``WMS_CONF_005``."""
    intro, sections = _sections(catalogue.guide)
    areas: dict[str, list[Table]] = {}
    for table in catalogue.of_kind("mart"):
        areas.setdefault(table.area, []).append(table)
    content = {
        "intro": markdown.render(intro)[0],
        "guide": [(title, markdown.render(text)[0]) for title, text in sections if title != _SKIPPED_SECTION],
        # dimensions last: they answer no question of their own
        "areas": dict(sorted(areas.items(), key=lambda entry: (entry[0] == _DIMENSIONS, entry[0]))),
        "catalogue": catalogue,
    }
    return site.render(OVERVIEW, "index.html.j2", {**common, **content})


def _sections(guide: str) -> tuple[str, list[tuple[str, str]]]:
    """Returns the text before the first level-2 heading, without the title, and each such heading with its text."""
    parts = _HEADING.split(guide)
    intro = re.sub(r"^\s*# .+$", "", parts[0], count=1, flags=re.MULTILINE)
    return intro.strip(), list(zip(parts[1::2], parts[2::2], strict=True))
