"""Finds the commands that messages, reports, hints and pages in the code recommend."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
COMMAND = re.compile(r"`((?:make|wms-elt|dbt|chmod) [^`]+)`")
BARE = re.compile(r"(?<![`\w])((?:make|wms-elt) [a-z]+(?: --?[a-z-]+| [A-Z_]+=\S+)*)")
TEXTS = (
    "loader/**/*.j2",
    "dbt_project/**/*.yml",
    "dbt_project/**/*.sql",
    "dbt_project/**/*.md",
    "dbt_project/**/*.csv",
)


def advised(words: frozenset[str]) -> dict[str, set[str]]:
    """Return the files that recommend each command.

    Args:
        words: make targets and wms-elt commands, so that prose such as "make the file writable" is ignored.
    """
    found: dict[str, set[str]] = {}
    for path, text in _texts():
        commands = [*COMMAND.findall(text), *(bare for bare in BARE.findall(text) if bare.split()[1] in words)]
        for command in commands:
            if command.startswith(("chmod", "dbt")) or command.split()[1] in words:
                found.setdefault(" ".join(command.split()), set()).add(str(path.relative_to(ROOT)))
    return found


def _texts() -> Iterator[tuple[Path, str]]:
    for path in sorted((ROOT / "loader").rglob("*.py")):
        yield from ((path, text) for text in _literals(ast.parse(path.read_text(encoding="utf-8"))))
    for pattern in TEXTS:
        found = (path for path in sorted(ROOT.glob(pattern)) if "target" not in path.relative_to(ROOT).parts)
        yield from ((path, path.read_text(encoding="utf-8")) for path in found)


def _literals(tree: ast.Module) -> Iterator[str]:
    """Return the texts in the code, without docstrings (written for maintainers) and CLI help."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
