"""Catch-up passes: find changes that windows of mod_ts can't show (wms-api 8.8). Each is cheap or runs rarely."""

from __future__ import annotations

from loader.extract.passes.backdated import read_backdated
from loader.extract.passes.reconcile import read_full
from loader.extract.passes.schedule import PASSES, mark_initial_load, passes_due, read_passes

__all__ = ["PASSES", "mark_initial_load", "passes_due", "read_backdated", "read_full", "read_passes"]
