"""Data that an OTLP/HTTP receiver gets from a run, on a real socket."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from pytest_httpserver import HTTPServer

from loader.masking import register_secret
from loader.metrics import publish
from loader.metrics.figures import NAMES
from loader.report import EntityResult, ErrorEntry, RunReport
from loader.runs import run_load
from loader.settings import Settings, load_settings
from tests.system.runs.conftest import Tenant, tenant
from tests.unit.report.conftest import STARTED, entity, report

__all__ = ["entity", "report", "tenant"]
ROOT = Path(__file__).parents[3]
OK = 1


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"GRUPONOS_PIPELINE__WORK_DIR": str(tmp_path)}, env_file=None)


@pytest.fixture
def receiver(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> HTTPServer:
    httpserver.expect_request("/v1/traces", method="POST").respond_with_data(b"")
    httpserver.expect_request("/v1/metrics", method="POST").respond_with_data(b"")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", httpserver.url_for(""))
    return httpserver


def body(receiver: HTTPServer, path: str) -> bytes:
    [found] = [request.get_data() for request, _ in receiver.log if request.path == path]
    return found


def spans(receiver: HTTPServer) -> dict[str, Span]:
    request = ExportTraceServiceRequest.FromString(body(receiver, "/v1/traces"))
    return {span.name: span for part in request.resource_spans for scope in part.scope_spans for span in scope.spans}


def timed(report: RunReport) -> RunReport:
    """Add start times to all nodes except the last, which was skipped."""
    assert report.build
    *begun, last = report.build.nodes
    nodes = [replace(node, started_at=STARTED + timedelta(seconds=10 + place)) for place, node in enumerate(begun)]
    return replace(report, build=replace(report.build, nodes=(*nodes, replace(last, status="skipped"))))


def test_run_is_span_tree_with_report_times(settings: Settings, report: RunReport, receiver: HTTPServer) -> None:
    assert publish(settings, timed(report), 0) == ()
    found = spans(receiver)
    names = {span.span_id: name for name, span in found.items()}
    parents = {name: names.get(span.parent_span_id) for name, span in found.items()}
    assert parents == {
        "wms-elt elt": None,
        "load": "wms-elt elt",
        "load order_hdr": "load",
        "load company": "load",
        "dbt build": "wms-elt elt",
        "orders": "dbt build",
        "order_hdr_history": "dbt build",
        "unique_orders_order_id": "dbt build",
    }
    assert len({span.trace_id for span in found.values()}) == 1
    run, orders = found["wms-elt elt"], found["orders"]
    assert run.start_time_unix_nano == int(report.started_at.timestamp()) * 10**9
    assert run.end_time_unix_nano - run.start_time_unix_nano == 41_250_000_000
    assert orders.end_time_unix_nano - orders.start_time_unix_nano == 500_000_000
    facts = {item.key: item.value for item in found["load order_hdr"].attributes}
    assert facts["wms_elt.rows_read"].int_value == 1204
    assert facts["wms_elt.mode"].string_value == "incremental"


def test_otlp_metrics_equal_prometheus_names(settings: Settings, report: RunReport, receiver: HTTPServer) -> None:
    publish(settings, report, 2)
    request = ExportMetricsServiceRequest.FromString(body(receiver, "/v1/metrics"))
    [part] = request.resource_metrics
    metrics = {metric.name: metric for scope in part.scope_metrics for metric in scope.metrics}
    assert set(metrics) == set(NAMES)
    [alerts] = metrics["wms_elt_open_alerts"].gauge.data_points
    assert (alerts.as_int or alerts.as_double) == 2
    entities = {
        label.value.string_value: point.as_int or point.as_double
        for point in metrics["wms_elt_entity_new_versions"].gauge.data_points
        for label in point.attributes
        if label.key == "entity"
    }
    assert entities == {"order_hdr": 33, "company": 0}
    resource = {item.key: item.value.string_value for item in part.resource.attributes}
    assert resource["service.name"] == "wms-elt"


def test_failed_span_has_error_status_without_secret(
    settings: Settings, report: RunReport, entity: EntityResult, receiver: HTTPServer
) -> None:
    register_secret("a-secret-word")
    broken = replace(entity, status="failed", message="refused: a-secret-word")
    error = ErrorEntry(code="WMS_AUTH_001", message="refused", hint="", exit_code=20)
    publish(settings, replace(report, entities=(broken,), errors=(error,)), 1)
    found = spans(receiver)
    assert found["load order_hdr"].status.code == Status.STATUS_CODE_ERROR
    assert found["wms-elt elt"].status.message == "WMS_AUTH_001: refused"
    assert found["load"].status.code == Status.STATUS_CODE_UNSET
    assert not any(b"a-secret-word" in request.get_data() for request, _ in receiver.log)


def test_otel_variables_set_service_name_and_headers(
    settings: Settings, report: RunReport, receiver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "elt-of-the-south")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=abc")
    publish(settings, report, 0)
    request = ExportTraceServiceRequest.FromString(body(receiver, "/v1/traces"))
    facts = {item.key: item.value.string_value for item in request.resource_spans[0].resource.attributes}
    assert facts["service.name"] == "elt-of-the-south"
    assert {sent.headers.get("x-key") for sent, _ in receiver.log} == {"abc"}


@pytest.mark.parametrize("variables", [{}, {"OTEL_SDK_DISABLED": "true"}, {"OTEL_EXPORTER_OTLP_ENDPOINT": " "}])
def test_publish_without_endpoint_sends_nothing(
    settings: Settings,
    report: RunReport,
    receiver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
) -> None:
    if not variables:
        monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert publish(settings, report, 0) == ()
    assert receiver.log == []


def test_rejecting_receiver_gives_warning_and_silent_stderr(
    settings: Settings, report: RunReport, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    httpserver.expect_request("/v1/traces").respond_with_data(b"no", status=400)
    httpserver.expect_request("/v1/metrics").respond_with_data(b"")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", httpserver.url_for(""))
    [warning] = publish(settings, report, 0)
    assert warning.startswith("WMS_CONF_011: ")
    assert capfd.readouterr().err == ""


def test_unsupported_protocol_gives_warning(
    settings: Settings, report: RunReport, receiver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    [warning] = publish(settings, report, 0)
    assert warning.startswith("WMS_CONF_010: ")
    assert receiver.log == []


def test_missing_extra_gives_warning_with_its_name(
    settings: Settings, report: RunReport, receiver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Python stores None for a module that can't be imported
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    [warning] = publish(settings, report, 0)
    assert warning.startswith("WMS_CONF_010: ")
    assert "wms-elt[otel]" in warning
    assert receiver.log == []


def test_load_sends_trace_at_its_end(tenant: Tenant, receiver: HTTPServer) -> None:
    done = run_load(tenant.settings(GRUPONOS_PIPELINE__ENTITIES="company"))
    assert done.warnings == ()
    assert set(spans(receiver)) == {"wms-elt load", "load", "load company"}


def test_metrics_import_does_not_import_opentelemetry() -> None:
    program = "import sys, loader.metrics; sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT).returncode == 0
