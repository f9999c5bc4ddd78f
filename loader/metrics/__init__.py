"""Metrics and trace of the last run, for Prometheus and OpenTelemetry (names: docs/how-to/monitor.md)."""

from __future__ import annotations

from loader.metrics.publish import publish
from loader.metrics.textfile import write_metrics

__all__ = ["publish", "write_metrics"]
