"""The order of a run: source up, load, source freshness, dbt build, report."""

from __future__ import annotations

from loader.elt.run import run_elt, run_load

__all__ = ["run_elt", "run_load"]
