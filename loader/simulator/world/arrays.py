"""Small array operations that several parts of the warehouse need."""

from __future__ import annotations

import numpy as np

from loader.simulator.world.spec import NEVER, Bools, Ints


def running_number(key: Ints) -> Ints:
    """For each element, how many equal ones stand before it."""
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    number = np.empty(len(key), dtype=np.int64)
    number[order] = np.arange(len(key), dtype=np.int64) - np.searchsorted(ranked, ranked)
    return number


def latest(instants: Ints, owner: Ints, owners: int) -> Ints:
    """The last instant of each owner; NEVER for one that has none."""
    found = np.full(owners, -1, dtype=np.int64)
    np.maximum.at(found, owner, instants)
    return np.where(found < 0, NEVER, found)


def earliest(instants: Ints, owner: Ints, owners: int) -> Ints:
    """The first instant of each owner; NEVER for one that has none."""
    found = np.full(owners, NEVER, dtype=np.int64)
    np.minimum.at(found, owner, instants)
    return found


def total(values: Ints, owner: Ints, owners: int) -> Ints:
    """Sum of the values of each owner."""
    found = np.zeros(owners, dtype=np.int64)
    np.add.at(found, owner, values)
    return found


def after(instants: Ints, delay: Ints | int) -> Ints:
    """Each instant plus a delay; NEVER stays NEVER."""
    return np.where(instants == NEVER, NEVER, np.where(instants == NEVER, 0, instants) + delay)


def only(condition: Bools, instants: Ints) -> Ints:
    """The instants where the condition holds, NEVER elsewhere."""
    return np.where(condition, instants, NEVER)
