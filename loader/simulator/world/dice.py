"""Stateless randomness: a draw is a hash of (seed, purpose, index), so rows can be drawn in any order."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from typing import cast

import numpy as np
import numpy.typing as npt

from loader.simulator.world.spec import Bools, Floats, Ints

Bits = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_UNIT = 2.0**-53


class Dice:
    """Random draws for one seed. All methods are pure functions of the purpose and an array of indexes."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def bits(self, purpose: str, index: Ints) -> Bits:
        """Return 64 uniform bits for each index (splitmix64's finaliser over a counter)."""
        mixed = cast(Bits, index.astype(np.uint64) * _GOLDEN + _key(self._seed, purpose))
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
        return mixed ^ (mixed >> np.uint64(31))

    def uniform(self, purpose: str, index: Ints, low: float = 0.0, high: float = 1.0) -> Floats:
        """Return uniform numbers in [low, high)."""
        unit = (self.bits(purpose, index) >> np.uint64(11)).astype(np.float64) * _UNIT
        return low + (high - low) * unit

    def whole(self, purpose: str, index: Ints, low: int, high: int) -> Ints:
        """Return uniform integers in [low, high)."""
        return np.floor(self.uniform(purpose, index, low, high)).astype(np.int64)

    def chance(self, purpose: str, index: Ints, share: float) -> Bools:
        """Return True for the given share of indexes."""
        return self.uniform(purpose, index) < share

    def pick(self, purpose: str, index: Ints, weights: tuple[float, ...]) -> Ints:
        """Return positions in `weights`, in proportion to the weights."""
        bounds = np.cumsum(weights)
        found = np.searchsorted(bounds / bounds[-1], self.uniform(purpose, index), side="right")
        return np.minimum(found, len(weights) - 1).astype(np.int64)


@cache
def _key(seed: int, purpose: str) -> np.uint64:
    digest = blake2b(f"{seed}/{purpose}".encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))
