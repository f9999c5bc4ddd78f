"""Suggests the correct name for a misspelled setting."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_PREFIX: Final = "GRUPONOS"
_ALIKE: Final = 0.75


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the most similar known name, or an empty string."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=_ALIKE)
    return found[0] if found else ""


def misspelt_prefixes(
    names: Iterable[str], known: Mapping[str, object], *, without_prefix: bool
) -> Iterator[tuple[str, str]]:
    """Yield variables with a misspelled prefix, such as ``GRUPONO_WMS__PAGE_SIZE``, and the suggested name.

    Args:
        names: variable names to check.
        known: valid variable names.
        without_prefix: also report ``WMS__PAGE_SIZE``. Use it for `.env` only: in the process environment such a
            variable may belong to another program.
    """
    for name in names:
        plain = re.sub(r"[^A-Z0-9]+", "_", name.upper())
        if name.upper().startswith(f"{_PREFIX}_"):
            continue
        head, _, rest = plain.partition("_")
        if (_is_alike(head) and rest) or (plain.startswith(_PREFIX) and plain != _PREFIX):
            yield name, nearest(plain, known) or f"{_PREFIX}_..."
        elif without_prefix and f"{_PREFIX}_{name.upper()}" in known:
            yield name, f"{_PREFIX}_{name.upper()}"


def _is_alike(head: str) -> bool:
    return head == _PREFIX or difflib.SequenceMatcher(None, head, _PREFIX).ratio() >= 0.85
