"""Which of these tests a run of all tests plays; ``pytest tests/soak``, as ``make soak NAMED=1``, plays all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def sampled(values: Iterable[Any], sample: Collection[Any]) -> list[Any]:
    """The values as parameters; those outside the sample are marked `soak`."""
    chosen = list(values)
    assert set(sample) <= set(chosen)
    return [
        pytest.param(*_parameters(value), marks=() if value in sample else pytest.mark.exhaustive)  # type: ignore[arg-type]
        for value in chosen
    ]


def _parameters(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
