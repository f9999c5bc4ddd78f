"""The WMS: does it answer, who are we, may we see the entities, does its clock agree with ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from loader.doctor.check import Check, failed
from loader.errors import WmsEltError
from loader.extract.excluded import check_excluded_fields
from loader.extract.window import whole_second
from loader.settings import Settings
from loader.wms import WmsClient
from loader.wms.times import CLOCK_TOLERANCE, local_now, utc_text

_SKEW_WARN_S = 60


def examine_wms(settings: Settings) -> Iterator[Check]:
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
            client.describe(entity)
            client.page(entity, [("page_mode", "sequenced"), ("page_size", "1")])
        except WmsEltError as error:
            yield failed(f"entity {entity}", error)
        else:
            readable += 1
    yield from _excluded_fields(client, settings)
    total = len(settings.pipeline.all_entities)
    if readable:
        yield Check("entities", "ok", f"{readable} of {total} configured entities can be read")


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
