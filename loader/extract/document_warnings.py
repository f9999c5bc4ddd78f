"""Warnings about documents that can't be loaded completely."""

from __future__ import annotations

from collections.abc import Iterator

from loader.extract.context import Outcome


def document_warnings(outcome: Outcome) -> Iterator[str]:
    """Yield a warning for quarantined documents, and one for rows with an invalid mod_ts."""
    if outcome.set_aside_names:
        named = "; ".join(outcome.set_aside_names)
        yield (
            f"WMS_DOC_001: elt_quarantine holds documents that can't be loaded ({outcome.set_aside} new): {named}. "
            "Correct them in the WMS; they are read again when they change."
        )
    if outcome.undated_rows:
        ids = ", ".join(map(str, outcome.undated_ids))
        yield (
            f"WMS_DOC_003: {outcome.undated_rows} rows have an invalid mod_ts (first ids: {ids}); "
            "they are loaded without it."
        )
