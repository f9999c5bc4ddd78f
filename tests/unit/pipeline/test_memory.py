from __future__ import annotations

import pytest

from loader.pipeline import memory


class Libc:
    """Records calls of glibc's memory functions."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def mallopt(self, option: int, value: int) -> int:
        self.calls.append((option, value))
        return 1

    def malloc_trim(self, pad: int) -> int:
        self.calls.append(("trim", pad))
        return 1


def test_pages_of_several_entities_are_returned_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    libc = Libc()
    monkeypatch.setattr(memory, "_libc", lambda: libc)
    with memory.small_heaps(2):
        assert libc.calls == [(-8, 2), (-3, 1 << 20)]
    # the build, in the same process, allocates as usual
    assert libc.calls[2:] == [(-3, 32 << 20), ("trim", 0)]


def test_load_of_one_entity_keeps_heaps(monkeypatch: pytest.MonkeyPatch) -> None:
    libc = Libc()
    monkeypatch.setattr(memory, "_libc", lambda: libc)
    with memory.small_heaps(1):
        pass
    assert libc.calls == [("trim", 0)]


def test_other_c_library_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_libc", object)
    with memory.small_heaps(2):
        pass
