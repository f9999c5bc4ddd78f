"""Shared array operations."""

from __future__ import annotations

import numpy as np

from loader.simulator.world.spec import NEVER, Bools, Ints


def running_number(key: Ints) -> Ints:
    """Return for each element the number of equal elements before it."""
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    number = np.empty(len(key), dtype=np.int64)
    number[order] = np.arange(len(key), dtype=np.int64) - np.searchsorted(ranked, ranked)
    return number


def latest(instants: Ints, owner: Ints, owners: int) -> Ints:
    """Return the last instant of each owner, or NEVER."""
    found = np.full(owners, -1, dtype=np.int64)
    np.maximum.at(found, owner, instants)
    return np.where(found < 0, NEVER, found)


def earliest(instants: Ints, owner: Ints, owners: int) -> Ints:
    """Return the first instant of each owner, or NEVER."""
    found = np.full(owners, NEVER, dtype=np.int64)
    np.minimum.at(found, owner, instants)
    return found


def total(values: Ints, owner: Ints, owners: int) -> Ints:
    """Return the sum of values of each owner."""
    found = np.zeros(owners, dtype=np.int64)
    np.add.at(found, owner, values)
    return found


def after(instants: Ints, delay: Ints | int) -> Ints:
    """Add a delay to each instant; NEVER stays NEVER."""
    return np.where(instants == NEVER, NEVER, np.where(instants == NEVER, 0, instants) + delay)


def only(condition: Bools, instants: Ints) -> Ints:
    """Return the instants where the condition is true, otherwise NEVER."""
    return np.where(condition, instants, NEVER)
