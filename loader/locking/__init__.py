"""One run at a time: the lock file, and who holds a lock (docs/how-to/locks.md)."""

from __future__ import annotations

from loader.locking.owner import Owner, this_process

__all__ = ["Owner", "this_process"]
