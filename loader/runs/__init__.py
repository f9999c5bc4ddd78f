"""The commands: run, backfill, reconcile, prune, rebind, reset, status and dbt."""

from __future__ import annotations

from loader.runs.backfill import run_backfill
from loader.runs.prune import prune
from loader.runs.reconcile import reconcile
from loader.runs.run import run_elt, run_load

__all__ = ["prune", "reconcile", "run_backfill", "run_elt", "run_load"]
