"""Metrics of a finished run, as gauges with labels (names: docs/how-to/monitor.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from loader.report import RunReport

_RUN: Final[Mapping[str, str]] = {
    "wms_elt_run_finished_timestamp_seconds": "Finish time of the last run, seconds since 1970.",
    "wms_elt_run_duration_seconds": "Duration of the last run, in seconds.",
    "wms_elt_run_exit_code": "Exit code of the last run; 0 = success.",
    "wms_elt_run_rows_read": "Documents read by the last run.",
    "wms_elt_run_new_versions": "Versions landed by the last run.",
    "wms_elt_open_alerts": "Alerts open after the last run.",
}
_INFO: Final = ("wms_elt_info", "Always 1; labels name the environment and the release of the last run.")
_QUALITY: Final[Mapping[str, str]] = {
    "wms_elt_quality_score": "Share of rows without rule violations, 0 to 1.",
    "wms_elt_rejected_rows": "Rows that break a rule of error severity.",
}
_ENTITY: Final[Mapping[str, str]] = {
    "wms_elt_entity_rows_read": "Documents of the entity read by the last run.",
    "wms_elt_entity_new_versions": "Versions of the entity landed by the last run.",
    "wms_elt_entity_failed": "1 = the entity failed in the last run.",
    "wms_elt_entity_read_until_timestamp_seconds": "WMS time up to which the entity has been read, seconds since 1970.",
}
_NODES: Final = ("wms_elt_dbt_nodes", "Nodes of the last dbt build by kind (build, test) and status.")
_FRESHNESS: Final = ("wms_elt_source_age_seconds", "Age of the source at the last freshness check, in seconds.")

NAMES: Final = (*_RUN, _INFO[0], *_QUALITY, *_ENTITY, _NODES[0], _FRESHNESS[0])
"""All metric names, which docs/how-to/monitor.md lists."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of a gauge. All metrics of a name have the same labels in the same order, `pipeline` first."""

    name: str
    text: str
    labels: Mapping[str, str]
    value: float


def figures(report: RunReport, open_alerts: int, pipeline: str) -> Iterator[Figure]:
    """Yield the metrics of a run, except those that it didn't measure."""
    yield from _of_run(report, open_alerts, {"pipeline": pipeline})
    yield from _of_entities(report, {"pipeline": pipeline})
    yield from _of_dbt(report, {"pipeline": pipeline})


def _of_run(report: RunReport, open_alerts: int, labels: Mapping[str, str]) -> Iterator[Figure]:
    values = (
        report.finished_at.timestamp(),
        report.duration_s,
        report.exit_code,
        report.rows_read,
        report.new_versions,
        open_alerts,
    )
    for (name, text), value in zip(_RUN.items(), values, strict=True):
        yield Figure(name, text, labels, value)
    yield Figure(*_INFO, {**labels, "environment": report.environment, "release": report.release}, 1)
    if report.quality and report.quality.score is not None:
        measured = (report.quality.score, report.quality.rejected_rows)
        for (name, text), value in zip(_QUALITY.items(), measured, strict=True):
            yield Figure(name, text, labels, value)


def _of_entities(report: RunReport, labels: Mapping[str, str]) -> Iterator[Figure]:
    for entity in report.entities:
        until = entity.window_to.timestamp() if entity.window_to else None
        values = (entity.rows_read, entity.new_versions, int(entity.status == "failed"), until)
        for (name, text), value in zip(_ENTITY.items(), values, strict=True):
            if value is not None:
                yield Figure(name, text, {**labels, "entity": entity.entity}, value)


def _of_dbt(report: RunReport, labels: Mapping[str, str]) -> Iterator[Figure]:
    if report.build:
        for kind, nodes in (("build", report.build.builds), ("test", report.build.tests)):
            for status in ("ok", "warn", "failed", "skipped"):
                number = sum(node.status == status for node in nodes)
                yield Figure(*_NODES, {**labels, "kind": kind, "status": status}, number)
    for source in report.freshness.sources if report.freshness else ():
        if source.age_seconds is not None:
            yield Figure(*_FRESHNESS, {**labels, "source": source.source}, source.age_seconds)
