"""Rows of allocation, wave and task."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world import reference
from loader.simulator.world.family import Columns, Family
from loader.simulator.world.history import History
from loader.simulator.world.spec import HOUR

_MADE, _TASKED, _PICKED, _PACKED, _CANCELLED = range(5)
_TASK_STARTED = 2
FIRST_CARTON, FIRST_RUN, FIRST_TASK = 7_100_000, 52_000, 1_900_000


def carton_number(carton: int) -> str:
    """The number of an outbound LPN."""
    return f"OB{FIRST_CARTON + carton:010d}"


def task_users(h: History) -> list[str]:
    """By task, who picks it."""
    codes = [facility.code for facility in reference.FACILITIES]
    tasks = zip(h.floor.tasks.facility.tolist(), h.floor.tasks.picker.tolist(), strict=True)
    return [f"SEP-{codes[facility]}-{picker:02d}" for facility, picker in tasks]


def allocation(h: History) -> Family:
    """Allocations from reservation to packing."""
    allocations, line = h.floor.allocations, h.floor.allocations.line
    stock, goods = h.inventory_ids
    ghost = h.plants.ghost[line] & (allocations.part == 1)
    events = (allocations.created, allocations.tasked, allocations.picked, h.flow.packed, allocations.cancelled)
    return Family(
        h.allocation_ids,
        np.column_stack(events),
        {
            "create_user": c.constant("WAVE"),
            "order_dtl_id": c.number(h.line_ids[line]),
            "from_inventory_id": c.number(stock[allocations.lot]),
            "to_inventory_id": c.since(_PICKED, c.number(goods)),
            "status_id": c.status((0, 0, 30, 90, 99)),
            "alloc_qty": c.decimal(np.where(ghost, 0, allocations.qty)),
            "wave_id": c.number(h.wave_ids[allocations.wave]),
            "alloc_uom_id": c.constant(1),
            "task_id": c.since(_TASKED, c.number(h.task_ids[allocations.task])),
            "task_seq_nbr": c.since(_TASKED, c.number(allocations.seq), before=0),
            **_picked(h),
        },
    )


def _picked(h: History) -> Columns:
    allocations, line = h.floor.allocations, h.floor.allocations.line
    is_first = allocations.part == 0
    wave_user, picker = c.constant("WAVE"), c.word(task_users(h), allocations.task)
    excess = np.where(h.plants.overpacked[line] & is_first, 1 + line % 3, 0)
    hasty = c.moments(allocations.created - (1 + line % 40) * HOUR)
    impossible = h.plants.early_pick[line] & is_first
    cartons = [carton_number(carton) for carton in range(len(h.flow.carton_order))]
    return {
        "mod_user": c.by_event(wave_user, wave_user, picker, c.constant("PACK"), c.constant("HOST")),
        "packed_qty": c.since(_PACKED, c.decimal(allocations.picked_qty + excess), before=Decimal(0)),
        "pick_user": c.since(_PICKED, picker, before=""),
        "picked_ts": c.where(impossible, c.since(_PICKED, hasty), c.instant(_PICKED)),
        "pick_locn_str": c.since(_PICKED, c.word(h.location_labels, h.lots.location[allocations.lot]), before=""),
        "final_oblpn_nbr": c.since(_PACKED, c.word(cartons, h.flow.carton), before=""),
    }


def wave(h: History) -> Family:
    """Wave runs."""
    waves = h.floor.waves
    index = np.arange(len(waves.key), dtype=np.int64)
    return Family(
        h.wave_ids,
        np.column_stack((waves.created, waves.running, waves.completed)),
        {
            "create_user": c.constant("SCHEDULER"),
            "mod_user": c.constant("WAVE"),
            "facility_id": c.number(reference.facility_ids()[waves.facility]),
            "run_nbr": c.label("W%d", FIRST_RUN + index),
            "status_id": c.status((0, 10, 90)),
            "wave_template_id": c.constant(1),
        },
        lambda run: f"W{FIRST_RUN + run}",
    )


def task(h: History) -> Family:
    """Picking tasks."""
    tasks = h.floor.tasks
    index = np.arange(len(tasks.wave), dtype=np.int64)
    user = c.word(task_users(h))
    events = (tasks.created, tasks.ready, tasks.started, tasks.completed, tasks.cancelled)
    return Family(
        h.task_ids,
        np.column_stack(events),
        {
            "create_user": c.constant("WAVE"),
            "mod_user": c.since(_TASK_STARTED, user, before="WAVE"),
            "facility_id": c.number(reference.facility_ids()[tasks.facility]),
            "task_nbr": c.label("T%d", FIRST_TASK + index),
            "task_type_id": c.constant(1),
            "status_id": c.status((0, 10, 30, 90, 99)),
            "wave_id": c.number(h.wave_ids[tasks.wave]),
            "cart_nbr": c.since(_TASK_STARTED, c.label("CAR%02d", 1 + index % 60), before=""),
            "curr_location_id": c.since(_TASK_STARTED, c.number(h.location_ids[tasks.first_location])),
            "assigned_user": c.since(_TASK_STARTED, user, before=""),
            "curr_task_type_exec_seq": c.since(_TASK_STARTED, c.constant(1), before=0),
        },
        lambda number: f"T{FIRST_TASK + number}",
    )
