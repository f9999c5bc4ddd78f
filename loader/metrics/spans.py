"""Builds a run's spans: the run, the load with a span per entity, and dbt with a span per node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Span, Status, StatusCode, Tracer, set_span_in_context

from loader.dbt import NodeResult
from loader.masking import mask
from loader.report import RunReport

Attributes = Mapping[str, str | int | float]


def spans(report: RunReport, pipeline: str, resource: Resource) -> Sequence[ReadableSpan]:
    """Return the finished spans, inner ones first. They contain names, counts and states, but no documents."""
    kept = InMemorySpanExporter()
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    tracer = provider.get_tracer("wms-elt")
    facts: Attributes = {
        "wms_elt.run_id": report.run_id,
        "wms_elt.pipeline": pipeline,
        "wms_elt.exit_code": report.exit_code,
    }
    run = _begin(tracer, f"wms-elt {report.command}", report.started_at, facts)
    _add_load(tracer, report, run)
    _add_build(tracer, report, run)
    failure = "; ".join(f"{error.code}: {error.message}" for error in report.errors)
    _end(run, report.finished_at, failure)
    return kept.get_finished_spans()


def _add_load(tracer: Tracer, report: RunReport, run: Span) -> None:
    if not report.entities:
        return
    load = _begin(tracer, "load", min(entity.started_at for entity in report.entities), {}, run)
    for entity in report.entities:
        facts: Attributes = {
            "wms_elt.entity": entity.entity,
            "wms_elt.mode": entity.mode,
            "wms_elt.status": entity.status,
            "wms_elt.rows_read": entity.rows_read,
            "wms_elt.pages": entity.pages,
            "wms_elt.new_versions": entity.new_versions,
            "wms_elt.deleted_rows": entity.deleted_rows,
        }
        span = _begin(tracer, f"load {entity.entity}", entity.started_at, facts, load)
        _end(span, entity.finished_at, entity.message if entity.status == "failed" else "")
    _end(load, max(entity.finished_at for entity in report.entities))


def _add_build(tracer: Tracer, report: RunReport, run: Span) -> None:
    # a skipped node has no start time
    timed = [(node, node.started_at) for node in report.build.nodes if node.started_at] if report.build else []
    if not timed:
        return
    build = _begin(tracer, "dbt build", min(started for _, started in timed), {}, run)
    for node, started in timed:
        span = _begin(tracer, node.name, started, _of_node(node), build)
        _end(span, _ended(node, started), node.message if node.status == "failed" else "")
    _end(build, max(_ended(node, started) for node, started in timed))


def _of_node(node: NodeResult) -> Attributes:
    return {
        "wms_elt.kind": node.kind,
        "wms_elt.status": node.status,
        "wms_elt.failures": node.failures,
        "wms_elt.group": node.group,
    }


def _ended(node: NodeResult, started: datetime) -> datetime:
    return started + timedelta(seconds=node.seconds)


def _begin(tracer: Tracer, name: str, at: datetime, facts: Attributes, parent: Span | None = None) -> Span:
    context: Any = set_span_in_context(parent) if parent else None
    return tracer.start_span(name, context=context, start_time=_nanoseconds(at), attributes=facts)


def _end(span: Span, at: datetime, failure: str = "") -> None:
    if failure:
        span.set_status(Status(StatusCode.ERROR, mask(failure)))
    span.end(_nanoseconds(at))


def _nanoseconds(instant: datetime) -> int:
    return int(instant.timestamp() * 1_000_000) * 1_000
