"""Differences and intersections of scopes, and the filters that select them. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from loader.extract.scan import Filters
from loader.extract.scope import CREATED, Paths, Scope, filters_of, start_instant


def covers(whole: Scope, part: Scope) -> bool:
    """Whether `whole` includes every row of `part`."""
    return (
        whole.company in {None, part.company}
        and _covers_facilities(whole, part)
        and (whole.start is None or (part.start is not None and part.start >= whole.start))
    )


def difference(scope: Scope, without: Scope | None, paths: Paths) -> list[Filters]:
    """Return filters of scans that show the rows of `scope` missing in `without`, and no row outside `scope`.

    If only the facilities or only the start date differ, the scans show just those rows. Otherwise one scan shows the
    whole scope.

    Args:
        without: None for the whole scope.
    """
    if without is not None and covers(without, scope):
        return []
    if without is None:
        return [filters_of(scope, paths)]
    if covers(replace(without, facilities=None), scope):
        return [filters_of(replace(scope, facilities=_others(scope, without)), paths)]
    if covers(replace(without, start=None), scope) and without.start is not None:
        return _before(scope, without.start, paths)
    return [filters_of(scope, paths)]


def intersection(one: Scope, other: Scope) -> Scope | None:
    """Return the scope of the rows that both include; None if there are none."""
    if one.company and other.company and one.company != other.company:
        return None
    facilities = one.facilities if other.facilities is None else other.facilities
    if one.facilities is not None and other.facilities is not None:
        facilities = tuple(sorted({*one.facilities} & {*other.facilities}))
        if not facilities:
            return None
    starts = [start for start in (one.start, other.start) if start is not None]
    return Scope(one.company or other.company, facilities, max(starts, default=None))


def is_outside(row: Mapping[str, object], scope: Scope, paths: Paths) -> bool:
    """Whether a row of a ``values_list`` response is certainly outside the scope.

    Values that are missing or can't be compared prove nothing.
    """
    limits = ((paths.company, (scope.company,) if scope.company else None), (paths.facility, scope.facilities))
    if any(codes is not None and path in row and row[path] not in codes for path, codes in limits if path is not None):
        return True
    return scope.start is not None and CREATED in row and _is_before(row[CREATED], scope.start)


def values_of(paths: Paths) -> tuple[str, ...]:
    """Return the ``values_list`` columns that `is_outside` needs, with the id first."""
    return ("id", *(path for path in (paths.company, paths.facility, paths.created) if path is not None))


def _before(scope: Scope, start: str, paths: Paths) -> list[Filters]:
    earlier: Filters = ((f"{CREATED}__lt", start_instant(start)),)
    common = filters_of(scope, paths)
    # without a lower bound, rows without create_ts are in scope too
    unknown = [(*common, (f"{CREATED}__isnull", "true"))] if scope.start is None else []
    return [(*common, *earlier), *unknown]


def _others(scope: Scope, without: Scope) -> tuple[str, ...] | None:
    if scope.facilities is None or without.facilities is None:
        return scope.facilities
    return tuple(sorted({*scope.facilities} - {*without.facilities}))


def _covers_facilities(whole: Scope, part: Scope) -> bool:
    if whole.facilities is None:
        return True
    return part.facilities is not None and {*part.facilities} <= {*whole.facilities}


def _is_before(value: object, start: str) -> bool:
    """Whether the instant is before the day. False without an offset, because its time zone is unknown."""
    if value is None:
        return True
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return instant.tzinfo is not None and instant < datetime.fromisoformat(start).replace(tzinfo=UTC)
