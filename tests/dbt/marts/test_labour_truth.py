"""Labour productivity and task performance equal values calculated from the WMS's documents."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from hashlib import md5
from itertools import pairwise

import pytest

from tests.dbt.marts.documents import instant, local_day, related, seconds
from tests.dbt.marts.full_world import FullWorld

KINDS = {"Picking": "picking", "Putaway": "putaway"}
CANCELLED, COMPLETED = 99, 90
Person = tuple[int | None, date | None, str]


def clocked(full_world: FullWorld) -> Counter[Person]:
    """Return seconds between clocking in and out, by facility, local day and user."""
    entries: defaultdict[tuple[int | None, str], list[tuple[datetime, int, str, str]]] = defaultdict(list)
    for key, row in full_world.documents("track_record").items():
        at = instant(row["create_ts"])
        assert at
        person = related(row, "facility_id"), row["cw_user_id"]["key"]
        entries[person].append((at, key, row["in_out"], row["create_ts"]))
    found: Counter[Person] = Counter()
    for (facility, user), own in entries.items():
        own.sort()
        for (start, _, kind, text), (end, _, following, _) in pairwise(own):
            if (kind, following) == ("IN", "OUT") and (end - start).days < 1:
                found[facility, local_day(text, facility), user] += int((end - start).total_seconds())
    return found


def test_productivity_equals_documents(full_world: FullWorld) -> None:
    codes, lines, units = full_world.documents("wms_activity_code"), Counter[int](), Counter[int]()
    kind_of: dict[int, str] = {}
    for row in full_world.documents("wms_activity_dtl").values():
        activity = row["activity_id"]["id"]
        lines[activity] += 1
        units[activity] += Decimal(row["units"])  # type: ignore[assignment]
        kind_of[activity] = KINDS[codes[row["activity_code_id"]["id"]]["description"]]
    done: defaultdict[tuple[Person, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    recorded: Counter[Person] = Counter()
    last_step: dict[int, datetime] = {}
    for row in full_world.documents("wms_activity_dtl").values():
        if at := instant(row["end_ts"]):
            activity = row["activity_id"]["id"]
            last_step[activity] = max(at, last_step.get(activity, at))
    for key, row in full_world.documents("wms_activity").items():
        facility = related(row, "facility_id")
        person = facility, local_day(row["begin_ts"], facility), row["user_name"]
        active = seconds(instant(row["begin_ts"]), instant(row["end_ts"]) or last_step.get(key)) or 0
        own = done[person, kind_of.get(key, "other")]
        for place, amount in enumerate((1, lines[key], units[key], max(active, 0))):
            own[place] += amount
        recorded[person] += max(active, 0)
    clock = clocked(full_world)
    expected = {}
    for (person, kind), (count, line_count, unit_count, active) in done.items():
        is_clocked = person in clock and clock[person] >= recorded[person]
        worked = clock[person] * active / recorded[person] if is_clocked and recorded[person] else active
        name = md5(person[2].encode(), usedforsecurity=False).hexdigest()
        expected[person[0], person[1], name, kind] = (count, line_count, unit_count, active, is_clocked, worked)
    rows = full_world.records(
        "select facility_id, business_date, person, activity_kind, activity_count, line_count, units, active_seconds, "
        "is_clocked, worked_seconds, lines_per_hour from wms.labour_productivity"
    )
    assert len(rows) == len(expected) > 50
    for row in rows:
        *key, count, line_count, unit_count, active, is_clocked, worked, per_hour = row.values()
        wanted = expected[tuple(key)]  # type: ignore[index]
        assert (count, line_count, unit_count, active, is_clocked) == wanted[:5]
        assert worked == pytest.approx(wanted[5], abs=1)
        if wanted[5]:
            assert float(per_hour) == pytest.approx(line_count * 3600 / wanted[5], rel=1e-3)
    assert {values[4] for values in expected.values()} == {True, False}


def test_names_of_people_are_pseudonyms(full_world: FullWorld) -> None:
    names = {row["user_name"] for row in full_world.documents("wms_activity").values()}
    for mart in ("labour_productivity", "task_performance"):
        people = {row["person"] for row in full_world.records(f"select distinct person from wms.{mart}")}
        assert len(people) > 5
        assert not people & names


def test_tasks_equal_documents(full_world: FullWorld) -> None:
    work: dict[tuple[int | None, str], tuple[datetime | None, datetime | None]] = {}
    for row in full_world.documents("wms_activity").values():
        if row["task_nbr"]:
            work[related(row, "facility_id"), row["task_nbr"]] = instant(row["begin_ts"]), instant(row["end_ts"])
    picks: defaultdict[int | None, list[str | None]] = defaultdict(list)
    hidden = {
        row["entity_id"]
        for row in full_world.records(
            "select entity_id from wms.rejected_records where entity = 'allocation' and handling = 'hidden'"
        )
    }
    for key, row in full_world.documents("allocation").items():
        if row["status_id"] != CANCELLED and key not in hidden:
            picks[related(row, "task_id")].append(row["picked_ts"])
    expected = {}
    for key, row in full_world.documents("task").items():
        picked = sorted(at for text in picks[key] if (at := instant(text)))
        begun, ended = work.get((related(row, "facility_id"), row["task_nbr"]), (None, None))
        started = begun or (picked[0] if picked else None)
        last = ended or (picked[-1] if picked else instant(row["mod_ts"]))
        completed = last if row["status_id"] == COMPLETED else None
        expected[key] = (
            seconds(instant(row["create_ts"]), started),
            seconds(started, completed),
            len(picks[key]),
            len(picked),
            int(row["status_id"] not in (COMPLETED, CANCELLED)),
        )
    rows = full_world.records(
        "select task_id, waiting_seconds, working_seconds, line_count, picked_count, is_open from wms.task_performance"
    )
    assert {row.pop("task_id"): tuple(row.values()) for row in rows} == expected
    assert len(expected) > 50


@pytest.mark.parametrize("kpi", ["lines_per_labour_hour", "units_per_labour_hour"])
def test_labour_kpi_is_picked_work_over_hours_worked(full_world: FullWorld, kpi: str) -> None:
    codes = full_world.documents("wms_activity_code")
    picking = {
        row["activity_id"]["id"]
        for row in full_world.documents("wms_activity_dtl").values()
        if codes[row["activity_code_id"]["id"]]["description"] == "Picking"
    }
    activities, picked = full_world.documents("wms_activity"), defaultdict[object, Decimal](Decimal)
    for row in full_world.documents("wms_activity_dtl").values():
        activity = row["activity_id"]["id"]
        if activity in picking:
            facility = related(activities[activity], "facility_id")
            amount = Decimal(row["units"]) if kpi.startswith("units") else Decimal(1)
            picked[facility, local_day(activities[activity]["begin_ts"], facility)] += amount
    rows = full_world.records(
        f"select facility_id, business_date, numerator, denominator, kpi_value from wms.kpi_daily where kpi = '{kpi}'"
    )
    assert picked
    assert {(row["facility_id"], row["business_date"]): row["numerator"] for row in rows} == picked
    hours = {
        (row["facility_id"], row["business_date"]): row["hours"]
        for row in full_world.records(
            "select facility_id, business_date, sum(worked_seconds) / 3600.0 as hours from wms.labour_productivity "
            "where activity_kind = 'picking' group by all"
        )
    }
    for row in rows:
        assert float(row["denominator"]) == pytest.approx(
            float(hours[row["facility_id"], row["business_date"]]), abs=1e-3
        )
        assert float(row["kpi_value"]) == pytest.approx(float(row["numerator"] / row["denominator"]), abs=1e-3)
