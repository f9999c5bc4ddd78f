"""Discovers a tenant in a bounded number of GET requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from loader.discovery.custom import custom_fields_in_use
from loader.discovery.estimate import first_load
from loader.discovery.examine import STOPPING, Examined, described, sampled
from loader.discovery.facilities import facility_facts, offset_of
from loader.discovery.gaps import field_gaps, missing_custom_fields
from loader.discovery.model import Discovery, EntityFacts, RuleResult, StatusTable
from loader.discovery.rules import rule_results
from loader.discovery.samples import Samples
from loader.discovery.seeds import read_seed
from loader.discovery.statuses import Meanings, language_of, read_meanings, status_codes
from loader.discovery.tenant import LimitReached, Tenant
from loader.errors import WmsEltError
from loader.extract.excluded import fields_parameter
from loader.settings import Settings
from loader.settings.custom_fields import names_by_field
from loader.settings.project import project_directories
from loader.staging import ExpectedModel, expected_models
from loader.warehouse.source import SourceIdentity

_LOOKUP_ROWS = "500"
"""Rows of a status table or of facilities that are read."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a discovery may cost the tenant.

    Args:
        requests: most requests, retries included.
        sample_rows: rows of each entity that are looked at.
        every_entity: whether to look at entities that are neither configured nor staged too.
        with_rules: whether to evaluate the business rules.
    """

    requests: int = 250
    sample_rows: int = 100
    every_entity: bool = False
    with_rules: bool = True


Say = Callable[[str], None]


def discover(
    settings: Settings,
    source: SourceIdentity,
    *,
    limits: Limits | None = None,
    root: Path = Path(),
    say: Say = lambda text: None,
) -> Discovery:
    """Read what a tenant has and compare it with the project. Sends GET requests only, one at a time.

    Args:
        settings: of a reachable WMS.
        source: identity of the source, which is stored with the result.
        root: directory that contains dbt_project/.
        say: receives a line for each step.

    Raises:
        SourceError: the WMS can't be reached, or doesn't accept the credentials.
        ConfigError: the project can't be read.
    """
    started, at = time.monotonic(), datetime.now(UTC).replace(microsecond=0)
    projects = project_directories(settings.target, root)
    models = [model for project in projects for model in expected_models(project / "models" / "staging")]
    with Tenant(settings.wms, limits.requests if limits else Limits().requests) as tenant:
        work = _Discovery(settings, tenant, limits or Limits(), models, root, say)
        found = work.run()
    return replace(
        found,
        source_kind=source.kind,
        source=source.identity,
        discovered_at=at,
        seconds=round(time.monotonic() - started, 1),
    )


class _Discovery:
    """One discovery. Each step uses requests while there are any; `notes` says what was left out."""

    def __init__(
        self,
        settings: Settings,
        tenant: Tenant,
        limits: Limits,
        models: Sequence[ExpectedModel],
        root: Path,
        say: Say,
    ) -> None:
        self._settings, self._tenant, self._limits, self._models = settings, tenant, limits, models
        self._root, self._say = root, say
        self._seeds = [project / "seeds" for project in project_directories(settings.target, root)]
        self._staged = frozenset(model.entity for model in models)
        self._configured = settings.pipeline.all_entities
        self._notes: list[str] = []
        self._found: dict[str, Examined] = {}
        self._listed: Collection[str] = ()

    def run(self) -> Discovery:
        """Return what was found, without source and times."""
        self._listed = self._tenant.entities()
        from_schema = self._tenant.read_schema()
        self._say(f"The user can see {len(self._listed)} entities")
        self._look()
        statuses = tuple(self._statuses())
        facilities = self._facilities()
        rules, rules_note = self._rules()
        entities = tuple(self._entities())
        descriptions = {name: found.description for name, found in self._found.items() if found.description}
        return Discovery(
            source_kind="wms",
            source="",
            discovered_at=datetime.now(UTC),
            release=version("wms-elt"),
            requests=self._tenant.sent,
            limit=self._limits.requests,
            seconds=0.0,
            schema_from="OpenAPI document" if from_schema else "describe",
            entities=entities,
            statuses=statuses,
            gaps=(
                *field_gaps(self._models, descriptions),
                *missing_custom_fields(names_by_field(self._settings.pipeline.custom_fields), descriptions),
            ),
            custom_fields=tuple(
                field
                for found in self._found.values()
                if found.description
                for field in custom_fields_in_use(found.description, found.documents)
            ),
            facilities=facility_facts(facilities, read_seed("facility_time_zones", *self._seeds)),
            languages=tuple(sorted({table.language for table in statuses} - {""})),
            offset=offset_of(document for found in self._found.values() for document in found.documents),
            rules=rules,
            rules_note=rules_note,
            first_load=first_load(
                entities, page_size=self._settings.wms.page_size, workers=self._settings.wms.concurrency
            ),
            notes=tuple(self._notes),
        )

    def _look(self) -> None:
        """Describe configured and staged entities, and look at rows of the configured ones."""
        others = sorted(self._listed) if self._limits.every_entity else ()
        names = list(dict.fromkeys((*self._configured, *sorted(self._staged), *others)))
        for name in names:
            if not self._attempt(f"fields of {name}", lambda name=name: self._describe(name)):  # type: ignore[misc]
                break
        wanted = [name for name in names if name in self._configured or self._limits.every_entity]
        for name in wanted:
            if name in self._found and self._found[name].description:
                self._say(f"Looking at {name}")
                if not self._attempt(f"rows of {name}", lambda name=name: self._sample(name)):  # type: ignore[misc]
                    break

    def _describe(self, name: str) -> None:
        self._found[name] = described(self._tenant, name, is_listed=name in self._listed)

    def _sample(self, name: str) -> None:
        self._found[name] = sampled(self._tenant, self._found[name], self._parameters, self._limits.sample_rows)

    def _parameters(self, entity: str) -> list[tuple[str, str]]:
        """Return the parameters of a list request: without excluded fields, in the page mode that counts nothing."""
        fields = fields_parameter(self._settings.pipeline, self._tenant.describe(entity))
        return [*fields, ("page_mode", "sequenced")]

    def _attempt(self, what: str, step: Callable[[], None]) -> bool:
        """Run a step; note what is missing and return False if no request is left."""
        try:
            step()
        except LimitReached:
            self._notes.append(f"the limit of {self._limits.requests} requests was reached before the {what}")
            return False
        return True

    def _lookup(self, entity: str) -> Sequence[msgspec.Raw]:
        """Return the rows of a small entity; none if it can't be read. Its sample is used if it is complete."""
        known = self._found.get(entity)
        if known and known.page and known.facts.is_counted and known.facts.rows == known.facts.sampled:
            return known.documents
        documents: list[msgspec.Raw] = []
        if known and known.facts.readable != "yes":
            return documents

        def ask() -> None:
            params = [*self._parameters(entity), ("page_size", _LOOKUP_ROWS)]
            documents.extend(self._tenant.page(entity, params).page.documents)

        self._attempt(f"rows of {entity}", ask)
        return documents

    def _facilities(self) -> Sequence[msgspec.Raw]:
        try:
            return self._lookup("facility")
        except WmsEltError as error:
            if error.code in STOPPING:
                raise
            self._notes.append(f"the facilities could not be read: {error.code} {error.message.rstrip('.')}")
            return []

    def _statuses(self) -> Iterator[StatusTable]:
        """Yield the status tables of the tenant; those that models use come first."""
        names = [name for name in (*self._configured, *sorted(self._listed)) if name.endswith("_status")]
        meanings = read_meanings(*self._seeds)
        for name in dict.fromkeys(names):
            yield self._status_table(name, meanings)

    def _status_table(self, name: str, meanings: Meanings) -> StatusTable:
        is_staged = name in self._staged
        try:
            documents = self._lookup(name)
        except WmsEltError as error:
            if error.code in STOPPING:
                raise
            return StatusTable(entity=name, is_staged=is_staged, reason=f"{error.code} {error.message}")
        codes = status_codes(name, documents, meanings)
        language = language_of([code.description for code in codes])
        reason = "" if codes else "no rows, or not readable"
        return StatusTable(entity=name, is_staged=is_staged, codes=codes, language=language, reason=reason)

    def _rules(self) -> tuple[tuple[RuleResult, ...] | None, str]:
        if not self._limits.with_rules:
            return None, "The rules were not evaluated, because --no-rules was given."
        usable = [name for name in self._configured if name in self._staged and self._found.get(name)]
        samples = Samples(usable)
        for name in usable:
            if page := self._found[name].page:
                samples.add(page)
        unreadable = {name for name in usable if self._found[name].facts.readable != "yes"}
        try:
            self._attempt(
                "rows that the sample refers to",
                lambda: samples.complete(self._tenant, self._parameters, unreadable),
            )
            if samples.read_at is None:
                return None, "The rules were not evaluated, because no row could be read."
            found = rule_results(self._settings, samples.documents, samples.read_at, root=self._root, say=self._say)
        except WmsEltError as error:
            if error.code in STOPPING:
                raise
            return None, f"The rules were not evaluated: {error.code} {error.message}"
        return found, ""

    def _entities(self) -> Iterator[EntityFacts]:
        names = dict.fromkeys((*self._configured, *sorted(self._staged), *sorted(self._listed)))
        for name in names:
            known = self._found.get(name)
            facts = (
                known.facts if known else EntityFacts(name=name, is_listed=name in self._listed, readable="not asked")
            )
            yield replace(facts, is_configured=name in self._configured, is_staged=name in self._staged)
