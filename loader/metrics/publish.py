"""To whoever asked for the figures of a run."""

from __future__ import annotations

import os

from loader.errors import ConfigError
from loader.files import metrics_mode
from loader.metrics import otlp
from loader.metrics.textfile import write_metrics
from loader.report import RunReport
from loader.settings import Settings


def publish(settings: Settings, report: RunReport, open_alerts: int) -> tuple[str, ...]:
    """Writes the Prometheus file and sends OTLP, each when it is configured.

    Returns:
        A warning for each that failed; a run never fails for it.
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
