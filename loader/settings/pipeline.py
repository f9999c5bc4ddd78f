"""The section `pipeline`: what is read, how far back, and what counts as good enough (wms-api 8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from loader.settings.types import SECTION_CONFIG, EntityList, FieldsByEntity, Identifier, reject

_ENTITIES = (
    "company",
    "facility",
    "item",
    "location",
    "inventory",
    "container",
    "order_hdr",
    "order_dtl",
    "allocation",
    "ib_shipment",
    "ib_shipment_dtl",
    "wave",
    "task",
    "order_status",
    "allocation_status",
    "container_status",
    "ib_shipment_status",
    "wave_status",
    "task_status",
    "inventory_status",
)


def _not_in_the_future(value: date) -> date:
    if value > datetime.now(UTC).date():
        raise ValueError("must not lie in the future")
    return value


class PipelineSettings(BaseModel):
    """The extraction windows, the work directory and the quality thresholds."""

    model_config = SECTION_CONFIG

    name: Identifier = Field(
        default="wms", description="Name of the dlt pipeline; its state hangs on it", examples=["wms"]
    )
    entities: Annotated[EntityList, Field(min_length=1)] = Field(
        default=_ENTITIES, description="Entities to read", examples=["order_hdr,order_dtl,allocation"]
    )
    extra_entities: EntityList = Field(
        default=(), description="Entities to read besides those", examples=["vendor,inventory_history"]
    )
    start_date: Annotated[date, AfterValidator(_not_in_the_future)] | None = Field(
        default=None,
        description="First load reads rows created on or after this day (UTC); not set = all",
        examples=["2025-01-01"],
    )
    lookback_seconds: int = Field(
        default=1800, ge=0, le=604_800, description="Seconds read again before the high-water mark", examples=["3600"]
    )
    settle_seconds: int = Field(
        default=120, ge=0, le=86_400, description="Seconds before now that are left to the next run", examples=["300"]
    )
    slice_hours: int = Field(
        default=6, ge=1, le=744, description="Hours one incremental window may span", examples=["24"]
    )
    chunk_rows: int = Field(
        default=250_000, ge=1_000, le=10_000_000, description="Rows landed in one package", examples=["100000"]
    )
    exclude_fields: FieldsByEntity = Field(
        default_factory=dict,
        description="Fields not to ask for, such as personal data",
        examples=["order_hdr:cust_email,cust_phone_nbr; item:notes"],
    )
    work_dir: Path = Field(
        default=Path("target"), description="dlt's files, run reports and logs", examples=["/var/lib/wms-elt"]
    )
    quality_error: float = Field(
        default=0.95, ge=0, le=1, description="Quality score below which a run fails", examples=["0.95"]
    )
    quality_warn: float = Field(
        default=0.98, ge=0, le=1, description="Quality score below which a run warns", examples=["0.98"]
    )

    @property
    def all_entities(self) -> tuple[str, ...]:
        """`entities`, then `extra_entities`, each once."""
        return tuple(dict.fromkeys((*self.entities, *self.extra_entities)))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        findings: Mapping[str, str] = {}
        if self.quality_warn < self.quality_error:
            findings = {"quality_warn": "must not be below quality_error"}
        reject(findings)
        return self
