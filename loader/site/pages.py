"""Pages of the docs site: names, navigation, rendering and writing. The site works from disk: no page requests data."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import jinja2
from markupsafe import Markup, escape

from loader.files import write_output
from loader.settings import Settings
from loader.site import formatting

_TEMPLATES: Final = Path(__file__).with_name("templates")
_ASSETS: Final = Path(__file__).with_name("assets")
_CODE: Final = re.compile(r"`([^`]+)`")
_SHELL: Final = ("site.css", "site.js", "lineage.js")


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its file in the folder and its title. `section` is the file of its entry in the navigation."""

    file: str
    name: str
    section: str = ""

    @property
    def root(self) -> str:
        """Path from the page to the folder of the site: empty or ``../``."""
        return "../" * self.file.count("/")


OVERVIEW: Final = Page("index.html", "Overview")
STATUS: Final = Page("data-status.html", "Data status")
KPIS: Final = Page("kpis.html", "KPIs")
TABLES: Final = Page("tables.html", "Tables")
LINEAGE: Final = Page("lineage.html", "Lineage")
RULES: Final = Page("rules.html", "Rules")
GUIDES: Final = Page("guides.html", "Guides")
DISCOVERY: Final = Page("discovery.html", "Tenant")

PAGES: Final = (OVERVIEW, STATUS, KPIS, TABLES, LINEAGE, RULES, GUIDES, DISCOVERY)
DBT_DOCS: Final = "dbt/index.html"
"""Page that dbt generates, for engineers."""


def site_directory(settings: Settings) -> Path:
    """Returns ``site/`` in the work directory."""
    return settings.pipeline.work_dir / "site"


class Site:
    """Writes pages into the folder of the site.

    Args:
        pages: pages in the navigation; None = those that are in the folder.
    """

    def __init__(self, directory: Path, pages: Sequence[Page] | None = None) -> None:
        self.directory = directory
        self.written: set[Path] = set()
        self._pages = pages

    def render(self, page: Page, template: str, content: Mapping[str, object], *, alone: bool = False) -> Path:
        """Renders a page and writes it.

        Args:
            alone: the page contains its style sheet and script, so that it can be mailed.

        Raises:
            ConfigError: ``WMS_CONF_005``, the folder can't be written.
        """
        listed = self._pages or [other for other in PAGES if (self.directory / other.file).is_file()]
        script, style = _shell("site.js"), _shell("site.css")
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        text = (
            _environment()
            .get_template(template)
            .render(
                page=page,
                navigation=[other for other in PAGES if other in listed or other == page],
                # the content security policy allows files of the site, and this script by its hash
                inline=(Markup(style), Markup(script)) if alone else None,  # noqa: S704
                script_hash=Markup(f"'sha256-{digest}'") if alone else "",  # noqa: S704
                root=page.root,
                **content,
            )
        )
        return self.write(page.file, text)

    def write(self, file: str, text: str) -> Path:
        """Writes a file atomically, with the permissions of the folder. Raises ConfigError ``WMS_CONF_005``."""
        path = self.directory / file
        write_output(path, text.encode(), "A page of the docs site")
        self.written.add(path)
        return path

    def write_shell(self) -> None:
        """Writes the style sheet and the script of all pages."""
        for name in _SHELL:
            self.write(f"assets/{name}", _shell(name))

    def write_libraries(self) -> None:
        """Writes the libraries of the search and the lineage, with their licences."""
        for path in sorted(_ASSETS.iterdir()):
            self.write(f"assets/{path.name}", path.read_text(encoding="utf-8"))

    def remove_others(self, *folders: str) -> None:
        """Removes pages of these folders that this object hasn't written, such as those of dropped tables."""
        for folder in folders:
            for path in (self.directory / folder).glob("*.html"):
                if path not in self.written:
                    path.unlink()


@cache
def _shell(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": formatting.count,
        "duration": formatting.duration,
        "instant": formatting.instant,
        "share": formatting.share,
        "code": with_code,
        "percent_of": _percent_of,
        "breakable": _breakable,
        "area": lambda area: {"kpi": "KPIs"}.get(area, area.replace("_", " ")),
    }
    environment.globals["plural"] = formatting.plural
    environment.globals["dbt_docs"] = DBT_DOCS
    return environment


def with_code(text: str) -> Markup:
    """Turns text in backticks into code and escapes the rest."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _breakable(name: str) -> Markup:
    """Lets a line break after the double underscore of a name."""
    return Markup("__<wbr>").join(name.split("__"))


def _percent_of(value: float | None, whole: float | None) -> str:
    """Width of a bar in per cent of the widest."""
    if not value or not whole:
        return "0"
    return f"{min(100.0, max(0.0, 100 * value / whole)):.1f}"
