"""Defines which cases `make test` runs; `make test-all` runs all of them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from random import Random
from typing import Any, TypeVar

import pytest
from _pytest.mark.structures import ParameterSet
from hypothesis import settings

Case = TypeVar("Case")

EXHAUSTIVE = bool(os.environ.get("WMS_ELT_EXHAUSTIVE"))
"""Set by `make test-all`, which the nightly CI job runs."""
A_RELEASE = (19,)
"""Oracle release that `make test` uses where both get the same statements."""


def sampled(cases: Sequence[Case], most: int, seed: int = 7) -> list[Case]:
    """Return `most` of the cases in order, including the first and last; all if `EXHAUSTIVE`.

    The sample is the same in every run, so that failures are reproducible.
    """
    if EXHAUSTIVE:
        return list(cases)
    return _sample(cases, most, seed)


def parameters(cases: Iterable[Any], most: int | Collection[Any]) -> list[ParameterSet]:
    """Return all cases for `pytest.mark.parametrize`, with those outside the sample marked `exhaustive`.

    Args:
        cases: a tuple has a value for each of the names.
        most: size of the sample, or the sample itself.
    """
    every = list(cases)
    sample = _sample(every, most) if isinstance(most, int) else most
    unknown = [case for case in sample if case not in every]
    assert not unknown, f"these are no cases: {unknown}"
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)), marks=() if case in sample else pytest.mark.exhaustive
        )
        for case in every
    ]


def _sample(cases: Sequence[Case], most: int, seed: int = 7) -> list[Case]:
    if len(cases) <= most:
        return list(cases)
    if most == 1:
        return [cases[0]]
    between = Random(seed).sample(range(1, len(cases) - 1), most - 2)
    return [cases[place] for place in (0, *sorted(between), len(cases) - 1)]


def examples(times: float) -> int:
    """Multiply the number of examples in the active Hypothesis profile (tests/conftest.py)."""
    return max(1, round(settings.default.max_examples * times))
