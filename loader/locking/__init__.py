"""One run at a time per pipeline: locks that say who holds them and that outlive nobody (docs/how-to/locks.md)."""

from __future__ import annotations

from loader.locking.hold import hold
from loader.locking.owner import Owner, this_process

__all__ = ["Owner", "hold", "this_process"]
