"""The `operations` section: locks, run history, alerts, metrics and logs (docs/how-to/monitor.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from loader.settings.types import SECTION_CONFIG, Secret


def _without_auto(value: object) -> object:
    """Accept the former default."""
    return "text" if value == "auto" else value


class OperationsSettings(BaseModel):
    """Run history, alerts, metrics, logs and the timeout of stale locks."""

    model_config = SECTION_CONFIG

    lock_stale_minutes: float = Field(
        default=15,
        ge=2,
        le=1440,
        description="Minutes without a heartbeat after which another run may take over an Oracle lock",
        examples=["30"],
    )
    history_days: int = Field(
        default=90, ge=1, le=3660, description="Days to keep run history (tables and files)", examples=["365"]
    )
    prune_days: int = Field(
        default=90,
        ge=0,
        le=3660,
        description="Days to keep superseded raw versions before `wms-elt prune` removes them",
        examples=["30"],
    )
    alert_urls: Secret | None = Field(
        default=None,
        description="Alert addresses: Apprise URLs, separated by spaces; not set = no alerts",
        examples=["json://alerts.example.com/hook mailto://user:change-me@example.com"],
    )
    alert_pause_minutes: float = Field(
        default=60,
        ge=0,
        le=10_080,
        description="Minimum minutes between messages about one alert; changes in between are sent later",
        examples=["240"],
    )
    runbook_url: str = Field(
        default="docs/how-to/runbook.md",
        description="URL or path of the runbook that alerts link to",
        examples=["https://git.example.com/wms-elt/docs/how-to/runbook.md"],
    )
    metrics_file: Path | None = Field(
        default=None,
        description="Prometheus text file to write after every run; not set = none",
        examples=["/var/lib/node_exporter/textfile/wms_elt.prom"],
    )
    metrics_file_mode: Literal["private", "group", "world"] = Field(
        default="group",
        description="Who can read the metrics file: the user, the group or everyone (for node_exporter)",
        examples=["world"],
    )
    file_mode: Literal["private", "group", "umask"] = Field(
        default="private",
        description="Who can read the files of a run: the user, the group or as the umask allows",
        examples=["group"],
    )
    site_sample_rows: int = Field(
        default=10, ge=0, le=100, description="Sample rows per table on the docs site; 0 = none", examples=["0"]
    )
    log_format: Annotated[Literal["text", "json"], BeforeValidator(_without_auto)] = Field(
        default="text", description="Format of progress on stderr", examples=["json"]
    )
