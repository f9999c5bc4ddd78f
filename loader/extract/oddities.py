"""What is said of single documents that something is wrong with."""

from __future__ import annotations

from collections.abc import Iterator

from loader.extract.context import Outcome


def document_warnings(outcome: Outcome) -> Iterator[str]:
    """One sentence for the documents that were set aside, one for those whose mod_ts cannot be read."""
    if outcome.set_aside_names:
        named = "; ".join(outcome.set_aside_names)
        yield (
            f"WMS_DOC_001: documents that can't be landed are in elt_quarantine ({outcome.set_aside} new): {named}. "
            "Correct them in the WMS; they are read again when they change"
        )
    if outcome.undated_rows:
        ids = ", ".join(map(str, outcome.undated_ids))
        yield (
            f"WMS_DOC_003: {outcome.undated_rows} rows have a mod_ts that can't be read (first ids: {ids}); "
            "they are landed without it"
        )
