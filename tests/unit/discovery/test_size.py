"""Sizes of entities and the time of a first load, in few requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from loader.discovery.estimate import first_load
from loader.discovery.model import EntityFacts
from loader.discovery.size import density, measure, size_class
from tests.unit.discovery.scripted import IdsTenant


def measured(ids: Sequence[int], *, orders: bool = True) -> tuple[int | None, bool, int]:
    """Return rows, whether they are exact, and the requests after the first."""
    tenant = IdsTenant(ids)
    base = [("page_mode", "sequenced")]
    newest, _ = tenant.ordered_page("item", [*base, ("page_size", "100")], "-id")
    size = measure(tenant, "item", newest.page, base, asked=100, orders=orders)  # type: ignore[arg-type]
    return size.rows, size.is_counted, len(tenant.asked) - 1


@pytest.mark.parametrize("count", [0, 1, 99])
def test_size_of_small_table_costs_no_request(count: int) -> None:
    assert measured(range(count)) == (count, True, 0)


def test_size_of_narrow_table_is_counted() -> None:
    assert measured(range(1000, 9000, 2)) == (4000, True, 2)


@pytest.mark.parametrize(("step", "rows"), [(1, 300_000), (7, 300_000)])
def test_size_of_wide_table_is_estimated_without_a_count(step: int, rows: int) -> None:
    found, is_counted, requests = measured(range(10, 10 + step * rows, step))
    assert not is_counted
    assert requests == 2
    assert found == pytest.approx(rows, rel=0.02)


def test_size_of_unordered_table_is_unknown() -> None:
    assert measured(range(500), orders=False) == (None, False, 0)


def test_density_of_ids_without_gaps_is_one() -> None:
    assert (density([5, 6, 7]), density([5]), density([0, 10])) == (1.0, 1.0, 0.1)


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (None, "unknown"),
        (0, "empty"),
        (1000, "up to 1 thousand"),
        (1001, "up to 100 thousand"),
        (10_000_000, "up to 10 million"),
        (10_000_001, "more"),
    ],
)
def test_size_classes(rows: int | None, name: str) -> None:
    assert size_class(rows) == name


def test_first_load_multiplies_pages_by_their_time() -> None:
    item = EntityFacts(
        name="item",
        is_listed=True,
        readable="yes",
        is_configured=True,
        rows=5000,
        page_seconds=0.5,
        row_seconds=0.001,
    )
    others = [
        replace(item, name="wave", rows=None),
        replace(item, name="dock", is_configured=False),
        replace(item, name="task", readable="no"),
    ]
    found = first_load([item, *others], page_size=1000, workers=4)
    # five pages and the proof of the end, each half a second, and a millisecond for each row
    assert found.entities[0].pages == 6
    assert found.entities[0].seconds == pytest.approx(6 * 0.5 + 5.0)
    # four workers would need two seconds, but no load is shorter than two of its requests
    assert found.seconds == pytest.approx(8.0 / 3)
    assert found.unknown == ("wave",)
