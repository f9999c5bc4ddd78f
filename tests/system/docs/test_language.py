"""User-facing text is plain English: docs, messages, comments and descriptions have no word of this list."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WORDS = (
    *("anew", "mend", "mends", "mended", "told", "tells of", "hear of", "hears of", "beside", "nobody", "hangs on"),
    *("hang on", "stands in", "stand in", "stands beside", "stands at", "at work", "gone by", "came to", "come to"),
    *("whoever", "dearer", "reckoned", "takes heed", "take heed", "takes up", "goes on", "go on", "is over", "rooms"),
    *("for people", "gives no sign", "no other", "the way of", "mood", "grave", "what a load", "what an entity"),
    *("passed over", "makes up for", "made up for", "set-up of its own", "lives as long", "speaks of"),
)
"""Words that a native writer of technical English would not use here; each hit wants a rewrite."""
ALLOWED = {"loader/alerts/conditions.py: nobody": "subject of alerts that targets have stored"}
"""``<file>: <text of the line>`` that may stay, with the reason."""
PATTERN = re.compile(rf"\b(?:{'|'.join(re.escape(word) for word in WORDS)})\b", re.IGNORECASE)


def python_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Comments, docstrings and string literals with their lines."""
    source = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for number, line in enumerate(node.value.splitlines()):
                yield node.lineno + number, line


def plain_texts(path: Path) -> Iterator[tuple[int, str]]:
    yield from enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)


def files() -> list[Path]:
    found = [
        ROOT / name for name in ("README.md", "CHANGELOG.md", "Makefile", "profiles.yml.example", "pyproject.toml")
    ]
    found += [*(ROOT / "docs").rglob("*.md"), *(ROOT / "loader").rglob("*.py"), *(ROOT / "loader").rglob("*.html")]
    for ending in ("sql", "yml", "md", "csv"):
        found += (ROOT / "dbt_project").rglob(f"*.{ending}")
    return sorted(path for path in found if "target" not in path.relative_to(ROOT).parts[:2] and path.exists())


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_text_has_no_give_away_word(path: Path) -> None:
    texts = python_texts(path) if path.suffix == ".py" else plain_texts(path)
    name = path.relative_to(ROOT)
    hits = [
        f"{name}:{number}: {line.strip()}"
        for number, line in texts
        if PATTERN.search(line) and f"{name}: {line.strip()}" not in ALLOWED
    ]
    assert not hits, "\n".join(hits)
