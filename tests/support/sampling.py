"""How much of what could be tried a plain run tries."""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random
from typing import TypeVar

Case = TypeVar("Case")

EXHAUSTIVE = bool(os.environ.get("WMS_ELT_EXHAUSTIVE"))
"""Set to anything by the weekly CI job, and by whoever changed the code under test."""
A_RELEASE = (19, 23) if EXHAUSTIVE else (19,)
"""Releases of Oracle, for what is sent to both alike (test_golden, test_dbt_golden)."""


def sampled(cases: Sequence[Case], most: int, seed: int = 7) -> list[Case]:
    """`most` of the cases in their order, the first and the last among them; all when `EXHAUSTIVE`.

    The same ones in every run, so that a failure is found again.
    """
    if EXHAUSTIVE or len(cases) <= most:
        return list(cases)
    between = Random(seed).sample(range(1, len(cases) - 1), most - 2)
    return [cases[place] for place in (0, *sorted(between), len(cases) - 1)]
