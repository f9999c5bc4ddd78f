"""Publishes the metrics of a run to Prometheus and OpenTelemetry."""

from __future__ import annotations

import os

from loader.errors import ConfigError
from loader.files import metrics_mode
from loader.metrics import otlp
from loader.metrics.textfile import write_metrics
from loader.report import RunReport
from loader.settings import Settings


def publish(settings: Settings, report: RunReport, open_alerts: int) -> tuple[str, ...]:
    """Write the Prometheus file and send OTLP data, if configured.

    Returns:
        A warning for each failure. A failure doesn't fail the run.
    """
    name, path = settings.pipeline.name, settings.operations.metrics_file
    warnings: list[str] = []
    try:
        if path is not None:
            write_metrics(report, open_alerts, name, path, metrics_mode(settings))
    except ConfigError as error:
        warnings.append(f"{error.code}: {error.message}")
    try:
        if otlp.is_wanted(os.environ):
            otlp.send(report, open_alerts, name, os.environ)
    except ConfigError as error:
        warnings.append(f"{error.code}: {error.message} {error.hint}")
    return tuple(warnings)
