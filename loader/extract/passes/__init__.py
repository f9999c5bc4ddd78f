"""Catch-up passes: what the windows of mod_ts cannot show (wms-api 8.8), each cheap or rare."""

from __future__ import annotations

from loader.extract.passes.backdated import read_backdated
from loader.extract.passes.reconcile import read_full
from loader.extract.passes.schedule import PASSES, mark_initial_load, passes_due, read_passes

__all__ = ["PASSES", "mark_initial_load", "passes_due", "read_backdated", "read_full", "read_passes"]
