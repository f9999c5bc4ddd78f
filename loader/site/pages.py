"""The folder of the site: its pages, how one is rendered and how it is written."""

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
from loader.site import formatting as words

_TEMPLATES = Path(__file__).with_name("templates")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Page:
    """A page by its file in the folder and its name in the navigation."""

    file: str
    name: str


OVERVIEW = Page("index.html", "Overview")
STATUS = Page("data-status.html", "Data status")
TABLES = Page("tables.html", "Tables and columns")
LINEAGE = Page("lineage.html", "Lineage")

PAGES = (OVERVIEW, STATUS, TABLES, LINEAGE)


def site_directory(settings: Settings) -> Path:
    """``site/`` in the work directory."""
    return settings.pipeline.work_dir / "site"


def render(directory: Path, page: Page, template: str, content: Mapping[str, object]) -> Path:
    """Renders one of our pages and writes it; the navigation names what stands in the folder.

    Raises:
        ConfigError: ``WMS_CONF_005``, the folder cannot be written.
    """
    environment = _environment()
    script = (_TEMPLATES / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    text = environment.get_template(template).render(
        page=page,
        navigation=[other for other in PAGES if other == page or (directory / other.file).is_file()],
        # ours, and the policy below names it: whatever else got into the page cannot run
        script=Markup(script),  # noqa: S704
        script_hash=f"sha256-{digest}",
        style=Markup((_TEMPLATES / "page.css").read_text(encoding="utf-8")),  # noqa: S704
        **content,
    )
    return write_page(directory / page.file, text)


def write_page(path: Path, text: str) -> Path:
    """Writes a page, whole or not at all, readable for whoever may read the folder. Raises as `render`."""
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
        "count": words.count,
        "duration": words.duration,
        "instant": words.instant,
        "share": words.share,
        "code": _with_code,
        "percent_of": _percent_of,
    }
    environment.globals["plural"] = words.plural
    return environment


def _with_code(text: str) -> Markup:
    """Words in backticks as code; the rest is escaped."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _percent_of(value: float | None, whole: float | None) -> str:
    """The width of a bar, in per cent of the widest."""
    if not value or not whole:
        return "0"
    return f"{min(100.0, max(0.0, 100 * value / whole)):.1f}"
