"""Estimates the duration of the first load."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from loader.discovery.model import EntityFacts, FirstLoad, LoadEstimate


def first_load(entities: Iterable[EntityFacts], *, page_size: int, workers: int) -> FirstLoad:
    """Estimate the first load of the configured entities: pages times the measured time of a page.

    A page takes `page_seconds` and `row_seconds` for each row. The loader reads a large entity with several workers, so
    the total is divided by their number. It can't be shorter than two requests of any entity: a page and the proof of
    its end.
    """
    loads, unknown = [], []
    for entity in entities:
        if not entity.is_configured or entity.readable != "yes":
            continue
        if entity.rows is None:
            unknown.append(entity.name)
            continue
        pages = ceil(entity.rows / page_size) + 1
        seconds = pages * entity.page_seconds + entity.rows * entity.row_seconds
        loads.append(LoadEstimate(entity=entity.name, rows=entity.rows, pages=pages, seconds=seconds))
    longest = max((2 * entity.seconds / entity.pages for entity in loads), default=0.0)
    return FirstLoad(
        seconds=max(longest, sum(entity.seconds for entity in loads) / workers),
        rows=sum(entity.rows for entity in loads),
        pages=sum(entity.pages for entity in loads),
        workers=workers,
        page_size=page_size,
        entities=tuple(sorted(loads, key=lambda entity: -entity.seconds)),
        unknown=tuple(unknown),
    )
