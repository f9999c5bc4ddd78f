"""Locks that allow one run at a time: the lock file and lock holders (docs/how-to/locks.md)."""

from __future__ import annotations

from loader.locking.owner import Owner, this_process

__all__ = ["Owner", "this_process"]
