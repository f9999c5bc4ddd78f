"""Renders Markdown: dbt's doc blocks and the files in docs/. HTML in the text is escaped."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

_MERMAID: Final = re.compile(r'(<pre><code class="language-mermaid">.*?</code></pre>)', re.DOTALL)
_NOT_IN_ANCHOR: Final = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its anchor, and the text until the next one."""

    title: str
    anchor: str
    level: int
    text: str


def render(text: str, link: Callable[[str], str] = str) -> tuple[Markup, tuple[Heading, ...]]:
    """Returns HTML with anchors as on GitHub, and the headings.

    Args:
        link: maps the target of a link; an empty text leaves the text of the link only.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    found: list[Heading] = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            title = _plain(tokens[place + 1])
            anchor = anchor_of(title)
            token.attrSet("id", anchor)
            found.append(Heading(title, anchor, int(token.tag[1]), ""))
        elif token.type == "inline":
            if found and tokens[place - 1].type != "heading_open":
                last = found[-1]
                found[-1] = Heading(last.title, last.anchor, last.level, f"{last.text} {_plain(token)}".strip())
            for child in token.children or ():
                if child.type == "link_open":
                    child.attrs = {"href": target} if (target := link(str(child.attrGet("href")))) else {}
        elif token.type == "table_open":
            token.attrSet("class", "plain")
    html = parser.renderer.render(tokens, parser.options, {})
    html = _MERMAID.sub(r"<details><summary><span>Diagram, as Mermaid text</span></summary>\1</details>", html)
    # what scrolls can be reached by keyboard
    html = html.replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<table", '<div class="scroll" tabindex="0"><table').replace("</table>", "</table></div>")
    return Markup(html), tuple(found)  # noqa: S704 - the renderer escapes


def anchor_of(title: str) -> str:
    """Returns the anchor that GitHub gives a heading."""
    return _NOT_IN_ANCHOR.sub("", title.lower()).replace(" ", "-")


def relative_link(target: str, page: str, exists: Callable[[str], bool]) -> str:
    """Returns a link between files of docs/ as a link between pages, and an empty text for other files of the project.

    Args:
        page: path of the linking file in docs/, such as ``how-to/backfill.md``.
        exists: whether a path in docs/ is a page.
    """
    path, _, anchor = target.partition("#")
    if "://" in target or not path:
        return target
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    return f"{page_name(joined)}{'#' + anchor if anchor else ''}" if exists(joined) else ""


def page_name(path: str) -> str:
    """Returns the file name of the page of a file in docs/: ``how-to/backfill.md`` -> ``how-to-backfill.html``."""
    return path.removesuffix(".md").replace("/", "-") + ".html"


def _plain(token: Any) -> str:
    return "".join(child.content if child.type != "softbreak" else " " for child in token.children or ())
