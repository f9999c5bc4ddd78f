"""Client for the WMS REST API: HTTP, authentication, retries, pages and descriptions of entities."""

from __future__ import annotations

from loader.wms.catalog import Description, FieldDescription
from loader.wms.client import RequestEvent, WmsClient
from loader.wms.page import Key, Page, Relation, UnusableDocument, parse_page
from loader.wms.response import BadRequestError, is_ordering_refused
from loader.wms.retry import PageTooSlow
from loader.wms.times import parse_ts, utc_text

__all__ = [
    "BadRequestError",
    "Description",
    "FieldDescription",
    "Key",
    "Page",
    "PageTooSlow",
    "Relation",
    "RequestEvent",
    "UnusableDocument",
    "WmsClient",
    "is_ordering_refused",
    "parse_page",
    "parse_ts",
    "utc_text",
]
