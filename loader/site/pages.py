"""Pages of the docs site: names, rendering and writing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from loader.files import write_output
from loader.settings import Settings
from loader.site import formatting

_TEMPLATES = Path(__file__).with_name("templates")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its file in the folder and its name in the navigation."""

    file: str
    name: str


OVERVIEW = Page("index.html", "Overview")
STATUS = Page("data-status.html", "Data status")
TABLES = Page("tables.html", "Tables and columns")
LINEAGE = Page("lineage.html", "Lineage")
DISCOVERY = Page("discovery.html", "Tenant")

PAGES = (OVERVIEW, STATUS, TABLES, LINEAGE, DISCOVERY)


def site_directory(settings: Settings) -> Path:
    """Returns ``site/`` in the work directory."""
    return settings.pipeline.work_dir / "site"


def render(directory: Path, page: Page, template: str, content: Mapping[str, object]) -> Path:
    """Renders a page and writes it; the navigation lists the pages in the folder.

    Raises:
        ConfigError: ``WMS_CONF_005``, the folder can't be written.
    """
    environment = _environment()
    script = (_TEMPLATES / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    text = environment.get_template(template).render(
        page=page,
        navigation=[other for other in PAGES if other == page or (directory / other.file).is_file()],
        # the content security policy allows only this script, by its hash
        script=Markup(script),  # noqa: S704
        script_hash=f"sha256-{digest}",
        style=Markup((_TEMPLATES / "page.css").read_text(encoding="utf-8")),  # noqa: S704
        **content,
    )
    return write_page(directory / page.file, text)


def write_page(path: Path, text: str) -> Path:
    """Writes a page atomically, with the permissions of the folder. Raises ConfigError ``WMS_CONF_005``."""
    write_output(path, text.encode(), "A page of the docs site")
    return path


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
        "code": _with_code,
        "percent_of": _percent_of,
    }
    environment.globals["plural"] = formatting.plural
    return environment


def _with_code(text: str) -> Markup:
    """Turns text in backticks into code and escapes the rest."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _percent_of(value: float | None, whole: float | None) -> str:
    """Width of a bar in per cent of the widest."""
    if not value or not whole:
        return "0"
    return f"{min(100.0, max(0.0, 100 * value / whole)):.1f}"
