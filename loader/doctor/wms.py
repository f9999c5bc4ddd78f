"""The WMS: does it answer, who are we, may we see the entities, does its clock agree with ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from loader.doctor.check import Check, failed
from loader.errors import ConfigError, WmsEltError
from loader.extract.excluded import check_excluded_fields, fields_parameter
from loader.extract.window import whole_second
from loader.settings import Settings
from loader.wms import WmsClient
from loader.wms.scope_check import UNKNOWN, scope_findings
from loader.wms.times import CLOCK_TOLERANCE, local_now, utc_text

_SKEW_WARN_S = 60


def check_wms(settings: Settings) -> Iterator[Check]:
    """Reads the entity list, then describes and reads one row of every configured entity (wms-api 5, 8)."""
    if settings.uses_simulator:
        yield Check(
            "wms", "ok", "none configured: runs start the bundled simulator (GRUPONOS_WMS__BASE_URL sets yours)"
        )
        return
    # a person waits: one more try is enough to tell a hiccup from a wall
    wms = settings.wms.model_copy(update={"retries": min(settings.wms.retries, 1)})
    try:
        client = WmsClient(wms)
    except WmsEltError as error:
        yield failed("wms", error)
        return
    with client:
        try:
            seen = client.entities()
            client.server_now()
        except WmsEltError as error:
            yield failed("wms", error)
            return
        yield Check("wms", "ok", f"{settings.wms.base_url} answers, the user sees {len(seen)} entities")
        yield _clock(client.clock_skew() or timedelta(0))
        yield from _entities(client, settings)
        yield from _scope(client, settings)


def _clock(skew: timedelta) -> Check:
    seconds = skew.total_seconds()
    if abs(seconds) <= _SKEW_WARN_S:
        return Check("clock", "ok", "the WMS's clock and this machine's agree")
    here = local_now()
    effect = "Windows follow the WMS's clock."
    if skew > CLOCK_TOLERANCE:
        effect = "Until they agree, windows end by this machine's clock, and no row is marked as deleted."
    return Check(
        "clock",
        "warn",
        f"the WMS's clock shows {utc_text(whole_second(here + skew))}, this machine's {utc_text(here)}: the WMS's is "
        f"{abs(seconds):,.0f} s {'ahead' if seconds > 0 else 'behind'}",
        f"Synchronise this machine's clock (NTP), or ask Oracle support about the WMS's. {effect}",
    )


def _entities(client: WmsClient, settings: Settings) -> Iterator[Check]:
    readable = 0
    for entity in settings.pipeline.all_entities:
        try:
            client.page(entity, _one_row(client, settings, entity))
        except WmsEltError as error:
            yield failed(f"entity {entity}", error)
        else:
            readable += 1
    yield from _excluded_fields(client, settings)
    total = len(settings.pipeline.all_entities)
    if readable:
        yield Check("entities", "ok", f"{readable} of {total} configured entities can be read")


def _scope(client: WmsClient, settings: Settings) -> Iterator[Check]:
    """Whether the configured company, facilities and start date match anything."""
    try:
        findings = list(scope_findings(client, settings))
    except WmsEltError as error:
        yield failed("scope", error)
        return
    for finding in findings:
        name = f"scope {finding.entity}"
        if finding.problem:
            advice = f"Correct {finding.setting}; codes are compared letter by letter."
            yield Check(name, "failed", f"{UNKNOWN} {finding.problem}", advice, ConfigError.exit_code)
        elif finding.unreadable:
            advice = f"Check {finding.setting} by hand, or let the WMS user read {finding.entity}."
            yield Check(name, "warn", f"can't check {finding.setting}: {finding.unreadable}", advice)
        else:
            yield Check(name, "ok", f"{', '.join(finding.configured)} found")
    start, entity = settings.pipeline.start_date, "order_hdr"
    if start and entity in settings.pipeline.all_entities:
        yield _start(client, settings, entity, start)


def _one_row(client: WmsClient, settings: Settings, entity: str) -> list[tuple[str, str]]:
    fields = fields_parameter(settings.pipeline, client.describe(entity))
    return [*fields, ("page_mode", "sequenced"), ("page_size", "1")]


def _start(client: WmsClient, settings: Settings, entity: str, start: date) -> Check:
    created = ("create_ts__gte", f"{start.isoformat()}T00:00:00Z")
    try:
        one = _one_row(client, settings, entity)
        if client.page(entity, [created, *one]).keys or not client.page(entity, one).keys:
            return Check("start date", "ok", f"{entity} has rows created since {start}")
    except WmsEltError as error:
        return failed("start date", error)
    advice = "Set GRUPONOS_PIPELINE__START_DATE to an earlier day, or leave it out; it limits transactions only."
    return Check("start date", "warn", f"{entity} has no row created since {start}, but older ones", advice)


def _excluded_fields(client: WmsClient, settings: Settings) -> Iterator[Check]:
    pipeline = settings.pipeline
    if not pipeline.exclude_fields:
        return
    try:
        check_excluded_fields(pipeline, client, pipeline.all_entities)
    except WmsEltError as error:
        yield failed("excluded fields", error)
    else:
        count = sum(len(pipeline.exclude_fields.get(entity, ())) for entity in pipeline.all_entities)
        yield Check("excluded fields", "ok", f"{count} fields are not asked for")
