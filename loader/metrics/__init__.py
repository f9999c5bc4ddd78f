"""Figures of the last run for Prometheus, as a text file (docs/operations.md lists the names)."""

from __future__ import annotations

from loader.metrics.textfile import write_metrics

__all__ = ["write_metrics"]
