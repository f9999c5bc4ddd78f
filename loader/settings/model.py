"""All settings as one immutable object."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from loader.settings import export
from loader.settings.catalog import DELIMITER, PREFIX, shown
from loader.settings.environment import GeneralSettings, environment_warnings
from loader.settings.operations import OperationsSettings
from loader.settings.pipeline import PipelineSettings
from loader.settings.target import TargetSettings
from loader.settings.wms import WmsSettings


class Settings(GeneralSettings, BaseSettings):
    """All sections, validated together. Create it with `load_settings`, or from sections in a test."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
        env_ignore_empty=True,
        enable_decoding=False,
        frozen=True,
        extra="forbid",
    )

    wms: WmsSettings = Field(default_factory=WmsSettings)
    target: TargetSettings = Field(default_factory=TargetSettings)
    pipeline: PipelineSettings = Field(default_factory=PipelineSettings)
    operations: OperationsSettings = Field(default_factory=OperationsSettings)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Use constructor arguments only: `load_settings` alone reads the environment."""
        return (init_settings,)

    @property
    def uses_simulator(self) -> bool:
        """True when no WMS is configured."""
        return self.wms.base_url is None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about settings that production should have, for reports and `doctor`."""
        return environment_warnings(self)

    def masked(self) -> dict[str, str]:
        """Map each variable name to its value as text; secrets show as ``********``, unset values as empty text."""
        return shown(self)

    def dbt_environment(self) -> dict[str, str]:
        """Environment variables for profiles.yml.example. Contains secrets: never print it."""
        return export.dbt_environment(self.target)
