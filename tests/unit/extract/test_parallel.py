from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator

import pytest

from loader.extract.parallel import merged


class Page:
    """An object that a weak reference can refer to."""


@pytest.mark.parametrize("streams", [1, 2])
def test_page_is_not_kept_while_next_one_is_read(streams: int) -> None:
    alive: list[weakref.ref[Page]] = []
    kept: list[int] = []
    consumed = threading.Semaphore(0)

    def stream() -> Iterator[Page]:
        for _ in range(3):
            page = Page()
            alive.append(weakref.ref(page))
            yield page
            del page
            # the request for the next page would start here
            consumed.acquire(timeout=10)
            kept.append(sum(ref() is not None for ref in alive))

    def empty() -> Iterator[Page]:
        yield from ()

    for _, page in merged([stream(), *(empty() for _ in range(streams - 1))]):
        del page
        consumed.release()
    assert kept == [0, 0, 0]
