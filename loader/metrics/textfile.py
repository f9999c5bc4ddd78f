"""Writes the text file for node_exporter's textfile collector, atomically."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loader.errors import ConfigError
from loader.metrics.figures import figures
from loader.report import RunReport


def write_metrics(report: RunReport, open_alerts: int, pipeline: str, path: Path, mode: int = 0o640) -> None:
    """Write the metrics of a finished run, except those that it didn't measure.

    Args:
        mode: file permissions, since another user reads the file.

    Raises:
        ConfigError: ``WMS_CONF_009``, the file can't be written.
    """
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

    registry: Any = CollectorRegistry()
    gauges: dict[str, Any] = {}
    for figure in figures(report, open_alerts, pipeline):
        if figure.name not in gauges:
            gauges[figure.name] = Gauge(figure.name, figure.text, tuple(figure.labels), registry=registry)
        gauges[figure.name].labels(*figure.labels.values()).set(figure.value)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_to_textfile(str(path), registry)
        path.chmod(mode)
    except OSError as error:
        raise ConfigError(
            "WMS_CONF_009",
            f"Can't write the metrics file: {error.strerror}.",
            hint="Set GRUPONOS_OPERATIONS__METRICS_FILE to a file in a directory that this user can write to.",
            context={"path": path},
        ) from error
