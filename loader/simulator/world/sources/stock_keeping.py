"""Sources: Waves, tasks, replenishment, cycle counts, locks and notes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world.arrays import after, earliest, latest, running_number
from loader.simulator.world.family import Column
from loader.simulator.world.history import History
from loader.simulator.world.names import TASK, picker
from loader.simulator.world.sources.shared import INSTRUCTIONS, numbered, once
from loader.simulator.world.spec import DAY, HOUR, MINUTE, SECOND, Ints
from loader.simulator.world.tables.declared import Source, source
from loader.simulator.world.tables.static import owned


@source("waves")
def _waves(h: History) -> Source:
    waves = h.floor.waves
    facts: dict[str, Ints | Column] = {
        "facility": waves.facility,
        "number": 52_000 + numbered(len(waves.key)),
        "host": 1 + waves.facility,
        "mode": c.constant(h.codes.text("allocation_distribution_mode", 1)),
        "stage": c.by_event(*(c.constant(stage) for stage in (0, 0, 90, 90))),
    }
    events = np.column_stack((waves.created, waves.running, waves.completed, waves.undone))
    return Source(("created", "running", "completed", "undone"), events, facts)


@source("tasks")
def _tasks(h: History) -> Source:
    tasks, rows = h.floor.tasks, numbered(len(h.floor.tasks.wave))
    user = picker(tasks.facility, tasks.picker)
    facts: dict[str, Ints | Column] = {
        **_task_facts(tasks.facility, 1, user, "WAVE"),
        "number": TASK.of(rows),
        "wave": tasks.wave,
        "cart": c.label("CAR%02d", 1 + rows % 60),
        "location": tasks.first_location,
    }
    events = (tasks.created, tasks.ready, tasks.started, tasks.completed, tasks.cancelled)
    return Source(TASK_EVENTS, np.column_stack(events), facts)


TASK_EVENTS = ("created", "ready", "started", "completed", "cancelled")


def _task_facts(facility: Ints, kind: int, user: Column, creator: str) -> Mapping[str, Ints | Column]:
    return {
        "facility": facility,
        "type": owned(kind, facility),
        "user": user,
        "worker": c.since(TASK_EVENTS.index("started"), user, before=creator),
        "one": np.ones(len(facility), dtype=np.int64),
    }


@source("move_tasks")
def _move_tasks(h: History) -> Source:
    """One task for each replenishment."""
    moves = h.replenishment
    facility = h.lots.facility[moves.lot]
    facts: dict[str, Ints | Column] = {
        **_task_facts(facility, 2, c.label("EMP-%02d", 1 + moves.lot % 9), "WAVE"),
        "number": 1 + moves.lot,
        "wave": h.floor.allocations.wave[moves.allocation],
        "location": h.lots.location[moves.lot],
        "target": moves.location,
    }
    events = (moves.created, moves.created + SECOND, moves.started, moves.moved)
    return Source(TASK_EVENTS[:4], np.column_stack(events), facts)


@source("count_tasks")
def _count_tasks(h: History) -> Source:
    """One task for each cycle count, planned an hour before."""
    counts = h.counts
    facts: dict[str, Ints | Column] = {
        **_task_facts(h.locations.facility[counts.location], 3, c.label("INV%02d", counts.location % 12), "SCHEDULER"),
        "number": counts.location * 1000 + counts.at // DAY % 1000,
        "location": counts.location,
    }
    events = (counts.at - HOUR, counts.at - HOUR + SECOND, counts.at - 2 * MINUTE, counts.at)
    return Source(TASK_EVENTS[:4], np.column_stack(events), facts)


@source("requests")
def _requests(h: History) -> Source:
    """One request for each wave that replenishes."""
    moves, wave, request = h.replenishment, *h.move_requests
    count = len(wave)
    first = np.zeros(count, dtype=np.int64)
    first[request[::-1]] = moves.lot[::-1]
    created = earliest(moves.created, request, count) - 1000
    facts: dict[str, Ints | Column] = {
        "facility": h.lots.facility[first],
        "company": h.lots.company[first],
        "number": 60_000 + wave,
    }
    completed = after(latest(moves.moved, request, count), SECOND)
    return Source(("created", "completed"), np.column_stack((created, completed)), facts)


@source("moves")
def _moves(h: History) -> Source:
    moves, (_, request) = h.replenishment, h.move_requests
    facts: dict[str, Ints | Column] = {
        "request": request,
        "seq": running_number(request) + 1,
        "item": h.lots.item[moves.lot],
        "qty": moves.qty,
        "location": moves.location,
        "due": moves.created + 45 * MINUTE,
    }
    events = np.column_stack((moves.created, moves.started, moves.moved))
    return Source(("created", "started", "moved"), events, facts)


@source("counts")
def _counts(h: History) -> Source:
    counts = h.counts
    lot = np.maximum(counts.lot, 0)
    difference = counts.counted - counts.expected
    company = np.where(counts.lot < 0, 0, h.lots.company[lot])
    facts: dict[str, Ints | Column] = {
        "counter": c.label("INV%02d", counts.location % 12),
        "facility": h.locations.facility[counts.location],
        "company": company,
        "location": counts.location,
        "number": 700_000 + counts.location,
        "task": len(h.floor.tasks.wave) + len(h.replenishment.lot) + numbered(len(lot)),
        "reason": np.where(difference == 0, -1, owned(np.where(difference < 0, 3, 5), company)),
    }
    return Source(("counted", "approved"), np.column_stack((counts.at, counts.approved)), facts)


@source("counted_lots")
def _counted_lots(h: History) -> Source:
    counts, lots = h.counts, h.lots
    row = np.flatnonzero(counts.lot >= 0)
    lot = counts.lot[row]
    difference = (counts.counted - counts.expected)[row]
    facts: dict[str, Ints | Column] = {
        "counter": c.label("INV%02d", counts.location[row] % 12),
        "count": row,
        "item": lots.item[lot],
        "lpn": c.where(lots.in_lpn[lot], c.number(h.ids("container")[lot]), c.constant(None)),
        "location": counts.location[row],
        "expected": counts.expected[row],
        "counted": counts.counted[row],
        "cost_cents": h.items.cents[lots.item[lot]],
        "difference_cents": difference * h.items.cents[lots.item[lot]],
    }
    events = np.column_stack((counts.at[row] + 1000, counts.approved[row] + 1000))
    return Source(("counted", "approved"), events, facts)


@source("lpn_locks")
def _lpn_locks(h: History) -> Source:
    lot = np.flatnonzero(h.locked_lots)
    facts: dict[str, Ints | Column] = {
        "container": c.number(h.ids("container")[lot]),
        "lock": owned(1 + lot % 4, h.lots.company[lot]),
    }
    return Source(("created",), h.lots.received[lot][:, None], facts, gone=h.lock_released[lot])


@source("notes")
def _notes(h: History) -> Source:
    order = h.noted_orders
    facts: dict[str, Ints | Column] = {"order": order, "text": c.word(INSTRUCTIONS, order % len(INSTRUCTIONS))}
    return once(h.demand.orders.arrived[order], facts)
