"""Result of a run: outcome, verdict, progress, console output, JSON, run tables, and past runs."""

from __future__ import annotations

from loader.report.configured import configured_entities, former_entities
from loader.report.console import render
from loader.report.empty_marts import empty_marts
from loader.report.entity_runs import save_entities
from loader.report.losses import value_losses
from loader.report.model import EntityResult, ErrorEntry, FieldChange, Quality, ReadCopy, RejectedRows, RunReport
from loader.report.outcome import with_outcome
from loader.report.progress import Progress, Silent, shown_progress
from loader.report.quality import measure
from loader.report.store import from_json, save_reconciliation, save_run, to_json, write

__all__ = [
    "EntityResult",
    "ErrorEntry",
    "FieldChange",
    "Progress",
    "Quality",
    "ReadCopy",
    "RejectedRows",
    "RunReport",
    "Silent",
    "configured_entities",
    "empty_marts",
    "former_entities",
    "from_json",
    "measure",
    "render",
    "save_entities",
    "save_reconciliation",
    "save_run",
    "shown_progress",
    "to_json",
    "value_losses",
    "with_outcome",
    "write",
]
