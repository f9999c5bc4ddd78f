"""Writes the generated pages: ``make reference``. Tests compare the files with what this module generates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from loader.settings.reference import env_example, markdown
from tests.dbt import rules_page
from tests.dbt.marts import kpi_page, questions_notebook
from tests.support.harness import REPOSITORY

ADVICE = "out of date: run `make reference` and review the diff"


def pages() -> Mapping[Path, str]:
    """Returns the generated files with their text."""
    kpis = kpi_page.definitions()
    return {
        REPOSITORY / "docs" / "reference" / "configuration.md": markdown(),
        REPOSITORY / ".env.example": env_example(),
        kpi_page.PAGE: kpi_page.page(kpis),
        kpi_page.BLOCK: kpi_page.block(kpis),
        questions_notebook.NOTEBOOK: questions_notebook.notebook(),
        rules_page.PAGE: rules_page.page(rules_page.declared()),
    }


def outdated() -> Mapping[Path, str]:
    """Returns the files that differ from their text."""
    return {
        path: text for path, text in pages().items() if not path.is_file() or path.read_text(encoding="utf-8") != text
    }


if __name__ == "__main__":
    # all text is generated before the first file is written, so that an error leaves the files as they are
    changed = outdated()
    for path, text in changed.items():
        path.write_text(text, encoding="utf-8")
        print(f"written: {path.relative_to(REPOSITORY)}")
    if not changed:
        print("all generated pages are up to date")
