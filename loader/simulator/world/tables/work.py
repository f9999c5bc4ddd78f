"""Rows of allocation."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world.disturb import Parents
from loader.simulator.world.family import Columns, Family
from loader.simulator.world.history import ALLOCATION_PACKED, ALLOCATION_PICKED, FIRST_IDS, History
from loader.simulator.world.names import CARTON
from loader.simulator.world.spec import DAY, HOUR, NEVER
from loader.simulator.world.tables.declared import fixed

_TASKED = 1
_MOVED = 2


def allocation(h: History) -> Family:
    """Allocations from reservation to packing."""
    allocations, line = h.floor.allocations, h.floor.allocations.line
    stock, goods, _ = h.part_ids("inventory")
    events = (allocations.created, allocations.tasked, allocations.picked, h.flow.packed, allocations.cancelled)
    is_first, is_second = allocations.part == 0, allocations.part == 1
    units = np.where(h.plants["ghost"][line] & is_second, 0, allocations.qty)
    # units that the line has reserved already
    units = np.where(h.plants["doubled"][line] & is_second, h.demand.lines.qty[line], units)
    line_id = np.where(
        h.plants["lost"][line] & is_first, FIRST_IDS["allocation"] - 1 - line % 400_000, h.ids("order_dtl")[line]
    )
    reopened, forgotten = h.plants["reopened"][line] & is_first, h.plants["forgotten"][line] & is_first
    untouched = h.codes.ids("allocation_status", *["Created"] * 4, "Cancelled")
    status = c.where(reopened, c.status(_codes(h, "Picked")), c.status(_codes(h, "Completed")))
    return Family(
        h.ids("allocation"),
        h.disturber.timeline("allocation", np.column_stack(events), Parents(h.line_timeline, line)),
        {
            **fixed(h, "allocation"),
            "order_dtl_id": c.number(line_id),
            "from_inventory_id": c.number(stock[allocations.lot]),
            "to_inventory_id": c.since(ALLOCATION_PICKED, c.number(goods)),
            "status_id": c.where(forgotten, c.status(untouched), status),
            "alloc_qty": c.decimal(units),
            "wave_id": c.number(h.ids("wave")[allocations.wave]),
            "task_id": c.since(_TASKED, c.number(h.ids("task")[allocations.task])),
            "task_seq_nbr": c.since(_TASKED, c.number(allocations.seq), before=0),
            **_picked(h),
        },
    )


def _codes(h: History, packed: str) -> tuple[int, ...]:
    return h.codes.ids("allocation_status", "Created", "Created", "Picked", packed, "Cancelled")


def replenishment(h: History) -> Family:
    """Allocations that move goods to an active location; they name the order line whose wave needs the goods."""
    moves, picks = h.replenishment, h.floor.allocations
    stock, _, moved = h.part_ids("inventory")
    line = picks.line[moves.allocation]
    events = np.column_stack((moves.created, moves.started, moves.moved))
    parents = Parents(h.line_timeline, line)
    user = c.label("EMP-%02d", 1 + moves.lot % 9)
    return Family(
        h.part_ids("allocation")[1],
        h.disturber.timeline("allocation", events, parents, part="allocation.replenishment"),
        {
            **fixed(h, "allocation", "replenishment"),
            "mod_user": c.by_event(c.constant("WAVE"), user, user),
            "order_dtl_id": c.number(h.ids("order_dtl")[line]),
            "from_inventory_id": c.number(stock[moves.lot]),
            "to_inventory_id": c.since(_MOVED, c.number(moved)),
            "alloc_qty": c.decimal(moves.qty),
            "packed_qty": c.since(_MOVED, c.decimal(moves.qty), before=Decimal(0)),
            "wave_id": c.number(h.ids("wave")[picks.wave[moves.allocation]]),
            "task_id": c.number(h.row_parts("task", "move_tasks")),
            "pick_user": c.since(_MOVED, user, before=""),
            "picked_ts": c.instant(_MOVED),
            "pick_locn_str": c.since(_MOVED, c.word(h.location_labels, h.lots.location[moves.lot]), before=""),
        },
    )


def _picked(h: History) -> Columns:
    allocations, line = h.floor.allocations, h.floor.allocations.line
    is_first, is_second = allocations.part == 0, allocations.part == 1
    wave_user, pick_user = c.constant("WAVE"), h.pickers(allocations.task)
    tolerated = allocations.qty * h.items.tolerance[h.lots.item[allocations.lot]] // 100
    excess = np.where(h.plants["overpacked"][line] & is_first, tolerated + 1 + line % 3, 0)
    excess = np.where(h.plants["doubled"][line] & is_second, h.demand.lines.qty[line], excess)
    packed = np.where(h.plants["forgotten"][line] & is_first, 0, allocations.picked_qty + excess)
    hasty = c.moments(allocations.created - (1 + line % 40) * HOUR)
    impossible = h.plants["early_pick"][line] & is_first
    picked = np.where(allocations.picked == NEVER, 0, allocations.picked)
    future = c.where(
        h.plants["late_pick"][line] & is_first,
        c.since(ALLOCATION_PICKED, c.moments(picked + 30 * DAY)),
        c.instant(ALLOCATION_PICKED),
    )
    return {
        "mod_user": c.by_event(wave_user, wave_user, pick_user, c.constant("PACK"), c.constant("HOST")),
        "packed_qty": c.since(ALLOCATION_PACKED, c.decimal(packed), before=Decimal(0)),
        "pick_user": c.since(ALLOCATION_PICKED, pick_user, before=""),
        "picked_ts": c.where(impossible, c.since(ALLOCATION_PICKED, hasty), future),
        "pick_locn_str": c.since(
            ALLOCATION_PICKED, c.word(h.location_labels, h.lots.location[allocations.lot]), before=""
        ),
        "final_oblpn_nbr": c.since(ALLOCATION_PACKED, CARTON.of(h.flow.carton), before=""),
    }
