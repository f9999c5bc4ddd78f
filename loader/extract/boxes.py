"""What one scope has and another has not, as filters. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from loader.extract.scan import Filters
from loader.extract.scope import CREATED, Paths, Scope, filters_of, start_instant


def covers(whole: Scope, part: Scope) -> bool:
    """Whether every row of `part` is a row of `whole`."""
    return (
        whole.company in {None, part.company}
        and _covers_facilities(whole, part)
        and (whole.start is None or (part.start is not None and part.start >= whole.start))
    )


def difference(scope: Scope, without: Scope | None, paths: Paths) -> list[Filters]:
    """Scans that show at least the rows of `scope` that `without` lacks, and none outside `scope`.

    One side alone that differs makes a small scan; a company that differs, or several sides, one of the whole scope.

    Args:
        without: None = nothing, so that the whole scope is asked for.
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
    """The rows of both; None when there can be none."""
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
    """Whether a row of a ``values_list`` answer shows that it is not in the scope.

    Only a value proves it: what the answer leaves out, or writes in a way that cannot be compared, does not.
    """
    limits = ((paths.company, (scope.company,) if scope.company else None), (paths.facility, scope.facilities))
    if any(codes is not None and path in row and row[path] not in codes for path, codes in limits if path is not None):
        return True
    return scope.start is not None and CREATED in row and _is_before(row[CREATED], scope.start)


def values_of(paths: Paths) -> tuple[str, ...]:
    """Columns of a ``values_list`` by which `is_outside` decides, after the id."""
    return ("id", *(path for path in (paths.company, paths.facility, paths.created) if path is not None))


def _before(scope: Scope, start: str, paths: Paths) -> list[Filters]:
    earlier: Filters = ((f"{CREATED}__lt", start_instant(start)),)
    common = filters_of(scope, paths)
    # without a lower bound there may also be rows that do not say when they were created
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
    """False for an instant without offset: whose midnight it means is not known."""
    if value is None:
        return True
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return instant.tzinfo is not None and instant < datetime.fromisoformat(start).replace(tzinfo=UTC)
