"""Sends a finished run as an OpenTelemetry trace with metrics over OTLP/HTTP.

OpenTelemetry's standard variables configure it (OpenTelemetry specification, OTLP exporter). Without
OTEL_EXPORTER_OTLP_ENDPOINT it sends nothing and imports nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from loader.errors import ConfigError
from loader.metrics.figures import figures
from loader.report import RunReport

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL"
_HTTP = "http/protobuf"


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Return whether the endpoint is set and the SDK is enabled."""
    return bool(environment.get(ENDPOINT, "").strip()) and environment.get("OTEL_SDK_DISABLED", "").lower() != "true"


def send(report: RunReport, open_alerts: int, pipeline: str, environment: Mapping[str, str]) -> None:
    """Send trace and metrics; wait at most OTEL_EXPORTER_OTLP_TIMEOUT (default 10 s) for the receiver.

    Raises:
        ConfigError: ``WMS_CONF_010``, the extra is not installed or the protocol is not supported;
            ``WMS_CONF_011``, the receiver rejected the data.
    """
    if environment.get(_PROTOCOL, _HTTP) != _HTTP:
        raise _unable(f"{_PROTOCOL} is not supported", f"Set {_PROTOCOL} to {_HTTP}, or remove it.")
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource

        from loader.metrics.spans import spans
    except ImportError as error:
        missing = "OpenTelemetry is not installed"
        raise _unable(missing, f"Install the extra wms-elt[otel], or remove {ENDPOINT}.") from error
    service = environment.get("OTEL_SERVICE_NAME") or "wms-elt"
    resource = Resource.create({"service.name": service, "service.version": report.release})
    with _quiet():
        sent = [
            OTLPSpanExporter().export(spans(report, pipeline, resource)),
            OTLPMetricExporter().export(_measured(report, open_alerts, pipeline, resource)),
        ]
    if any(result.name != "SUCCESS" for result in sent):
        raise ConfigError(
            "WMS_CONF_011",
            "Can't send the run's trace or metrics: the OpenTelemetry receiver rejected them.",
            hint=f"Set {ENDPOINT} to a receiver of OTLP over HTTP. The run itself is not affected.",
        )


def _measured(report: RunReport, open_alerts: int, pipeline: str, resource: Any) -> Any:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader

    reader = InMemoryMetricReader()
    provider = MeterProvider(metric_readers=[reader], resource=resource, shutdown_on_exit=False)
    meter = provider.get_meter("wms-elt")
    gauges: dict[str, Any] = {}
    for figure in figures(report, open_alerts, pipeline):
        if figure.name not in gauges:
            gauges[figure.name] = meter.create_gauge(figure.name, description=figure.text)
        gauges[figure.name].set(figure.value, dict(figure.labels))
    data = reader.get_metrics_data()
    provider.shutdown()
    return data


def _unable(message: str, hint: str) -> ConfigError:
    return ConfigError("WMS_CONF_010", f"Can't send traces and metrics: {message}.", hint=hint)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the exporters' log lines on stderr; the run reports their failures as warnings."""
    logger = logging.getLogger("opentelemetry")
    silent, propagate = logging.NullHandler(), logger.propagate
    logger.addHandler(silent)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(silent)
        logger.propagate = propagate
