"""Scenarios: everything that happens to a tenant and its loader, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from loader.simulator import Behaviour, Fault, Rule, UserProfile
from loader.simulator.api.faults.model import KINDS, Kind
from loader.simulator.world import BulkUpdate, Hazards, Purge, WorldSpec
from tests.system.soak.kill_points import BOUNDARIES, FILES, INSTANT, KillPoint

# a Monday at nine in Sao Paulo: the busy hours begin
ORIGIN: Final = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LOOKBACK: Final = timedelta(seconds=1800)
SKEW: Final = timedelta(minutes=10)
"""Maximum error of a ``Date`` header (wms-api 9.19)."""
WITHIN_LOOKBACK: Final = (LOOKBACK - SKEW).total_seconds() - 60
"""Maximum commit delay, in seconds, that windows alone cover with any clock skew (wms-api 8)."""

ENTITIES: Final = (
    *("company", "facility", "item", "location", "inventory", "container", "order_hdr", "order_dtl", "allocation"),
    *("ib_shipment", "ib_shipment_dtl", "wave", "task", "order_status", "allocation_status", "inventory_status"),
)
PASSES: Final = ("null_mod_ts", "recheck", "reconcile", "full")
SLOW: Final[tuple[Kind, ...]] = ("hang", "drip", "slow_first_byte", "slow_by_page_size")
"""Each one costs real time, so they are rare."""
LENGTHENING: Final[Kind] = "long_text"
UNREADABLE: Final[tuple[Kind, ...]] = ("not_a_number", "lone_surrogate", "text_id", "huge_id", "impossible_mod_ts")
REWRITING: Final[tuple[Kind, ...]] = (LENGTHENING, *UNREADABLE)
"""Change a document in transit: the only faults whose responses look correct but aren't."""
SHORTENING: Final[Kind] = "short_page"
"""Omits rows from a response. If responses are ordered, the next page contains them."""
STRAY: Final[tuple[Kind, ...]] = ("no_rows", "no_content", "not_found")
"""A response in WMS format that reports no rows although there are some."""
WITHDRAWING: Final[tuple[Kind, ...]] = ("withdrawn", "forbidden")
"""A permission withdrawn for a while: the load fails or gets complete data."""
FALSE_ANSWERS: Final[tuple[Kind, ...]] = (
    *(*STRAY, "no_route", *WITHDRAWING, "clock_jump", "capped_page", "capped_page_without_link", *UNREADABLE),
)
"""Responses that look correct. Every third scenario also draws from these."""
JUMPS: Final = (6 * 3600.0, 30 * 86_400.0, 365 * 86_400.0)
"""Size of a jump of the ``Date`` header, in seconds, forward or back."""
INTERVALS: Final = {
    "NULL_MOD_TS_HOURS": ("0.4", "24"),
    "RECHECK_HOURS": ("0.4", "24"),
    "RECONCILE_HOURS": ("0.4", "4", "168"),
    "FULL_HOURS": ("8", "720"),
}
"""Hours between catch-up passes in scenarios that need them. The last values are the defaults."""


@dataclass(frozen=True)
class Step:
    """Time passes, then a load runs.

    Args:
        hours: virtual time before the load.
        speed: virtual seconds per real second during the load; 0 = frozen clock.
        machine: number of the machine; each has its own files.
        kill_point: where the load dies.
        stop_after: requests before SIGTERM is sent; 0 = never.
        passes: forced catch-up passes; drawn scenarios force none.
        options: settings for this load only.
        backfill: entity, and start and end of the period in hours before now; None for an ordinary load.
        faulty: whether the scenario's faults are active.
        foreign: whether it reads another tenant by mistake.
        profile: permissions of the user during the load; None = everything.
        behaviour: of the tenant from this step on; None = unchanged.
    """

    hours: float = 0.0
    speed: float = 0.0
    machine: int = 0
    kill_point: KillPoint | None = None
    stop_after: int = 0
    passes: tuple[str, ...] = ()
    backfill: tuple[str, float, float] | None = None
    faulty: bool = True
    foreign: bool = False
    options: tuple[tuple[str, str], ...] = ()
    profile: UserProfile | None = None
    behaviour: Behaviour | None = None


@dataclass(frozen=True)
class Scenario:
    """A sequence of steps from an empty target to a tenant without changes.

    Args:
        calm: whether windows of mod_ts alone must find every change; all hazards then stay within the lookback.
        world: the ground truth; it stops changing after the last step.
        options: settings in addition to credentials and paths.
    """

    name: str
    calm: bool
    world: WorldSpec
    entities: tuple[str, ...]
    steps: tuple[Step, ...]
    faults: tuple[Fault, ...] = ()
    behaviour: Behaviour = field(default_factory=Behaviour)
    options: dict[str, str] = field(default_factory=dict)
    chunk_rows: int = 250_000

    @property
    def concurrency(self) -> int:
        """Maximum concurrent requests."""
        return int(self.options.get("GRUPONOS_WMS__CONCURRENCY", "4"))

    @property
    def silent_changes(self) -> bool:
        """Whether documents may change without their mod_ts, which only a full read finds."""
        hazards = self.world.hazards
        moved = [step for step in self.steps if step.behaviour or (step.profile and step.profile != UserProfile())]
        silent = [update for update in hazards.bulk_updates if not update.touches_mod_ts]
        rewritten = [fault for fault in self.faults if fault.kind in REWRITING]
        return bool(moved or silent or rewritten or hazards.null_mod_ts)

    @property
    def hazards(self) -> tuple[str, ...]:
        """Names of the enabled hazards."""
        hazards = self.world.hazards
        rates = ("late_commits", "backdated", "null_mod_ts", "future_mod_ts", "close_updates", "deletes", "id_jumps")
        found = [name for name in rates if getattr(hazards, name)]
        found += ["bulk_update" if update.touches_mod_ts else "silent_bulk_update" for update in hazards.bulk_updates]
        return tuple(dict.fromkeys([*found, *("purge" for _ in hazards.purges[:1])]))


def scenario(seed: int, number: int) -> Scenario:
    """Return the scenario with this number in the soak with this seed."""
    return _Draw(random.Random(f"{seed}:{number}"), f"{seed}:{number}").scenario()


class _Draw:
    """Draws the parts of a scenario. The order of the draws defines the scenario."""

    def __init__(self, rng: random.Random, name: str) -> None:
        self._rng = rng
        self._name = name
        self._calm = rng.random() < 0.4

    def scenario(self) -> Scenario:
        entities = self._entities()
        steps = self._steps(entities)
        scale = self._rng.choice((300, 300, 500, 500, 1200))
        end = ORIGIN + timedelta(hours=sum(step.hours for step in steps), minutes=30)
        world = WorldSpec(
            origin=ORIGIN,
            seed=self._rng.randrange(1_000_000),
            scale=scale,
            days=self._rng.choice((2, 3, 5)),
            hazards=self._hazards(entities, end),
            stop_at=end,
        )
        behaviour = self._behaviour(entities, world)
        return Scenario(
            name=self._name,
            calm=self._calm,
            world=world,
            entities=entities,
            steps=steps,
            faults=self._faults(self._impossible(behaviour)),
            behaviour=behaviour,
            options=self._options(),
            # a dozen load packages are enough; hundreds only cost time
            chunk_rows=self._rng.choice((scale // 2, scale, 1000, 250_000)),
        )

    def _entities(self) -> tuple[str, ...]:
        count = self._rng.randint(2, 7)
        return tuple(sorted({*self._rng.sample(ENTITIES, count), self._rng.choice(("order_hdr", "order_dtl"))}))

    def _hazards(self, entities: Sequence[str], end: datetime) -> Hazards:
        rng, some = self._rng, self._some
        if self._calm:
            return Hazards(
                late_commits=some(0.5, 0.3),
                late_seconds=rng.choice((5.0, 60.0)),
                late_max_seconds=WITHIN_LOOKBACK,
                backdated=some(0.3, 0.1),
                close_updates=some(0.3, 0.2),
                id_jumps=some(0.3, 0.01),
                bulk_updates=self._bulk_updates(entities, end, touching=True),
            )
        return Hazards(
            late_commits=some(0.6, 0.3),
            late_seconds=rng.choice((5.0, 60.0, 1200.0)),
            late_max_seconds=6 * 3600.0,
            backdated=some(0.5, 0.1),
            null_mod_ts=some(0.4, 0.05),
            future_mod_ts=some(0.4, 0.05),
            close_updates=some(0.4, 0.2),
            deletes=some(0.6, 0.05),
            id_jumps=some(0.3, 0.01),
            bulk_updates=self._bulk_updates(entities, end, touching=rng.random() < 0.5),
            purges=(Purge("order_hdr", rng.choice((1.5, 2.5))),) if rng.random() < 0.25 else (),
        )

    def _bulk_updates(self, entities: Sequence[str], end: datetime, *, touching: bool) -> tuple[BulkUpdate, ...]:
        if self._rng.random() < 0.6:
            return ()
        entity = self._rng.choice(entities)
        at = ORIGIN + (end - ORIGIN) * self._rng.random()
        return (BulkUpdate(entity, at, self._rng.choice((50, 1200)), touches_mod_ts=touching),)

    def _some(self, chance: float, most: float) -> float:
        """Return 0, or a rate up to `most`."""
        return round(self._rng.uniform(most / 10, most), 4) if self._rng.random() < chance else 0.0

    def _impossible(self, behaviour: Behaviour) -> frozenset[Kind]:
        """Return the faults that windows alone can't compensate."""
        if not self._calm:
            return frozenset()
        # rows omitted from an unordered response leave no trace: only a comparison of all ids finds them
        shortening = (SHORTENING,) if behaviour.ordering_refused else ()
        return frozenset({*REWRITING, *STRAY, *shortening})

    def _faults(self, without: frozenset[Kind]) -> tuple[Fault, ...]:
        rng = self._rng
        kinds = [kind for kind in KINDS if kind not in SLOW and kind not in without]
        chosen = rng.sample(kinds, rng.choice((0, 1, 3, 6)))
        false = [kind for kind in FALSE_ANSWERS if kind not in without and kind not in chosen]
        chosen += rng.sample(false, rng.choice((0, 1, 2)))
        faults = [self._fault(kind, rng.choice((0.01, 0.05, 0.15)), None) for kind in chosen]
        if rng.random() < 0.15:
            faults.append(self._fault(rng.choice(SLOW), 0.1, 2))
        return tuple(faults)

    def _fault(self, kind: Kind, probability: float, limit: int | None) -> Fault:
        rng = self._rng
        if kind in ("unauthorized", "login_redirect", "padding", *REWRITING, *WITHDRAWING, "clock_jump"):
            limit = rng.randint(1, 3)
        if kind in WITHDRAWING:
            # two withdrawals with a single request in between look like two equal responses
            limit = 1
        seconds = {
            "clock_skew": rng.choice((-1, 1)) * SKEW.total_seconds(),
            "clock_jump": rng.choice((-1, 1)) * rng.choice(JUMPS),
            "slow_by_page_size": 0.05,
        }.get(kind, 2.0)
        path = rng.choice(("", "", "/entity/[a-z_]+[?]", "/order_", "id__in", "values_list"))
        if kind in WITHDRAWING:
            path = f"/entity/{rng.choice(('order_hdr', 'order_dtl', '[a-z_]+'))}[/?]"
        lasting = {"clock_jump": 200, **dict.fromkeys(WITHDRAWING, 30)}.get(kind, 0)
        return Fault(
            kind,
            Rule(path, probability=probability, limit=limit, lasting=rng.randint(0, lasting)),
            seconds=seconds,
            retry_after=rng.choice(("seconds", "date", "absent")),
            share=rng.choice((0.1, 0.5, 0.9)),
        )

    def _behaviour(self, entities: Sequence[str], world: WorldSpec) -> Behaviour:
        rng = self._rng
        refused = frozenset(rng.sample(entities, 1)) if rng.random() < 0.25 and not world.hazards.id_jumps else ()
        return Behaviour(ordering_refused=frozenset(refused), fractions=rng.choice(("use", "truncate", "reject")))

    def _options(self) -> dict[str, str]:
        rng = self._rng
        return {
            "GRUPONOS_WMS__AUTH": rng.choice(("basic", "oauth2")),
            "GRUPONOS_WMS__PAGE_SIZE": str(rng.choice((25, 60, 200, 1000))),
            "GRUPONOS_WMS__CONCURRENCY": str(rng.randint(1, 8)),
            "GRUPONOS_WMS__RETRIES": str(rng.randint(2, 8)),
            "GRUPONOS_WMS__READ_TIMEOUT": "1.5",
            "GRUPONOS_PIPELINE__LOOKBACK_SECONDS": f"{LOOKBACK.total_seconds():.0f}",
            "GRUPONOS_PIPELINE__SETTLE_SECONDS": rng.choice(("0", "120")),
            "GRUPONOS_PIPELINE__SLICE_HOURS": rng.choice(("1", "6")),
            **self._intervals(),
        }

    def _intervals(self) -> dict[str, str]:
        """In a calm scenario windows alone must be enough. In the others, passes run when due."""
        return {
            f"GRUPONOS_PIPELINE__{name}": "0" if self._calm else self._rng.choice(hours)
            for name, hours in INTERVALS.items()
        }

    def _steps(self, entities: Sequence[str]) -> tuple[Step, ...]:
        rng = self._rng
        machine, steps = 0, []
        for number in range(rng.randint(3, 6)):
            if number and rng.random() < 0.35:
                machine = rng.randint(0, 3)
            steps.append(self._step(number, machine, entities))
        return tuple(steps)

    def _step(self, number: int, machine: int, entities: Sequence[str]) -> Step:
        rng = self._rng
        dated = [entity for entity in entities if not entity.endswith("_status")]
        backfill = (rng.choice(dated), 30.0, rng.choice((0.0, 6.0))) if number and rng.random() < 0.08 else None
        return Step(
            hours=rng.choice((0.0, 0.1, 0.5, 2.0, 9.0)) if number else 0.0,
            speed=rng.choice((0.0, 0.0, 60.0, 600.0)),
            machine=machine,
            kill_point=self._kill_point() if rng.random() < 0.6 else None,
            stop_after=rng.randint(1, 60) if rng.random() < 0.08 else 0,
            backfill=backfill,
            faulty=rng.random() < 0.8,
            foreign=number > 0 and rng.random() < 0.08,
            profile=self._profile() if not self._calm and rng.random() < 0.15 else None,
            behaviour=Behaviour(release="26A") if not self._calm and rng.random() < 0.08 else None,
        )

    def _profile(self) -> UserProfile:
        return self._rng.choice(
            (
                UserProfile(facilities=frozenset({"DC01"})),
                UserProfile(facilities=frozenset()),
                UserProfile(time_zone="Europe/Berlin"),
                UserProfile(read_access=False),
                UserProfile(denied_entities=frozenset({"order_hdr", "item"})),
            )
        )

    def _kill_point(self) -> KillPoint:
        rng = self._rng
        if rng.random() < 0.5:
            return KillPoint(FILES, int(10 ** rng.uniform(0.5, 3.0)))
        if rng.random() < 0.3:
            return KillPoint(INSTANT, rng.randint(1, 3000))
        return KillPoint(rng.choice(list(BOUNDARIES)), int(10 ** rng.uniform(0.0, 1.3)), after=rng.random() < 0.5)
