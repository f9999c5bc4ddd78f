"""The result of a discovery. It is stored as JSON, so it holds no document and no personal data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

SCHEMA_VERSION = 1

Readable = Literal["yes", "no", "no response", "not asked"]
"""`no` if the user has no permission; `no response` if the request failed for another reason."""
GapKind = Literal["missing", "other type", "as text", "longer text"]
SizeClass = Literal["empty", "up to 1 thousand", "up to 100 thousand", "up to 10 million", "more", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFacts:
    """A field as the tenant describes it: the type's name, its normalised kind, and characters of a text."""

    type: str
    kind: str
    max_length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityFacts:
    """What is known of an entity.

    Args:
        reason: why the entity is not readable or was not asked for; code and message.
        rows: rows that the user can see; None if unknown.
        is_counted: whether `rows` is exact. Otherwise it is estimated from the density of ids.
        orders: whether the tenant accepts `ordering` for it; None if not asked.
        row_seconds, page_seconds: measured time per row, and time of a request without its rows.
    """

    name: str
    is_listed: bool
    readable: Readable
    reason: str = ""
    is_configured: bool = False
    is_staged: bool = False
    has_mod_ts: bool | None = None
    rows: int | None = None
    is_counted: bool = False
    size: SizeClass = "unknown"
    orders: bool | None = None
    sampled: int = 0
    page_seconds: float = 0.0
    row_seconds: float = 0.0
    fields: Mapping[str, FieldFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCode:
    """A row of a status table, and what the models take it for.

    Args:
        meaning: empty if the seeds have none for it.
        mapped_by: the seed that decides: `status_overrides`, `status_meanings` or `status_ids`.
    """

    id: int
    description: str
    meaning: str = ""
    mapped_by: Literal["override", "label", "id", ""] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusTable:
    """A status lookup of the tenant. `reason` says why it has no codes; `is_staged`, whether models use it."""

    entity: str
    is_staged: bool = False
    codes: tuple[StatusCode, ...] = ()
    language: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldGap:
    """A column of a staging model that the tenant can't fill as declared."""

    entity: str
    model: str
    column: str
    field: str
    kind: GapKind
    expected: str
    found: str
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """A custom field with a value other than its default in at least one row of the sample."""

    entity: str
    field: str
    kind: str
    used: int
    sampled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityFacts:
    """A facility: its time zone as the WMS names it, and the zone in the seed `facility_time_zones`."""

    code: str
    name: str
    language: str
    time_zone: str
    is_known_zone: bool
    seed_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """What a business rule flags in the sample. `parent_state` is ``not read`` if its parent entity has no rows."""

    entity: str
    rule: str
    severity: str
    reason: str
    checked: int
    flagged: int
    parent_state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadEstimate:
    """Estimate for the first load of one entity; `seconds` for one worker."""

    entity: str
    rows: int
    pages: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLoad:
    """Estimate for the first load of the configured entities.

    Args:
        seconds: with all workers.
        unknown: entities without an estimate.
    """

    seconds: float
    rows: int
    pages: int
    workers: int
    page_size: int
    entities: tuple[LoadEstimate, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """Everything that a discovery found.

    Args:
        source: identity of the source, as stored in the target (`loader.warehouse.source`).
        requests: requests sent, retries included; `limit` is the most that were allowed.
        schema_from: where the fields come from.
        offset: UTC offset in the documents, which is that of the user's default facility; empty if unknown.
        rules: None if the rules were not evaluated; `rules_note` says why.
        notes: what the reader should know, such as entities left out because of the limit.
    """

    source_kind: Literal["wms", "simulator"]
    source: str
    discovered_at: datetime
    release: str
    requests: int
    limit: int
    seconds: float
    schema_from: Literal["OpenAPI document", "describe"]
    entities: tuple[EntityFacts, ...]
    statuses: tuple[StatusTable, ...] = ()
    gaps: tuple[FieldGap, ...] = ()
    custom_fields: tuple[CustomField, ...] = ()
    facilities: tuple[FacilityFacts, ...] = ()
    languages: tuple[str, ...] = ()
    offset: str = ""
    rules: tuple[RuleResult, ...] | None = None
    rules_note: str = ""
    first_load: FirstLoad | None = None
    notes: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION

    @property
    def source_name(self) -> str:
        """Name of the source in a sentence."""
        return f"the WMS {self.source}" if self.source_kind == "wms" else f"the simulator ({self.source})"

    @property
    def unmapped(self) -> tuple[tuple[str, StatusCode], ...]:
        """Status codes without a meaning in tables that models use, with the table."""
        staged = [table for table in self.statuses if table.is_staged]
        return tuple((table.entity, code) for table in staged for code in table.codes if not code.meaning)

    @property
    def unconfirmed(self) -> tuple[tuple[str, StatusCode], ...]:
        """Status codes in tables that models use whose label no seed knows, and that have the meaning of their id."""
        staged = [table for table in self.statuses if table.is_staged]
        codes = [(table.entity, code) for table in staged for code in table.codes]
        return tuple((entity, code) for entity, code in codes if code.mapped_by == "id" and code.description)
