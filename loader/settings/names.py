"""Finds the name that somebody meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_PREFIX: Final = "GRUPONOS"
_ALIKE: Final = 0.75


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like this one; empty when there is none."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=_ALIKE)
    return found[0] if found else ""


def misspelt_prefixes(
    names: Iterable[str], known: Mapping[str, object], *, without_prefix: bool
) -> Iterator[tuple[str, str]]:
    """Variables that are ours but for their prefix, such as ``GRUPONO_WMS__PAGE_SIZE``, with the name that was meant.

    Args:
        without_prefix: whether ``WMS__PAGE_SIZE`` counts too; in the environment of a process it may be foreign.
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
