"""Settings: definition, validation, display and export to dlt and dbt."""

from __future__ import annotations

from loader.settings.load import hide_secrets, load_settings
from loader.settings.model import Settings
from loader.settings.operations import OperationsSettings
from loader.settings.pipeline import PipelineSettings
from loader.settings.target import TargetSettings
from loader.settings.wms import WmsSettings

__all__ = [
    "OperationsSettings",
    "PipelineSettings",
    "Settings",
    "TargetSettings",
    "WmsSettings",
    "hide_secrets",
    "load_settings",
]
