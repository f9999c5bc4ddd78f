"""The `pipeline` section: entities, extraction windows and quality thresholds (wms-api 8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from loader.settings.profiles import resolved
from loader.settings.types import (
    SECTION_CONFIG,
    CodeNumbers,
    CustomFields,
    EntityList,
    FieldsByEntity,
    Identifier,
    reject,
)


def _not_in_the_future(value: date) -> date:
    if value > datetime.now(UTC).date():
        raise ValueError("must not be in the future")
    return value


class PipelineSettings(BaseModel):
    """Entities, extraction windows, the work directory and quality thresholds."""

    model_config = SECTION_CONFIG

    name: Identifier = Field(default="wms", description="dlt pipeline name; identifies its state", examples=["wms"])
    entities: Annotated[EntityList, Field(min_length=1)] = Field(
        default=("core",),
        description="Entities to read: names, or profiles (core, operations, full)",
        examples=["core,vendor"],
    )
    extra_entities: EntityList = Field(
        default=(), description="Additional entities to read", examples=["uom,inventory_history"]
    )
    exclude_entities: EntityList = Field(
        default=(), description="Entities of a profile to leave out", examples=["wave,wave_status"]
    )
    read_parents: bool = Field(
        default=True,
        description="Also read the parents of these entities, such as order_hdr for order_dtl",
        examples=["false"],
    )
    start_date: Annotated[date, AfterValidator(_not_in_the_future)] | None = Field(
        default=None,
        description="Read transactions created on or after this day (UTC); master data and stock are read in full",
        examples=["2025-01-01"],
    )
    lookback_seconds: int = Field(
        default=1800,
        ge=0,
        le=604_800,
        description="Seconds before the watermark to read again, for late commits",
        examples=["3600"],
    )
    settle_seconds: int = Field(
        default=120, ge=0, le=86_400, description="Seconds before now to leave to the next run", examples=["300"]
    )
    slice_hours: int = Field(
        default=6, ge=1, le=744, description="Maximum hours in one incremental window", examples=["24"]
    )
    null_mod_ts_hours: float = Field(
        default=24, ge=0, le=8760, description="Hours between reads of rows without mod_ts; 0 = never", examples=["24"]
    )
    recheck_hours: float = Field(
        default=24, ge=0, le=8760, description="Hours between rechecks of recent rows; 0 = never", examples=["24"]
    )
    recheck_window_hours: int = Field(
        default=48, ge=1, le=744, description="Hours back that a recheck compares", examples=["24"]
    )
    reconcile_hours: float = Field(
        default=168,
        ge=0,
        le=8760,
        description="Hours between comparisons of all ids, to find deleted rows; 0 = never",
        examples=["24"],
    )
    full_hours: float = Field(
        default=0,
        ge=0,
        le=8760,
        description="Hours between full reads of all documents; 0 = only with `make full`",
        examples=["168"],
    )
    largest_loss: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Maximum share of an entity's rows to delete at once; more counts as lost eligibility",
        examples=["0.2"],
    )
    history_activities: CodeNumbers = Field(
        default=(1, 3, 4, 6, 7, 10, 11, 12, 13, 17, 40, 48, 51, 72, 73, 74, 80, 81, 83, 84, 85),
        description="Activity ids of inventory_history to read, if it is an entity",
        examples=["1,4,17,51"],
    )
    history_statuses: CodeNumbers = Field(
        default=(0, 90), description="Status ids of inventory_history to read, if it is an entity", examples=["0,10,90"]
    )
    chunk_rows: int = Field(
        default=250_000, ge=1_000, le=10_000_000, description="Maximum rows in one load package", examples=["100000"]
    )
    exclude_fields: FieldsByEntity = Field(
        default_factory=dict,
        description="Fields to exclude, such as personal data; field? = ignore if the release doesn't have it",
        examples=["order_hdr:cust_email,cust_phone_nbr; item:unit_cost"],
    )
    custom_fields: CustomFields = Field(
        default_factory=dict,
        description="Custom fields to publish in the marts, as field=column",
        examples=["order_hdr:cust_field_1=channel,cust_decimal_1=margin; order_dtl:cust_date_1=promised_date"],
    )
    work_dir: Path = Field(
        default=Path("target"),
        description="Directory for dlt's files, run reports and logs",
        examples=["/var/lib/wms-elt"],
    )
    quality_error: float = Field(
        default=0.95, ge=0, le=1, description="Quality score below which a run fails", examples=["0.95"]
    )
    quality_warn: float = Field(
        default=0.98, ge=0, le=1, description="Quality score below which a run warns", examples=["0.98"]
    )
    refusals_rise: float = Field(
        default=2.0,
        ge=1,
        le=1000,
        description="Open an alert if the share WMS_ALLOCATIONS refuses exceeds this multiple of the last run's",
        examples=["2"],
    )
    refusals_least: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="Minimum share of refused allocations to open that alert",
        examples=["0.01"],
    )

    @property
    def pass_hours(self) -> Mapping[str, float]:
        """Interval of each catch-up pass in hours; 0 = not scheduled (wms-api 8.8)."""
        return {
            "null_mod_ts": self.null_mod_ts_hours,
            "recheck": self.recheck_hours,
            "reconcile": self.reconcile_hours,
            "full": self.full_hours,
        }

    @property
    def chosen_entities(self) -> tuple[str, ...]:
        """Entities of the profiles and names, with parents, before the exclusion."""
        return resolved((*self.entities, *self.extra_entities), parents=self.read_parents)

    @property
    def all_entities(self) -> tuple[str, ...]:
        """Entities to read: profiles replaced by their entities, parents added, and excluded ones left out."""
        return tuple(entity for entity in self.chosen_entities if entity not in self.exclude_entities)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        findings: Mapping[str, str] = {}
        if self.quality_warn < self.quality_error:
            findings = {"quality_warn": "must not be below quality_error"}
        reject(findings)
        return self
