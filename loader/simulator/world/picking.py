"""Picking: waves allocate stock to lines, tasks group allocations, pickers take units from lots.

The warehouse is causal: an instant depends only on earlier events, so later orders never change earlier events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from loader.simulator.world.arrays import after, latest, only, running_number
from loader.simulator.world.demand import (
    EARLY_CANCEL,
    LATE,
    LATE_CANCEL,
    NONE,
    SPLIT,
    WAVE_EVERY,
    Demand,
    wave_offset,
)
from loader.simulator.world.dice import Dice
from loader.simulator.world.masters import ZONES, Locations
from loader.simulator.world.names import PICKERS
from loader.simulator.world.plants import Plants
from loader.simulator.world.reference import FACILITIES
from loader.simulator.world.spec import HOUR, MINUTE, NEVER, SECOND, Ints, WorldSpec
from loader.simulator.world.supply import Lots

LATE_WAVES = (2, 5)  # missing stock is found this many waves later
TASK_SIZE = 12
SHORT_PICK_SHARE = 0.008
PICK_EVERY = 25 * SECOND
UNDONE, PARTS = 2, 3  # part of an allocation that is undone, and number of parts
UNDONE_WAVES = 2  # the order is allocated again this many waves later
SHIFTS, SHIFT = 3, 8 * HOUR
FIRST_SHIFT = 3 * HOUR  # midnight in São Paulo, in UTC
LINES_PER_PICKER = 4000  # scale of the warehouse at which one picker works in a shift
PROMPT_SHARE = 0.9  # tasks that a picker starts within minutes


@dataclass(frozen=True, slots=True)
class Waves:
    """Wave runs. Instants: `created`, then `running`, `completed`, and `undone` if a user undid all of it."""

    key: Ints
    facility: Ints
    created: Ints
    running: Ints
    completed: Ints
    undone: Ints


@dataclass(frozen=True, slots=True)
class Tasks:
    """Picking tasks. Instants: `created`, `ready`, `started`, then `completed` or `cancelled`."""

    wave: Ints
    facility: Ints
    picker: Ints
    created: Ints
    ready: Ints
    started: Ints
    completed: Ints
    cancelled: Ints
    first_location: Ints


@dataclass(frozen=True, slots=True)
class Allocations:
    """Reservations of stock, in the order of lines; a line has at most three.

    Args:
        part: 0 or 1, first or second lot of the line; 2 for a first attempt that a user undid.
        qty, picked_qty: units reserved, and found by the picker.
        wave, task: positions in Waves and Tasks; `seq` from 1 within the task.
        created, tasked, picked, cancelled: instants.
    """

    line: Ints
    part: Ints
    lot: Ints
    qty: Ints
    picked_qty: Ints
    wave: Ints
    task: Ints
    seq: Ints
    created: Ints
    tasked: Ints
    picked: Ints
    cancelled: Ints


@dataclass(frozen=True, slots=True)
class Floor:
    """Waves, tasks, allocations, and when orders are cancelled (NEVER for most)."""

    waves: Waves
    tasks: Tasks
    allocations: Allocations
    order_cancelled: Ints


@dataclass(frozen=True, slots=True)
class _Reserved:
    """Allocations before they have tasks; `wave` is a wave key, `release` the key of the order's last wave."""

    line: Ints
    part: Ints
    order: Ints
    lot: Ints
    qty: Ints
    wave: Ints
    release: Ints


def build_floor(spec: WorldSpec, demand: Demand, lots: Lots, locations: Locations, plants: Plants) -> Floor:
    """Build waves, tasks and allocations of all orders."""
    dice = Dice(spec.seed)
    reserved = _reserve(dice, demand, lots, plants)
    waves = _run_waves(dice, np.unique(np.concatenate([reserved.wave, reserved.release])))
    created = _allocate(dice, demand, reserved)
    task, seq = _group(reserved, lots, locations)
    tasks, tasked = _open_tasks(dice, spec, reserved, task, seq, waves)
    cancelled = _cancel(dice, demand, reserved.order, tasked)
    undone = reserved.part == UNDONE
    alive = (demand.orders.ending[reserved.order] != LATE_CANCEL) & ~undone
    jitter = dice.whole("pick.jitter", PARTS * reserved.line + reserved.part, 0, 25 * SECOND)
    picked = only(alive, tasks.started[task] + seq * PICK_EVERY + jitter)
    undo = created + dice.whole("wave.undone", reserved.order, 4 * MINUTE, 12 * MINUTE)
    allocations = Allocations(
        line=reserved.line,
        part=reserved.part,
        lot=reserved.lot,
        qty=reserved.qty,
        picked_qty=_picked_qty(dice, demand, reserved, plants),
        wave=np.searchsorted(waves.key, reserved.wave),
        task=task,
        seq=seq,
        created=created,
        tasked=only(~undone, tasked),
        picked=picked,
        cancelled=only(~alive, np.where(undone, undo, _lines_cancelled(demand, reserved, cancelled))),
    )
    waves = replace(waves, undone=_wave_undone(allocations, len(waves.key)))
    return Floor(waves, _close_tasks(tasks, allocations, lots), allocations, cancelled)


def _lines_cancelled(demand: Demand, reserved: _Reserved, cancelled: Ints) -> Ints:
    known = np.where(cancelled == NEVER, 0, cancelled)[reserved.order]
    return known + demand.lines.seq[reserved.line] * 4_000


def _reserve(dice: Dice, demand: Demand, lots: Lots, plants: Plants) -> _Reserved:
    orders, lines = demand.orders, demand.lines
    served = (lines.service != NONE) & (orders.ending[lines.order] != EARLY_CANCEL)
    second = served & ((lines.service == SPLIT) | (lines.service == LATE) | plants["ghost"] | plants["doubled"])
    undone = plants["undone"][lines.order]
    slots = np.flatnonzero(np.stack([served, second, undone], axis=1).reshape(-1))
    line, part = slots // PARTS, slots % PARTS
    order = lines.order[line]
    ghost = (plants["ghost"] | plants["doubled"])[line] & (part == 1)
    waits = (lines.service[line] == LATE) & (part == 1)
    delay = waits * dice.whole("wave.late", line, *LATE_WAVES)
    delay += (undone[line] & (part != UNDONE)) * UNDONE_WAVES
    ticks = orders.wave[order] + delay
    last = np.zeros(len(orders.arrived), dtype=np.int64)
    np.maximum.at(last, order, ticks)
    return _Reserved(
        line=line,
        part=part,
        order=order,
        lot=lots.of_group[lines.group[line], np.where(ghost | (part == UNDONE), 0, part) ^ lines.turned[line]],
        qty=np.where(part == 1, lines.second_qty[line], lines.first_qty[line]),
        wave=ticks * len(FACILITIES) + orders.facility[order],
        release=last[order] * len(FACILITIES) + orders.facility[order],
    )


def _wave_instant(dice: Dice, key: Ints) -> Ints:
    tick, facility = key // len(FACILITIES), key % len(FACILITIES)
    return tick * WAVE_EVERY + wave_offset(facility) + dice.whole("wave.start", key, 0, 90 * SECOND)


def _run_waves(dice: Dice, key: Ints) -> Waves:
    created = _wave_instant(dice, key)
    return Waves(
        key=key,
        facility=key % len(FACILITIES),
        created=created,
        running=created + dice.whole("wave.running", key, 300_000, 2 * SECOND),
        completed=created + dice.whole("wave.completed", key, 58 * SECOND, 63 * SECOND),
        undone=np.full(len(key), NEVER, dtype=np.int64),
    )


def _wave_undone(allocations: Allocations, waves: int) -> Ints:
    """Return when the last allocation of a wave was undone; NEVER if it has others."""
    is_undone = allocations.part == UNDONE
    others = np.bincount(allocations.wave[~is_undone], minlength=waves)
    return only(others == 0, latest(allocations.cancelled[is_undone], allocations.wave[is_undone], waves))


def _allocate(dice: Dice, demand: Demand, reserved: _Reserved) -> Ints:
    """Return allocation times: a wave takes under a minute, with orders at random and lines in order."""
    turn = dice.whole("allocation.turn", reserved.order, 3 * SECOND, 53 * SECOND)
    step = demand.lines.seq[reserved.line] * 110_000 + reserved.part * 80_000
    jitter = dice.whole("allocation.jitter", PARTS * reserved.line + reserved.part, 0, 50_000)
    return _wave_instant(dice, reserved.wave) + turn + step + jitter


def _group(reserved: _Reserved, lots: Lots, locations: Locations) -> tuple[Ints, Ints]:
    """Return each allocation's task and position: one wave and zone, in walking order, at most TASK_SIZE.

    What a user undid is never in a task; it has the task of the second attempt, which precedes it, and position 0.
    """
    walk = lots.location[reserved.lot]
    pool = reserved.release * ZONES + locations.zone[walk]
    order = np.lexsort((walk, pool))
    order = order[reserved.part[order] != UNDONE]
    place = running_number(pool[order]) % TASK_SIZE
    task, seq = np.zeros_like(reserved.line), np.zeros_like(reserved.line)
    task[order] = np.cumsum(place == 0) - 1
    seq[order] = place + 1
    undone = np.flatnonzero(reserved.part == UNDONE)
    task[undone] = task[undone - 1]
    return task, seq


def _open_tasks(
    dice: Dice, spec: WorldSpec, reserved: _Reserved, task: Ints, seq: Ints, waves: Waves
) -> tuple[Tasks, Ints]:
    """Build tasks up to their start, and when each allocation gets its task."""
    head = np.flatnonzero(seq == 1)
    head = head[np.argsort(task[head])]
    index = np.arange(len(head), dtype=np.int64)
    wave = np.searchsorted(waves.key, reserved.release[head])
    created = waves.created[wave] + 65 * SECOND + dice.whole("task.created", index, 0, 40 * SECOND)
    ready = created + dice.whole("task.ready", index, SECOND, 5 * SECOND)
    started = ready + _waiting(dice, index)
    unknown = np.zeros(len(head), dtype=np.int64)
    tasks = Tasks(
        wave=wave,
        facility=waves.facility[wave],
        picker=_picker(dice, spec, started, waves.facility[wave]),
        created=created,
        ready=ready,
        started=started,
        completed=unknown,
        cancelled=unknown,
        first_location=unknown,
    )
    return tasks, created[task] + seq * 20_000


def _picker(dice: Dice, spec: WorldSpec, started: Ints, facility: Ints) -> Ints:
    """Return the number of a picker of the shift; a facility has as many as it has work for."""
    most = PICKERS // SHIFTS
    at_work = np.clip([round(spec.scale * place.share / LINES_PER_PICKER) for place in FACILITIES], 1, most)
    index = np.arange(len(started), dtype=np.int64)
    shift = (started - FIRST_SHIFT) // SHIFT % SHIFTS
    return np.asarray(1 + shift * most + dice.whole("task.picker", index, 0, 840) % at_work[facility])


def _waiting(dice: Dice, index: Ints) -> Ints:
    """Return the time from a ready task to its start."""
    prompt = dice.whole("task.prompt", index, 4 * MINUTE, 19 * MINUTE)
    slow = dice.whole("task.slow", index, 25 * MINUTE, 100 * MINUTE)
    return np.where(dice.chance("task.is_prompt", index, PROMPT_SHARE), prompt, slow)


def _cancel(dice: Dice, demand: Demand, order: Ints, tasked: Ints) -> Ints:
    """Return when orders are cancelled: before their wave, or before a picker starts."""
    orders = demand.orders
    index = np.arange(len(orders.arrived), dtype=np.int64)
    early = orders.arrived + dice.whole("order.early", index, 20 * SECOND, 100 * SECOND)
    known = np.maximum(latest(tasked, order, len(index)), orders.arrived)
    is_late = orders.ending == LATE_CANCEL
    late = np.where(is_late, known, 0) + dice.whole("order.late", index, 30 * SECOND, 3 * MINUTE)
    return np.where(is_late, late, only(orders.ending == EARLY_CANCEL, early))


def _picked_qty(dice: Dice, demand: Demand, reserved: _Reserved, plants: Plants) -> Ints:
    """Return picked units; sometimes fewer than reserved, or more within the tolerance."""
    extra = np.where(reserved.part == 0, demand.lines.extra[reserved.line], 0)
    short = dice.chance("pick.short", PARTS * reserved.line + reserved.part, SHORT_PICK_SHARE) & (reserved.qty > 3)
    short &= ~plants["overpacked"][reserved.line] & (extra == 0)
    return reserved.qty + extra - np.where(short, 1 + reserved.qty // 5, 0)


def _close_tasks(tasks: Tasks, allocations: Allocations, lots: Lots) -> Tasks:
    """Complete tasks after the last pick, or cancel them if nothing is left to pick."""
    count = len(tasks.created)
    is_picked = allocations.picked != NEVER
    last_pick = latest(allocations.picked[is_picked], allocations.task[is_picked], count)
    last_cancel = latest(allocations.cancelled[~is_picked], allocations.task[~is_picked], count)
    first = np.empty(count, dtype=np.int64)
    heads = allocations.seq == 1
    first[allocations.task[heads]] = lots.location[allocations.lot[heads]]
    return replace(
        tasks,
        started=only(last_pick != NEVER, tasks.started),
        completed=after(last_pick, 20 * SECOND),
        cancelled=only(last_pick == NEVER, after(last_cancel, SECOND)),
        first_location=first,
    )
