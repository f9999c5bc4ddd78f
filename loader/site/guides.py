"""Writes the files of docs/ as pages of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markupsafe import Markup

from loader.site import markdown
from loader.site.markdown import Heading
from loader.site.pages import GUIDES, Page, Site

_SECTIONS: Final = {
    "": "Start",
    "how-to": "How-to guides",
    "reference": "Reference",
    "explanation": "Explanation",
    "contributing": "Contributing",
}

_CODE_BLOCK: Final = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_PROSE: Final = re.compile(r"(?:\d+\. |[-*] )?([^\s#|><].*)", re.DOTALL)
_SENTENCE: Final = re.compile(r"(.+?)([.!?](?=\s|$)|:?$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A page of documentation; `path` is its file in docs/."""

    path: str
    title: str
    page: Page
    html: Markup
    headings: tuple[Heading, ...]
    text: str

    @property
    def section(self) -> str:
        """Title of its folder."""
        return _SECTIONS.get(self.path.rpartition("/")[0].partition("/")[0], "More")

    @property
    def summary(self) -> str:
        """The first sentence that isn't in a heading, table or code block."""
        text = _LINK.sub(r"\1", _CODE_BLOCK.sub("", self.text))
        prose = (found[1] for block in text.split("\n\n") if (found := _PROSE.match(block.strip("\n"))))
        sentence = _SENTENCE.match(" ".join(next(prose, "").split()))
        return f"{sentence[1]}{sentence[2].strip(':') or '.'}".replace("`", "").replace("**", "") if sentence else ""


def read_guides(docs: Path) -> tuple[Guide, ...]:
    """Returns the guides in the order of the sections; none if the folder doesn't exist, as in an installed package."""
    paths = [path.relative_to(docs).as_posix() for path in sorted(docs.rglob("*.md"))]
    guides = [_guide(docs, path, frozenset(paths)) for path in paths]
    order = list(_SECTIONS.values())

    def place(guide: Guide) -> tuple[int, bool, str]:
        section = order.index(guide.section) if guide.section in order else len(order)
        return section, guide.path != "quickstart.md", guide.title

    return tuple(sorted(guides, key=place))


def _guide(docs: Path, path: str, known: frozenset[str]) -> Guide:
    text = (docs / path).read_text(encoding="utf-8")
    html, headings = markdown.render(
        text, lambda target: markdown.relative_link(target, path, lambda other: other in known)
    )
    title = headings[0].title if headings else path
    page = Page(f"guide/{markdown.page_name(path)}", title, GUIDES.file)
    return Guide(path=path, title=title, page=page, html=html, headings=headings, text=text)


def write_guides(site: Site, guides: tuple[Guide, ...], common: Mapping[str, object]) -> None:
    """Writes the list of guides and a page for each."""
    sections: dict[str, list[Guide]] = {}
    for guide in guides:
        sections.setdefault(guide.section, []).append(guide)
    site.render(GUIDES, "guides.html.j2", {**common, "sections": sections})
    for guide in guides:
        contents = [heading for heading in guide.headings if heading.level == 2]
        title, end, body = guide.html.partition(Markup("</h1>"))
        content = {"guide": guide, "contents": contents, "title": title + end, "body": body}
        site.render(guide.page, "guide.html.j2", {**common, **content})


def example_queries(guides: tuple[Guide, ...]) -> Iterator[tuple[str, str]]:
    """Yields the questions and queries of the page that answers questions with SQL."""
    for guide in guides:
        if guide.path == "how-to/answer-questions.md":
            for section in guide.text.split("\n## ")[1:]:
                title, _, body = section.partition("\n")
                for block in body.split("```sql\n")[1:]:
                    yield title.partition(". ")[2] or title, block.partition("\n```")[0]
