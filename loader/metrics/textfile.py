"""The text file that node_exporter's textfile collector reads; it appears whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from loader.errors import ConfigError
from loader.report import RunReport

_RUN: Final[Mapping[str, str]] = {
    "wms_elt_run_finished_timestamp_seconds": "End of the last run, seconds since 1970.",
    "wms_elt_run_duration_seconds": "Duration of the last run.",
    "wms_elt_run_exit_code": "Exit code of the last run; 0 = well.",
    "wms_elt_run_rows_read": "Documents read by the last run.",
    "wms_elt_run_new_versions": "Versions landed by the last run.",
    "wms_elt_open_alerts": "Alerts open after the last run.",
}
_QUALITY: Final[Mapping[str, str]] = {
    "wms_elt_quality_score": "Share of rows that break no rule, 0 to 1.",
    "wms_elt_rejected_rows": "Rows that break a rule of error severity.",
}
_ENTITY: Final[Mapping[str, str]] = {
    "wms_elt_entity_rows_read": "Documents of the entity read by the last run.",
    "wms_elt_entity_new_versions": "Versions of the entity landed by the last run.",
    "wms_elt_entity_failed": "1 = the entity failed in the last run.",
    "wms_elt_entity_read_until_timestamp_seconds": "Instant of the WMS up to which the entity has been read.",
}
_NODES: Final = ("wms_elt_dbt_nodes", "Nodes of the last dbt build by kind (build, test) and status.")
_FRESHNESS: Final = ("wms_elt_source_age_seconds", "Age of the source at the last freshness check.")

NAMES: Final = (*_RUN, *_QUALITY, *_ENTITY, _NODES[0], _FRESHNESS[0])
"""All names, for the docs."""


def write_metrics(report: RunReport, open_alerts: int, pipeline: str, path: Path) -> None:
    """Writes the figures of an ended run; what it did not measure is left out.

    Raises:
        ConfigError: ``WMS_CONF_009``, the file cannot be written.
    """
    from prometheus_client import CollectorRegistry, write_to_textfile

    registry: Any = CollectorRegistry()
    _add_run(registry, report, open_alerts, pipeline)
    _add_entities(registry, report, pipeline)
    _add_dbt(registry, report, pipeline)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_to_textfile(str(path), registry)
    except OSError as error:
        raise ConfigError(
            "WMS_CONF_009",
            f"The metrics file cannot be written: {error.strerror}.",
            hint="Set GRUPONOS_OPERATIONS__METRICS_FILE to a file in a directory this user may write to.",
            context={"path": path},
        ) from error


def _add_run(registry: Any, report: RunReport, open_alerts: int, pipeline: str) -> None:
    values = (
        report.finished_at.timestamp(),
        report.duration_s,
        report.exit_code,
        report.rows_read,
        report.new_versions,
        open_alerts,
    )
    for (name, text), value in zip(_RUN.items(), values, strict=True):
        _gauge(registry, name, text, "pipeline").labels(pipeline).set(value)
    if report.quality and report.quality.score is not None:
        for (name, text), value in zip(
            _QUALITY.items(), (report.quality.score, report.quality.rejected_rows), strict=True
        ):
            _gauge(registry, name, text, "pipeline").labels(pipeline).set(value)


def _add_entities(registry: Any, report: RunReport, pipeline: str) -> None:
    gauges = [_gauge(registry, name, text, "pipeline", "entity") for name, text in _ENTITY.items()]
    for entity in report.entities:
        values = (entity.rows_read, entity.new_versions, int(entity.status == "failed"))
        for gauge, value in zip(gauges, values, strict=False):
            gauge.labels(pipeline, entity.entity).set(value)
        if entity.window_to:
            gauges[-1].labels(pipeline, entity.entity).set(entity.window_to.timestamp())


def _add_dbt(registry: Any, report: RunReport, pipeline: str) -> None:
    if report.build:
        gauge = _gauge(registry, *_NODES, "pipeline", "kind", "status")
        for status in ("ok", "warn", "failed", "skipped"):
            gauge.labels(pipeline, "build", status).set(sum(node.status == status for node in report.build.builds))
            gauge.labels(pipeline, "test", status).set(sum(node.status == status for node in report.build.tests))
    if report.freshness:
        gauge = _gauge(registry, *_FRESHNESS, "pipeline", "source")
        for source in report.freshness.sources:
            if source.age_seconds is not None:
                gauge.labels(pipeline, source.source).set(source.age_seconds)


def _gauge(registry: Any, name: str, text: str, *labels: str) -> Any:
    from prometheus_client import Gauge

    return Gauge(name, text, labels, registry=registry)
