"""The section `operations`: locks, history, alerts, metrics and logs of scheduled runs (docs/how-to/monitor.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from loader.settings.types import SECTION_CONFIG, Secret


class OperationsSettings(BaseModel):
    """How runs are watched: what is kept of them, who is told, and when a lock counts as left behind."""

    model_config = SECTION_CONFIG

    lock_stale_minutes: float = Field(
        default=15,
        ge=2,
        le=1440,
        description="Minutes without a sign of life after which a run's lock on Oracle may be taken over",
        examples=["30"],
    )
    history_days: int = Field(
        default=90, ge=1, le=3660, description="Days that rows and files about runs are kept", examples=["365"]
    )
    prune_days: int = Field(
        default=90,
        ge=0,
        le=3660,
        description="Days that a superseded raw version is kept before `wms-elt prune` removes it",
        examples=["30"],
    )
    alert_urls: Secret | None = Field(
        default=None,
        description="Where alerts go: apprise URLs, separated by spaces; not set = nobody is told",
        examples=["json://alerts.example.com/hook mailto://user:change-me@example.com"],
    )
    alert_pause_minutes: float = Field(
        default=60,
        ge=0,
        le=10_080,
        description="Minutes between two messages about the same alert; what happens meanwhile is told later",
        examples=["240"],
    )
    runbook_url: str = Field(
        default="docs/how-to/runbook.md",
        description="Address of the runbook, to which alerts link",
        examples=["https://git.example.com/wms-elt/docs/how-to/runbook.md"],
    )
    metrics_file: Path | None = Field(
        default=None,
        description="Prometheus text file written after every run; not set = none",
        examples=["/var/lib/node_exporter/textfile/wms_elt.prom"],
    )
    metrics_file_mode: Literal["private", "group", "world"] = Field(
        default="group",
        description="Who may read the metrics file: this user, also its group, everybody (node_exporter)",
        examples=["world"],
    )
    file_mode: Literal["private", "group", "umask"] = Field(
        default="private",
        description="Who may read the files of a run: this user, also its group, or as the umask says",
        examples=["group"],
    )
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto", description="Lines on stderr; auto = text in a terminal, else json", examples=["json"]
    )
