"""Ways in which a real source departs from the ideal (wms-api 9, items 12 to 14); all are off by default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from loader.errors import ConfigError


@dataclass(frozen=True, slots=True)
class BulkUpdate:
    """One statement that changes many rows at once, as a database administrator's script does.

    Args:
        entity: whose newest rows; for inventory the lots, for container the inbound LPNs.
        at: when it commits; aware.
        rows: how many rows, fewer if there are not so many.
        touches_mod_ts: False leaves mod_ts as it was, so that no window ever shows the change.
    """

    entity: str
    at: datetime
    rows: int
    touches_mod_ts: bool = True


@dataclass(frozen=True, slots=True)
class Purge:
    """Rows of an entity vanish at an age of so many days; lines and allocations go with their order."""

    entity: str
    days: float


@dataclass(frozen=True, slots=True)
class Hazards:
    """Which departures from the ideal the warehouse shows. Rates are shares between 0 and 1.

    Companies, facilities and lookups are spared: without them nothing else could be read.

    Args:
        late_commits: changes that become visible after their mod_ts, with a heavy tail of delays.
        late_seconds: the median delay of these.
        late_max_seconds: the longest delay; `quiet_at` waits for it.
        backdated: rows created with a mod_ts up to three days before their create_ts.
        null_mod_ts: changes that write no mod_ts.
        future_mod_ts: changes that write a mod_ts up to 20 days ahead.
        close_updates: rows written again within a second of their creation, half of them a microsecond later.
        deletes: rows deleted some hours after their last change; lines and allocations go with their order.
        id_jumps: rows before which ids leap by up to five million.
        bulk_updates, purges: single events, and rules by age.

    Raises:
        ConfigError: WMS_SIM_011, a rate is no share or a bulk update has no time zone.
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
                f"impossible hazards: {', '.join(wrong)}",
                hint="Rates lie between 0 and 1; instants carry a time zone.",
            )

    @property
    def disturb(self) -> bool:
        """Whether any row differs from the ideal (jumping ids alone disturb no row)."""
        rates = (self.late_commits, self.backdated, self.null_mod_ts, self.future_mod_ts, self.close_updates)
        return any(rates) or bool(self.deletes or self.bulk_updates or self.purges)
