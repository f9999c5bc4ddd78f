"""Backfill: reads a past period of one entity again, after it has shown the plan."""

from __future__ import annotations

from datetime import UTC, date, datetime

from loader.errors import ConfigError
from loader.extract.backfill import backfill_windows
from loader.extract.window import Window
from loader.pipeline.load import Backfill
from loader.report import Progress, RunReport, Silent
from loader.runs.finalize import finalize_run
from loader.runs.run import load_stage
from loader.runs.run_session import run_session
from loader.settings import Settings

MOST_WINDOWS = 366
"""Maximum number of windows (days) without confirmation."""
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
_SHOWN = 31
_LONGEST = 60


def run_backfill(
    settings: Settings, entity: str, first: str, last: str, *, confirmed: bool = False, progress: Progress | None = None
) -> RunReport:
    """Reads the rows of an entity with mod_ts in ``[first, last)`` and stores changed documents.

    The watermark doesn't change. An interrupted backfill of the same period resumes where it stopped.

    Args:
        first, last: dates such as ``2026-05-01`` or instants such as ``2026-05-01T06:00Z``; UTC without an offset.
        confirmed: allow more than a year.

    Raises:
        ConfigError: WMS_CONF_020, a date is invalid or the period is empty; WMS_CONF_022, the entity isn't configured;
            WMS_CONF_043, the period is long and not confirmed.
        WmsEltError: as `loader.runs.run_load`.
    """
    watched = progress or Silent()
    if entity not in settings.pipeline.all_entities:
        raise ConfigError(
            "WMS_CONF_022",
            f"Can't backfill {entity!r}: it is not an entity of this pipeline.",
            hint="Add it to GRUPONOS_PIPELINE__EXTRA_ENTITIES, or choose an entity from `wms-elt entities`.",
        )
    period = _period(first, last)
    windows = backfill_windows(period)
    estimate = f"{len(windows):,} windows of a day and at least as many requests"
    if len(windows) > MOST_WINDOWS and not confirmed:
        raise ConfigError(
            "WMS_CONF_043",
            f"Can't backfill {entity} from {first} to {last} without confirmation: {estimate}.",
            hint=f"Choose a period of at most {MOST_WINDOWS} days, or confirm with `make backfill YES=1` or --yes.",
        )
    watched.note(f"backfill of {entity}: {estimate}; the watermark doesn't change")
    for window in windows[:_SHOWN]:
        watched.note(f"  {window.lo:%Y-%m-%d %H:%M:%S}Z to {window.hi:%Y-%m-%d %H:%M:%S}Z")
    if len(windows) > _SHOWN:
        watched.note(f"  ... to {windows[-1].hi:%Y-%m-%d %H:%M:%S}Z; windows before the first row are skipped")
    with run_session(settings, "backfill", watched, (entity,)) as run:
        return finalize_run(settings, load_stage(run, backfill=Backfill(entity, period)), run.sessions)


def _period(first: str, last: str) -> Window:
    period = Window(_instant(first), _instant(last))
    if period.lo >= period.hi:
        raise ConfigError(
            "WMS_CONF_020",
            f"Can't backfill from {first!r} to {last!r}: the period is empty.",
            hint="Choose a FROM before TO. TO is exclusive.",
        )
    return period


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        whole = aware.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise _no_date(text) from error
    if not EARLIEST_YEAR <= whole.year <= LATEST_YEAR:
        raise _no_date(text)
    return whole


def _no_date(text: str) -> ConfigError:
    return ConfigError(
        "WMS_CONF_020",
        f"Can't use {text[:_LONGEST]!r}: it is not a date between the years {EARLIEST_YEAR} and {LATEST_YEAR}.",
        hint=f"Write dates like {date(2026, 5, 1).isoformat()} or 2026-05-01T06:00Z.",
    )
