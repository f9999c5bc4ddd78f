"""Sources: Recorded work of people and their clock times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world.arrays import after, earliest, latest, only
from loader.simulator.world.family import Column
from loader.simulator.world.names import CARTON, LPN, TASK
from loader.simulator.world.reference import FACILITIES
from loader.simulator.world.sources.shared import PICKERS, long_ago, numbered, once
from loader.simulator.world.spec import DAY, MINUTE, NEVER, SECOND, Ints
from loader.simulator.world.tables.declared import Source
from loader.simulator.world.tables.static import owned

if TYPE_CHECKING:
    from loader.simulator.world.history import History


def _pickers(h: History) -> Source:
    rows = numbered(len(FACILITIES) * PICKERS)
    facility, number = rows // PICKERS, 1 + rows % PICKERS
    facts: dict[str, Ints | Column] = {
        "facility": facility,
        "company": 0 * rows,
        "number": 5_000 + rows,
        "name": user_of(facility, number),
    }
    return once(long_ago(h, len(rows)), facts)


def user_of(facility: Ints, number: Ints) -> Column:
    """Return the user name of a picker of a facility."""
    codes = [place.code for place in FACILITIES]
    return c.word([f"SEP-{code}-{one:02d}" for code in codes for one in range(PICKERS + 1)], facility * 25 + number)


def _task_work(h: History) -> Source:
    tasks = h.floor.tasks
    facts: dict[str, Ints | Column] = {
        "user": user_of(tasks.facility, tasks.picker),
        "facility": tasks.facility,
        "company": 0 * tasks.facility,
        "task": TASK.of(numbered(len(tasks.wave))),
    }
    events = np.column_stack((tasks.started, only(tasks.started != NEVER, tasks.completed)))
    return Source(("begun", "ended"), events, facts)


def _putaway_work(h: History) -> Source:
    lots, rows = h.lots, numbered(len(h.lots.qty))
    work = h.dice.whole("put.time", rows, 90 * SECOND, 7 * MINUTE)
    begun = lots.stored - np.minimum((lots.stored - lots.received) // 2, work)
    facts: dict[str, Ints | Column] = {
        "user": user_of(lots.facility, 1 + lots.shipment % PICKERS),
        "facility": lots.facility,
        "company": lots.company,
        "activity": len(h.floor.tasks.wave) + rows,
        "item_code": c.word(h.item_codes, lots.item),
        "location": c.word(h.location_labels, lots.location),
        "lpn": LPN.of(rows),
        "units": lots.qty,
    }
    return Source(("begun", "ended"), np.column_stack((begun, lots.stored)), facts)


def _picked_units(h: History) -> Source:
    own = h.floor.allocations
    facts: dict[str, Ints | Column] = {
        "user": user_of(h.floor.tasks.facility[own.task], h.floor.tasks.picker[own.task]),
        "activity": own.task,
        "item_code": c.word(h.item_codes, h.lots.item[own.lot]),
        "location": c.word(h.location_labels, h.lots.location[own.lot]),
        "carton": CARTON.of(h.flow.carton),
        "units": own.picked_qty,
        "ended": np.where(own.picked == NEVER, 0, own.picked) + 12 * SECOND,
    }
    return Source(("begun",), own.picked[:, None], facts)


def _clock(h: History, *, is_in: bool) -> Source:
    """Each day a picker clocks in before the first task, and out after the last one."""
    tasks = h.floor.tasks
    row = np.flatnonzero(tasks.started != NEVER)
    day = (tasks.started[row] + h.utc_offset[tasks.facility[row]]) // DAY
    person = tasks.facility[row] * PICKERS + tasks.picker[row] - 1
    people = len(FACILITIES) * PICKERS
    key, shift = np.unique(day * people + person, return_inverse=True)
    begun = earliest(tasks.started[row], shift, len(key)) - 6 * MINUTE
    ended = after(latest(tasks.completed[row], shift, len(key)), 5 * MINUTE)
    who = key % people
    facts: dict[str, Ints | Column] = {
        "user": user_of(who // PICKERS, 1 + who % PICKERS),
        "facility": who // PICKERS,
        "person": who,
        "area": owned(1, who // PICKERS),
    }
    return once(begun if is_in else ended, facts)


PEOPLE: Mapping[str, Callable[[History], Source]] = {
    "pickers": _pickers,
    "task_work": _task_work,
    "putaway_work": _putaway_work,
    "picked_units": _picked_units,
    "clock_ins": lambda h: _clock(h, is_in=True),
    "clock_outs": lambda h: _clock(h, is_in=False),
}
