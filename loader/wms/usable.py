"""Handles pages with unusable documents: reports them, and fails if reading can't continue after them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from loader.errors import SourceError
from loader.wms.page import Page
from loader.wms.retry import SMALLEST_PAGE

Params = Sequence[tuple[str, str]]

NO_DOCUMENTS: Final = frozenset({"values_list"})
"""Parameters that make rows incomplete documents, which are not stored."""
_SHOWN: Final = 3


def usable_page(fetch: Callable[[Params], Page], params: Params, on_page: Callable[[Page], None] | None) -> Page:
    """Return a page. If its rows are whole documents, call `on_page` first.

    If a request for a few rows returns only unusable documents, a larger page is requested.

    Raises:
        SourceError: WMS_DOC_002, no document of a full page is usable, so there is no id to continue after.
    """
    query = dict(params)
    asked = query.get("page_size", "")
    size = int(asked) if asked.isdigit() else 0
    page = fetch(params)
    if page.unusable and not page.keys and 0 < size < SMALLEST_PAGE:
        wider = [(name, str(SMALLEST_PAGE) if name == "page_size" else value) for name, value in params]
        found, size = fetch(wider), SMALLEST_PAGE
        page = replace(found, keys=found.keys[: int(asked)], documents=found.documents[: int(asked)])
    if on_page and not NO_DOCUMENTS & query.keys():
        on_page(page)
    if page.unusable and not page.keys and (page.next_page or (0 < size <= page.row_count)):
        raise _stuck(page)
    return page


def _stuck(page: Page) -> SourceError:
    named = "; ".join(map(str, page.unusable[:_SHOWN]))
    more = f" and {len(page.unusable) - _SHOWN} more" if len(page.unusable) > _SHOWN else ""
    return SourceError(
        "WMS_DOC_002",
        f"Can't continue reading {page.entity}: no document of a page has a usable id ({named}{more}).",
        hint="Correct these documents in the WMS, or ask Oracle support. Their text is in elt_quarantine.",
        context={"entity": page.entity},
    )
