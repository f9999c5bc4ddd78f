"""Markdown pages have short lines, and every relative link and anchor resolves."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.system.docs.collect import ROOT

LONGEST_LINE = 150
PAGES = sorted(
    {
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        *(ROOT / ".github").glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
    }
)
FENCE = re.compile(r"^( *)```.*?^\1```$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"(?<!\\)\[[^\]\n]*\]\(([^)\s]+)\)|^\[[^\]\n]+\]: (\S+)$", re.MULTILINE)
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
EXTERNAL = re.compile(r"^[a-z]+:")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def links(path: Path) -> Iterator[str]:
    """Return the targets of the relative links on a page."""
    text = CODE.sub("", FENCE.sub("", path.read_text(encoding="utf-8")))
    for match in LINK.finditer(text):
        target = match[1] or match[2]
        if not EXTERNAL.match(target):
            yield target


@cache
def anchors(path: Path) -> frozenset[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    seen: dict[str, int] = {}
    found = set()
    for heading in HEADING.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
        slug = slug_of(heading)
        number = seen.get(slug, 0)
        seen[slug] = number + 1
        found.add(f"{slug}-{number}" if number else slug)
    return frozenset(found)


def slug_of(heading: str) -> str:
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    kept = (char for char in text if char in " -_" or unicodedata.category(char)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


def broken(path: Path) -> Iterator[str]:
    """Return the broken links of a page."""
    for target in links(path):
        file, _, anchor = target.partition("#")
        place = (path.parent / file).resolve() if file else path
        if not place.exists():
            yield f"{target}: no such file"
        elif anchor and place.suffix == ".md" and anchor not in anchors(place):
            yield f"{target}: no such heading"


def test_pages_are_found() -> None:
    names = {named(path) for path in PAGES}
    assert {"README.md", "CHANGELOG.md", "docs/index.md", "docs/quickstart.md", "docs/how-to/runbook.md"} <= names


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_lines_are_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [(number, len(line)) for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE] == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_links_resolve(path: Path) -> None:
    assert list(broken(path)) == []


def test_every_page_is_linked_from_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / target.partition("#")[0]).resolve() for target in links(index)}
    pages = {path for path in PAGES if path.is_relative_to(index.parent)} - {index}
    assert sorted(map(named, pages - linked)) == []


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("One user, three grants, a quota", "one-user-three-grants-a-quota"),
        ("`entities`", "entities"),
        ("A.1 Stock destination", "a1-stock-destination"),
        ("run_failed", "run_failed"),
    ],
)
def test_slug_matches_github(heading: str, slug: str) -> None:
    assert slug_of(heading) == slug


def test_broken_links_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Here\n\n[a](#here) [b](#there) [c](other.md) `[d](none.md)`\n\n```text\n[e](none.md)\n```\n")
    assert list(broken(page)) == ["#there: no such heading", "other.md: no such file"]
