"""A run as an OpenTelemetry trace and its figures as metrics, over OTLP/HTTP, once it has ended.

Everything is configured by OpenTelemetry's own variables, which its exporters read (OpenTelemetry specification, OTLP
exporter); nothing is sent, and nothing imported, unless OTEL_EXPORTER_OTLP_ENDPOINT is set.
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
    """Whether somebody asked for it, and did not switch the SDK off."""
    return bool(environment.get(ENDPOINT, "").strip()) and environment.get("OTEL_SDK_DISABLED", "").lower() != "true"


def send(report: RunReport, open_alerts: int, pipeline: str, environment: Mapping[str, str]) -> None:
    """Sends both; waits for the receiver as long as OTEL_EXPORTER_OTLP_TIMEOUT says (10 s).

    Raises:
        ConfigError: ``WMS_CONF_010``, the extra is not installed or another protocol is asked for; ``WMS_CONF_011``,
            the receiver did not take it.
    """
    if environment.get(_PROTOCOL, _HTTP) != _HTTP:
        raise _unable(f"{_PROTOCOL} asks for a protocol that is not spoken here", f"Set it to {_HTTP}, or not at all.")
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource

        from loader.metrics.spans import spans
    except ImportError as error:
        missing = f"{ENDPOINT} is set, but OpenTelemetry is not installed"
        raise _unable(missing, "Install the extra: wms-elt[otel].") from error
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
            "The OpenTelemetry receiver did not take the run's trace or metrics.",
            hint=f"Look whether {ENDPOINT} names a receiver of OTLP over HTTP; the run itself is not affected.",
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
    return ConfigError("WMS_CONF_010", f"{message}.", hint=hint)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps the exporters' own lines off stderr, whose lines are ours: what they say becomes a warning of the run."""
    logger = logging.getLogger("opentelemetry")
    silent, propagate = logging.NullHandler(), logger.propagate
    logger.addHandler(silent)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(silent)
        logger.propagate = propagate
