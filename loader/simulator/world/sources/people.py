"""Sources: Recorded work of people and their clock times."""

from __future__ import annotations

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world.arrays import earliest, latest, only
from loader.simulator.world.demand import WAVE_EVERY
from loader.simulator.world.family import Column
from loader.simulator.world.history import History
from loader.simulator.world.names import CARTON, LPN, PICKERS, TASK, picker
from loader.simulator.world.reference import FACILITIES
from loader.simulator.world.sources.shared import long_ago, numbered, once
from loader.simulator.world.spec import MINUTE, NEVER, SECOND, Ints
from loader.simulator.world.tables.declared import Source, source
from loader.simulator.world.tables.static import owned


@source("pickers")
def _pickers(h: History) -> Source:
    rows = numbered(len(FACILITIES) * PICKERS)
    facility, number = rows // PICKERS, 1 + rows % PICKERS
    facts: dict[str, Ints | Column] = {
        "facility": facility,
        "company": 0 * rows,
        "number": 5_000 + rows,
        "name": picker(facility, number),
    }
    return once(long_ago(h, len(rows)), facts)


@source("task_work")
def _task_work(h: History) -> Source:
    tasks = h.floor.tasks
    facts: dict[str, Ints | Column] = {
        "user": picker(tasks.facility, tasks.picker),
        "facility": tasks.facility,
        "company": 0 * tasks.facility,
        "task": TASK.of(numbered(len(tasks.wave))),
    }
    events = np.column_stack((tasks.started, only(tasks.started != NEVER, tasks.completed)))
    return Source(("begun", "ended"), events, facts)


@source("putaway_work")
def _putaway_work(h: History) -> Source:
    lots, rows = h.lots, numbered(len(h.lots.qty))
    work = h.dice.whole("put.time", rows, 90 * SECOND, 7 * MINUTE)
    begun = lots.stored - np.minimum((lots.stored - lots.received) // 2, work)
    facts: dict[str, Ints | Column] = {
        "user": picker(lots.facility, 1 + lots.shipment % PICKERS),
        "facility": lots.facility,
        "company": lots.company,
        "activity": len(h.floor.tasks.wave) + rows,
        "item_code": c.word(h.item_codes, lots.item),
        "location": c.word(h.location_labels, lots.location),
        "lpn": LPN.of(rows),
        "units": lots.qty,
    }
    return Source(("begun", "ended"), np.column_stack((begun, lots.stored)), facts)


@source("picked_units")
def _picked_units(h: History) -> Source:
    own = h.floor.allocations
    facts: dict[str, Ints | Column] = {
        "user": h.pickers(own.task),
        "activity": own.task,
        "item_code": c.word(h.item_codes, h.lots.item[own.lot]),
        "location": c.word(h.location_labels, h.lots.location[own.lot]),
        "carton": CARTON.of(h.flow.carton),
        "units": own.picked_qty,
        "ended": np.where(own.picked == NEVER, 0, own.picked) + 12 * SECOND,
    }
    return Source(("begun",), own.picked[:, None], facts)


def _clock(h: History, *, is_in: bool) -> Source:
    """Pickers clock in for the tasks of about one wave, and out after the last of them."""
    tasks = h.floor.tasks
    row = np.flatnonzero(tasks.started != NEVER)
    stint = (tasks.started[row] + h.utc_offset[tasks.facility[row]]) // WAVE_EVERY
    person = tasks.facility[row] * PICKERS + tasks.picker[row] - 1
    people = len(FACILITIES) * PICKERS
    key, shift = np.unique(stint * people + person, return_inverse=True)
    who = key % people
    begins = key // people * WAVE_EVERY - h.utc_offset[who // PICKERS]
    begun = np.maximum(earliest(tasks.started[row], shift, len(key)) - 6 * MINUTE, begins)
    ended = np.minimum(latest(tasks.completed[row], shift, len(key)) + 5 * MINUTE, begins + WAVE_EVERY - SECOND)
    facts: dict[str, Ints | Column] = {
        "user": picker(who // PICKERS, 1 + who % PICKERS),
        "facility": who // PICKERS,
        "person": who,
        "area": owned(1, who // PICKERS),
    }
    return once(begun if is_in else ended, facts)


@source("clock_ins")
def _clock_ins(h: History) -> Source:
    return _clock(h, is_in=True)


@source("clock_outs")
def _clock_outs(h: History) -> Source:
    return _clock(h, is_in=False)
