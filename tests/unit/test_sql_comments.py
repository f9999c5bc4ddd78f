"""Comments in SQL hold no quotation mark: a parser of bind variables may take it for the start of a text."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "dbt_project"
COMMENT = re.compile(r"^\s*--.*['\"]")


def test_sql_comments_have_no_quotation_mark() -> None:
    hits = [
        f"{path.relative_to(PROJECT)}:{number}: {line.strip()}"
        for path in sorted(PROJECT.rglob("*.sql"))
        if "target" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if COMMENT.search(line)
    ]
    assert not hits, "\n".join(hits)
