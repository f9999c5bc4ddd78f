"""Reads several page streams concurrently and merges them (wms-api 8, safe parallelism: disjoint id ranges)."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None


class _Merge(Generic[T]):
    """Threads that put the items of the streams into one bounded queue."""

    def __init__(self, streams: Sequence[Iterator[T]]) -> None:
        self._items: queue.Queue[tuple[int, T | _End]] = queue.Queue(maxsize=1)
        self._cancelled = threading.Event()
        self._threads = [
            threading.Thread(target=self._pump, args=(index, stream), daemon=True)
            for index, stream in enumerate(streams)
        ]

    def _pump(self, index: int, stream: Iterator[T]) -> None:
        error: BaseException | None = None
        try:
            for item in stream:
                is_wanted = self._put((index, item))
                # keep no page while the next one is read
                del item
                if not is_wanted:
                    return
        except BaseException as caught:  # handed to the consumer, which raises it
            error = caught
        self._put((index, _End(error)))

    def _put(self, item: tuple[int, T | _End]) -> bool:
        while not self._cancelled.is_set():
            try:
                self._items.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def items(self) -> Iterator[tuple[int, T]]:
        for thread in self._threads:
            thread.start()
        running = len(self._threads)
        try:
            while running:
                index, item = self._items.get()
                if isinstance(item, _End):
                    running -= 1
                    if item.error:
                        raise item.error
                else:
                    yield index, item
                    del item
        finally:
            self._cancelled.set()
            for thread in self._threads:
                thread.join()


def merged(streams: Sequence[Iterator[T]]) -> Iterator[tuple[int, T]]:
    """Yield the items of all streams as they arrive, each with the index of its stream. Order within a stream is kept.

    The first error of a stream is raised. After an error, or if the consumer stops early, all streams end after their
    current item.
    """
    if len(streams) == 1:
        return _numbered(streams[0])
    return _Merge(streams).items()


def _numbered(stream: Iterator[T]) -> Iterator[tuple[int, T]]:
    for item in stream:
        yield 0, item
        del item
