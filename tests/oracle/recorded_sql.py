"""Normalizes the statements dbt sent to the double, so that runs are comparable and a person can review them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tests.support.oracle_double.server import Logged

_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_NODE = re.compile(r'"node_id": "([^"]+)"')
# contains the time of the run
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.\d]*(\+00:00)?")
_SIGNATURE = re.compile(r"(wms-elt |elt\$\w+\$)(?:[0-9a-f]{32}|[0-9a-f]{8})\b", re.IGNORECASE)
_DESCRIPTION = re.compile(r"q'<.*?>'", re.DOTALL)
_COLUMN_COMMENT = re.compile(r"\s*comment on column", re.IGNORECASE)


def statements_of(node: str, sent: Sequence[Logged]) -> list[str]:
    """Return the statements for a node, in order, from the sessions that dbt opened for it.

    Only the first column comment is included, as there is one per column.
    """
    sessions = {entry.session for entry in sent if (found := _NODE.search(entry.text)) and found[1] == node}
    texts = [plain(entry.text) for entry in sent if entry.session in sessions]
    comments = [n for n, text in enumerate(texts) if _COLUMN_COMMENT.match(text)][1:]
    return [text for n, text in enumerate(texts) if n not in comments]


def plain(text: str) -> str:
    """Remove dbt's comment, descriptions, timestamps, trailing spaces and empty lines."""
    undescribed = _DESCRIPTION.sub("q'<...>'", _COMMENT.sub("", text, count=1))
    timeless = _SIGNATURE.sub(r"\1<digest>", _TIMESTAMP.sub("<time>", undescribed))
    return "\n".join(line.rstrip() for line in timeless.strip().splitlines() if line.strip())


def script(sections: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Return the statements under headings: in full at first, by number when repeated."""
    numbers: dict[str, int] = {}
    lines = []
    for heading, texts in sections:
        lines.append(f"---- {heading}\n")
        for text in texts:
            if text in numbers:
                lines.append(f"-- {numbers[text]} again\n")
            elif "\n" not in text and len(text) < 40:
                lines.append(f"{text}\n/\n")
            else:
                numbers[text] = len(numbers) + 1
                lines.append(f"-- {numbers[text]}\n{text}\n/\n")
    return "".join(lines)
