"""Row ids of an entity, and how many of them one request names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]

IDS_PER_REQUEST: Final = 100
"""Ids in one ``id__in`` request (wms-api 8.8c)."""


def in_parts(ids: Ids, size: int) -> Iterator[Ids]:
    """The ids, at most `size` at a time."""
    return (ids[start : start + size] for start in range(0, len(ids), size))
