"""The order of a run: source up, load, source freshness, dbt build, report."""

from __future__ import annotations

from loader.elt.backfill import run_backfill
from loader.elt.prune import prune
from loader.elt.reconcile import reconcile
from loader.elt.run import run_elt, run_load

__all__ = ["prune", "reconcile", "run_backfill", "run_elt", "run_load"]
