"""Checks of the WMS: connection, login, readable entities, scope and clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from loader.discovery import read_discovery
from loader.discovery.findings import findings
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
    """Read the entity list, then describe and read one row of each configured entity (wms-api 5, 8)."""
    if settings.uses_simulator:
        yield Check("wms", "ok", "bundled simulator; set GRUPONOS_WMS__BASE_URL to read your WMS")
        return
    # one retry distinguishes a transient failure, and keeps the user waiting no longer
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
        yield Check("wms", "ok", f"connected to {settings.wms.base_url}; the user can read {len(seen)} entities")
        yield _clock(client.clock_skew() or timedelta(0))
        yield from _entities(client, settings)
        yield from _scope(client, settings)
    yield _discovery(settings)


def _clock(skew: timedelta) -> Check:
    seconds = skew.total_seconds()
    if abs(seconds) <= _SKEW_WARN_S:
        return Check("clock", "ok", "the clocks of the WMS and this machine agree")
    here = local_now()
    effect = "Until they agree, each run reads up to the later clock, and the watermark follows the earlier one."
    if skew > CLOCK_TOLERANCE:
        effect += " No row is marked as deleted."
    return Check(
        "clock",
        "warn",
        f"The WMS clock is {abs(seconds):,.0f} s {'ahead' if seconds > 0 else 'behind'}: it shows "
        f"{utc_text(whole_second(here + skew))}, this machine {utc_text(here)}.",
        f"Synchronise this machine's clock with NTP, or ask Oracle support about the WMS clock. {effect}",
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
    """Check that the configured company, facilities and start date match rows."""
    try:
        findings = list(scope_findings(client, settings))
    except WmsEltError as error:
        yield failed("scope", error)
        return
    for finding in findings:
        name = f"scope {finding.entity}"
        if finding.problem:
            hint = f"Correct {finding.setting}. Codes are case-sensitive."
            yield Check(name, "failed", f"{UNKNOWN} {finding.problem}", hint, ConfigError.exit_code)
        elif finding.unreadable:
            hint = f"Check {finding.setting} by hand, or allow the WMS user to read {finding.entity}."
            yield Check(name, "warn", f"can't check {finding.setting}: {finding.unreadable}", hint)
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
    hint = "Set GRUPONOS_PIPELINE__START_DATE to an earlier day, or remove it. It limits transactions only."
    return Check("start date", "warn", f"{entity} has only rows created before {start}.", hint)


def _discovery(settings: Settings) -> Check:
    """Refer to the last discovery of this WMS. It doesn't fail a setup: a load works without one."""
    found = read_discovery(settings)
    if found is None:
        hint = "Run `wms-elt discover` before the first load: it compares the WMS with the project."
        return Check("discovery", "skipped", "this WMS is not discovered yet", hint)
    acts = sum(finding.level == "act" for finding in findings(found))
    when = f"discovered on {found.discovered_at:%Y-%m-%d} by release {found.release}"
    if not acts:
        return Check("discovery", "ok", when)
    page = f"{settings.pipeline.work_dir}/site/discovery.html"
    return Check("discovery", "warn", f"{when}: {acts} findings to act on", f"Open {page}, or run `wms-elt discover`.")


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
        yield Check("excluded fields", "ok", f"{count} fields are excluded")
