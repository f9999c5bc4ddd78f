"""Status changes and dwell times that dbt derives from versions equal the simulated events.

Records with an even id are read at each change, the others every two hours, like a schedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from loader.simulator.world import WarehouseWorld, WorldSpec
from tests.dbt.marts.simulated import Landing, document
from tests.dbt.marts.status_truth import Life, Stay, life_of, readings, stays
from tests.dbt.marts.warehouse import Warehouse

AT = datetime(2026, 5, 8, 1, 40, tzinfo=UTC)
DAYS = 3
EVERY_TWO_HOURS = [AT - timedelta(hours=hours) for hours in range(24 * DAYS, -2, -2)]
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
HALFWAY = AT - timedelta(hours=30)
CANCELLED = 99
MARTS = {"order_hdr": "order_status_changes", "allocation": "allocation_status_changes"}
KEYS = {"order_hdr": "order_id", "allocation": "allocation_id"}


@dataclass
class Observed:
    """The warehouse, what was read from it, and the marts built from that."""

    world: WarehouseWorld
    warehouse: Warehouse
    lives: dict[str, dict[int, Life]]
    read: dict[str, dict[int, list[tuple[datetime, int]]]]

    def stays(self, entity: str, *, closely: bool) -> dict[int, list[Stay]]:
        """Return the stays by record, for records read at each change or periodically."""
        read = self.read[entity]
        return {key: stays(life, read[key]) for key, life in self.lives[entity].items() if is_close(key) == closely}

    def found(self, entity: str) -> dict[int, list[dict[str, Any]]]:
        """Return the rows of the mart by record, in read order."""
        rows: dict[int, list[dict[str, Any]]] = {}
        for row in self.warehouse.raw.records(f"select * from wms.{MARTS[entity]} order by loaded_at, entered_at"):
            rows.setdefault(row[KEYS[entity]], []).append(row)
        return rows


def is_close(key: int) -> bool:
    return key % 2 == 0


@pytest.fixture(scope="module")
def observed(shared_warehouse: Warehouse) -> Observed:
    """Built after half the time, when no line had been read yet, and at the end."""
    world = WarehouseWorld(WorldSpec(origin=AT, scale=600, days=DAYS))
    lives: dict[str, dict[int, Life]] = {}
    read: dict[str, dict[int, list[tuple[datetime, int]]]] = {}
    for entity in MARTS:
        lives[entity] = {key: life_of(world, entity, key, AT) for key in world.ids(entity, AT).tolist()}
        read[entity] = {
            key: readings(life, [at for at, _ in life] if is_close(key) else EVERY_TWO_HOURS)
            for key, life in lives[entity].items()
        }
    observed = Observed(world, shared_warehouse, lives, read)
    masters = ("company", "facility", "item", "order_status", "allocation_status")
    Landing(world, shared_warehouse.raw, masters).land(EVERY_TWO_HOURS[0])
    for since, until, others in ((BEGIN, HALFWAY, ()), (HALFWAY, AT, ("order_dtl",))):
        for entity in MARTS:
            _land(observed, entity, since, until)
        Landing(world, shared_warehouse.raw, others).land(until)
        shared_warehouse.dbt.run(
            *("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test", "--select"),
            *(f"+{mart}" for mart in MARTS.values()),
        )
    return observed


def _land(observed: Observed, entity: str, since: datetime, until: datetime) -> None:
    """Land the reads of a period, in read order."""
    found = sorted(
        (at, key, position)
        for key, read in observed.read[entity].items()
        for at, position in read
        if since < at <= until
    )
    documents = [
        document(observed.world, entity, key, observed.lives[entity][key][position][1]) for _, key, position in found
    ]
    raw = observed.warehouse.raw
    first = raw.last_read_order.get(entity, 0) + 1
    raw.put_all(entity, documents)
    times = [{"read_at": at.replace(tzinfo=None), "read_order": order} for order, (at, _, _) in enumerate(found, first)]
    with duckdb.connect(raw.path) as connection:
        connection.register("times", pa.Table.from_pylist(times))
        connection.execute(
            f"update wms_raw.{entity} r set read_at = times.read_at from times where r.read_order = times.read_order"
        )


@pytest.mark.parametrize("entity", MARTS)
def test_status_marts_have_every_record(observed: Observed, entity: str) -> None:
    """Includes records that break rules, such as those whose status regressed."""
    assert set(observed.found(entity)) == set(observed.lives[entity])


@pytest.mark.parametrize("entity", MARTS)
def test_reading_every_change_gives_exact_status_times(observed: Observed, entity: str) -> None:
    found, compared = observed.found(entity), 0
    for key, expected in observed.stays(entity, closely=True).items():
        if key not in found:
            continue
        ends = [*(stay.began for stay in expected[1:]), None]
        assert [
            (row["status_id"], row["entered_at"], row["left_at"], row["dwell_seconds"], row["is_current"])
            for row in found[key]
        ] == [
            (stay.status, naive(stay.began), naive(end), seconds(stay.began, end), int(end is None))
            for stay, end in zip(expected, ends, strict=True)
        ], key
        compared += len(expected)
    assert compared > 500


@pytest.mark.parametrize("entity", MARTS)
def test_periodic_reading_gives_seen_statuses_and_time_bounds(observed: Observed, entity: str) -> None:
    found, compared = observed.found(entity), 0
    for key, expected in observed.stays(entity, closely=False).items():
        rows = found.get(key, [])
        assert [row["status_id"] for row in rows] == ([stay.status for stay in expected] if rows else [])
        for row, stay in zip(rows, expected, strict=False):
            created = naive(observed.lives[entity][key][0][0])
            first = stay is expected[0]
            assert row["entered_after_at"] == (created if first else naive(stay.not_before))
            assert row["entered_at"] == naive(stay.began if first and stay.status == 0 else stay.shown)
            assert row["entered_after_at"] <= naive(stay.began) <= row["entered_at"] <= row["loaded_at"]
            assert row["loaded_at"] == naive(stay.read_at)
        for row, after in pairwise(rows):
            assert row["left_at"] == after["entered_at"]
            assert row["dwell_seconds"] == seconds(row["entered_at"], after["entered_at"])
        compared += len(rows)
    assert compared > 200


def test_status_regression_is_marked(observed: Observed) -> None:
    rows = observed.warehouse.raw.rows(
        "select order_id, previous_status_id, status_id from wms.order_status_changes where is_backward = 1"
    )
    expected = {
        (key, before.status, stay.status)
        for closely in (True, False)
        for key, found in observed.stays("order_hdr", closely=closely).items()
        for before, stay in pairwise(found)
        if stay.status < before.status
    }
    assert set(rows) == expected
    assert expected


def test_exact_and_periodic_reading_differ(observed: Observed) -> None:
    """Only the first reader sees statuses shorter than two hours."""
    average = {
        closely: sum(len(found) for found in every.values()) / len(every)
        for closely in (True, False)
        for every in [observed.stays("order_hdr", closely=closely)]
    }
    assert average[True] > average[False] + 1


def naive(at: datetime | None) -> datetime | None:
    """Return whole seconds."""
    return at and at.replace(tzinfo=None)


def seconds(start: datetime, end: datetime | None) -> int | None:
    """Whole seconds."""
    return end and int((end - start).total_seconds())
