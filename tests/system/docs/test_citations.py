"""Every numbered source in a comment exists on a page of docs/reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CITING = (".py", ".sql", ".yml", ".md", ".toml", ".example")
PAGES = {
    "wms-api": ROOT / "docs/reference/wms-api.md",
    "oracle": ROOT / "docs/reference/oracle-and-dlt.md",
}
CITATION = re.compile(
    r"\b(wms-api|oracle) ((?:[AB]\.)?\d+(?:\.\d+)?)((?:(?:,| and| to|-) ?(?:[AB]\.)?\d+(?:\.\d+)?[a-d]?)*)"
)
NUMBER = re.compile(r"(?:[AB]\.)?\d+(?:\.\d+)?")
UNSHIPPED = re.compile(r"\b(?:performance|style-anchors|wms-live|oracle-cost|review-code|review-users) \d")


def cited() -> Iterator[tuple[str, str, Path]]:
    """Return page, section number and citing file."""
    for path in files():
        for page, first, rest in CITATION.findall(path.read_text(encoding="utf-8")):
            if page == "oracle" and not first.startswith(("A.", "B.")):
                continue
            for number in (first, *NUMBER.findall(rest)):
                yield page, number, path


def files() -> Iterator[Path]:
    for folder in ("loader", "dbt_project", "tests", "docs"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in CITING and path != Path(__file__) and "target" not in path.parts:
                yield path


def sections(page: str) -> set[str]:
    text = PAGES[page].read_text(encoding="utf-8")
    headings = re.findall(r"^#+ ((?:[AB]\.)?\d+(?:\.\d+)?)\b", text, re.MULTILINE)
    items = re.findall(r"\*\*(\d+\.\d+)\*\*", text)
    ranges = re.findall(r"\*\*(\d+)\.(\d+)\*\* to \*\*\d+\.(\d+)\*\*", text)
    between = {f"{chapter}.{item}" for chapter, lo, hi in ranges for item in range(int(lo), int(hi) + 1)}
    return {*headings, *items} | between


@pytest.mark.parametrize("page", PAGES)
def test_cited_section_exists(page: str) -> None:
    known = sections(page)
    missing = sorted(
        {
            (number, str(path.relative_to(ROOT)))
            for name, number, path in cited()
            if name == page and number not in known
        }
    )
    assert not missing


def test_citations_are_found() -> None:
    assert len(list(cited())) > 50


def test_citation_of_unshipped_source_is_absent() -> None:
    found = sorted(
        str(path.relative_to(ROOT)) for path in files() if UNSHIPPED.search(path.read_text(encoding="utf-8"))
    )
    assert not found
