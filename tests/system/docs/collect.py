"""Collects the commands in the documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
SHELLS = frozenset({"bash", "console", "cron", "sh"})
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`((?:make|wms-elt|\.venv/bin/\S+|python -m) [^`]*)`")
CRON = re.compile(r"(?P<when>(?:[\d*/,]+ +){5})cd (?P<place>\S+) && (?P<command>.+?)(?: >>\S+ 2>&1)?")


@dataclass(frozen=True, order=True)
class Line:
    """A command as written, and its location."""

    document: str
    command: str


def lines() -> Iterator[Line]:
    """Return every command in code blocks, screens and text, without comments and cron fields."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for language, block in FENCE.findall(text):
            for command in _block(language, block):
                yield Line(path.name, command)
        for command in INLINE.findall(FENCE.sub("", text)):
            yield Line(path.name, " ".join(command.split()))


def crontab() -> list[re.Match[str]]:
    """Return the cron lines."""
    found = []
    for path in DOCUMENTS:
        for _, block in FENCE.findall(path.read_text(encoding="utf-8")):
            found += [match for line in block.splitlines() if (match := CRON.fullmatch(_bare(line)))]
    return found


def blocks(language: str) -> list[str]:
    """Return the code blocks of a language in all documents."""
    texts = (path.read_text(encoding="utf-8") for path in DOCUMENTS)
    return [block for text in texts for name, block in FENCE.findall(text) if name == language]


def _block(language: str, block: str) -> Iterator[str]:
    for raw in block.splitlines():
        line = _bare(raw)
        if language not in SHELLS and not line.startswith("$ "):
            continue
        command = line.removeprefix("$ ")
        cron = CRON.fullmatch(command)
        if command:
            yield cron["command"] if cron else command


def _bare(line: str) -> str:
    return re.sub(r"(^|\s+)#.*$", "", line).strip()
