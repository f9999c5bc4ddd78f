"""Deviations of a real source from the ideal (wms-api 9, items 12 to 14); all are off by default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from loader.errors import ConfigError


@dataclass(frozen=True, slots=True)
class BulkUpdate:
    """One statement that changes many rows at once, like a DBA's script.

    Args:
        entity: changes its newest rows; for inventory the lots, for container the inbound LPNs.
        at: commit time, aware.
        rows: maximum number of rows.
        touches_mod_ts: False leaves mod_ts as it was, so that no window ever shows the change.
    """

    entity: str
    at: datetime
    rows: int
    touches_mod_ts: bool = True


@dataclass(frozen=True, slots=True)
class Purge:
    """Rows of an entity are deleted at an age in days; lines and allocations with their order."""

    entity: str
    days: float


@dataclass(frozen=True, slots=True)
class Hazards:
    """Deviations of the warehouse from the ideal. Rates are shares between 0 and 1.

    Companies, facilities and lookups have none, because all other rows depend on them.

    Args:
        late_commits: changes that become visible after their mod_ts, with a heavy tail of delays.
        late_seconds: median delay of late commits.
        late_max_seconds: maximum delay; `quiet_at` includes it.
        backdated: rows created with a mod_ts up to three days before their create_ts.
        null_mod_ts: changes that write no mod_ts.
        future_mod_ts: changes that write a mod_ts up to 20 days ahead.
        close_updates: rows written again within a second of their creation, half of them a microsecond later.
        deletes: rows deleted some hours after their last change; lines and allocations with their order.
        id_jumps: rows before which ids jump by up to five million.
        bulk_updates, purges: single statements, and deletions by age.

    Raises:
        ConfigError: WMS_SIM_011, a rate is not between 0 and 1, or a bulk update has no time zone.
    """

    late_commits: float = 0.0
    late_seconds: float = 20.0
    late_max_seconds: float = 6 * 3600.0
    backdated: float = 0.0
    null_mod_ts: float = 0.0
    future_mod_ts: float = 0.0
    close_updates: float = 0.0
    deletes: float = 0.0
    id_jumps: float = 0.0
    bulk_updates: tuple[BulkUpdate, ...] = ()
    purges: tuple[Purge, ...] = ()

    def __post_init__(self) -> None:
        rates = ("late_commits", "backdated", "null_mod_ts", "future_mod_ts", "close_updates", "deletes", "id_jumps")
        wrong = [name for name in rates if not 0 <= getattr(self, name) <= 1]
        wrong += [f"bulk update of {update.entity}" for update in self.bulk_updates if update.at.tzinfo is None]
        if wrong:
            raise ConfigError(
                "WMS_SIM_011",
                f"Can't apply the hazards: {', '.join(wrong)}.",
                hint="Use rates between 0 and 1, and instants with a time zone.",
            )

    @property
    def disturb(self) -> bool:
        """Return whether any row differs from the ideal; id jumps alone change no row."""
        rates = (self.late_commits, self.backdated, self.null_mod_ts, self.future_mod_ts, self.close_updates)
        return any(rates) or bool(self.deletes or self.bulk_updates or self.purges)
