"""A past period of one entity read again: the plan first, then the load."""

from __future__ import annotations

from datetime import UTC, date, datetime

from loader.elt.closing import close
from loader.elt.run import load_stage
from loader.elt.underway import under_way
from loader.errors import ConfigError
from loader.extract.backfill import backfill_windows
from loader.extract.window import Window
from loader.landing.load import Backfill
from loader.report import Progress, RunReport, Silent
from loader.settings import Settings


def run_backfill(
    settings: Settings, entity: str, first: str, last: str, *, progress: Progress | None = None
) -> RunReport:
    """Reads the rows of an entity whose mod_ts lies in ``[first, last)`` and lands what differs.

    The incremental cursor is left alone; an interrupted backfill of the same period goes on where it stopped.

    Args:
        first, last: dates ``2026-05-01`` or instants ``2026-05-01T06:00Z``, UTC when no offset is given.

    Raises:
        ConfigError: WMS_CONF_020, a date cannot be read or the period is empty; WMS_CONF_022, the entity is not read.
        WmsEltError: as `loader.elt.run_load`.
    """
    watched = progress or Silent()
    if entity not in settings.pipeline.all_entities:
        raise ConfigError(
            "WMS_CONF_022",
            f"{entity!r} is not an entity of this pipeline",
            hint="add it to GRUPONOS_PIPELINE__EXTRA_ENTITIES, or choose one that `wms-elt entities` lists",
        )
    period = _period(first, last)
    windows = backfill_windows(period)
    watched.note(f"backfill of {entity}: {len(windows)} windows of mod_ts, the incremental cursor stays where it is")
    for window in windows:
        watched.note(f"  {window.lo:%Y-%m-%d %H:%M:%S}Z to {window.hi:%Y-%m-%d %H:%M:%S}Z")
    with under_way(settings, "backfill", watched, (entity,)) as run:
        return close(settings, load_stage(run, backfill=Backfill(entity, period)))


def _period(first: str, last: str) -> Window:
    period = Window(_instant(first), _instant(last))
    if period.lo >= period.hi:
        raise ConfigError(
            "WMS_CONF_020",
            f"the period from {first} to {last} is empty",
            hint="FROM must lie before TO; TO is not included",
        )
    return period


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(
            "WMS_CONF_020",
            f"{text!r} is not a date",
            hint=f"write it like {date(2026, 5, 1).isoformat()} or 2026-05-01T06:00Z",
        ) from error
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(microsecond=0)
