"""Runs a scenario: the simulator, the loads and the checks after each load."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from loader.simulator import Clock, Fault, RunningSimulator, SimulatorConfig, UserProfile, serve_in_thread
from loader.simulator.world import WarehouseWorld
from tests.system.soak.forbidden_host import ForbiddenHost
from tests.system.soak.loader_process import Ended, LoaderProcess, terminate
from tests.system.soak.loads import Order
from tests.system.soak.raw_log import RawLog
from tests.system.soak.recorder import Recorder, record
from tests.system.soak.scenario import ORIGIN, REWRITING, SHORTENING, SLOW, STRAY, WITHDRAWING, Scenario, Step
from tests.system.soak.tally import Tally

CATCH_UP = ("null_mod_ts", "recheck", "reconcile")
SCHEDULE = (25.0, 169.0, 169.0, 721.0)
"""Hours between the final loads, after the last change. Every pass becomes due within them."""
AT_REST = (("GRUPONOS_PIPELINE__SLICE_HOURS", "744"),)
"""Nothing changes any more, so long windows only save requests."""
CHECKING = tuple((f"GRUPONOS_PIPELINE__{name}_HOURS", "0.001") for name in ("RECONCILE", "FULL"))
REFUSED = "WMS_CONF_03"
GUARDED = "missing in the WMS at once"


class ScenarioFailed(AssertionError):
    """A scenario ended in an invalid state."""


class ScenarioRun:
    """A scenario in progress.

    Args:
        loader: forks the loads.
        directory: empty directory for the target and the machines' files.
    """

    def __init__(
        self,
        scenario: Scenario,
        simulator: RunningSimulator,
        loader: LoaderProcess,
        directory: Path,
        forbidden_host: ForbiddenHost,
    ) -> None:
        self.scenario = scenario
        self.simulator = simulator
        self.recorder: Recorder = record(simulator)
        self.tally = Tally()
        self.log = RawLog(directory / "warehouse.duckdb", scenario.entities)
        self._loader = loader
        self._directory = directory
        self._forbidden_host = forbidden_host
        self._faults = tuple(replace(fault, link=forbidden_host.url) for fault in scenario.faults)
        self._whole = UserProfile()

    def play(self) -> Tally:
        """Run all steps, then `rest`. Raises ScenarioFailed."""
        for step in self.scenario.steps:
            self.take(step)
        self.rest()
        self._check(
            not self._forbidden_host.calls, f"{self._forbidden_host.calls} connections to a host named in a link"
        )
        self._sum_up()
        return self.tally

    def take(self, step: Step) -> Ended:
        """Let time pass, run a load and check the invariants."""
        self._prepare(step)
        if step.foreign:
            return self._refuse(step)
        faults = self._faults if step.faulty else ()
        self.simulator.faults.set(faults)
        ended = self._load(step)
        self.simulator.clock.freeze()
        self.tally.faults.update({armed.fault.kind: armed.struck for armed in self.simulator.faults.armed})
        self._check_load(step, ended, faults)
        return ended

    def rest(self) -> None:
        """Stop all changes and faults. The scheduled loads must make the target equal the source."""
        self.sleep()
        last = Step(machine=self.scenario.steps[-1].machine, faulty=False, options=AT_REST)
        if self.scenario.calm:
            self.take(last)
            self.check_equal("windows alone")
            # the passes only check whether windows missed anything
            for options in (CHECKING, CHECKING):
                again = self.take(replace(last, hours=1.0, options=(*AT_REST, *options)))
            landed = {entity: rows for entity, rows in again.landed.items() if rows}
            self._check(not landed, f"passes found what windows had missed: {landed}")
        else:
            *ordinary, monthly = SCHEDULE
            for hours in ordinary:
                ended = self.take(replace(last, hours=hours))
            self.check_equal("the passes of two weeks", ended, silent=True)
            self.check_equal("the full read of a month", self.take(replace(last, hours=monthly)))
        self.log.check(self.recorder.ever)
        remembered = self.log.runs()
        self._check(remembered >= self.tally.counts["runs remembered"], f"only {remembered} runs are remembered")

    def _refuse(self, step: Step) -> Ended:
        """A load of another tenant into this target is refused and changes nothing."""
        if not self.log.is_bound():
            return Ended()
        before = self.log.versions()
        world = replace(self.scenario.world, seed=self.scenario.world.seed + 1, scale=300, days=2)
        with serve_in_thread(SimulatorConfig(world=world), clock=Clock(self.simulator.clock.now(), speed=0)) as other:
            ended = self._loader.run(self._order(replace(step, kill_point=None), other))
            self._check(other.stats.rows_sent == 0, "rows of another tenant were read")
        self._check(ended.error.startswith(REFUSED), f"another tenant was not refused: {ended}")
        self._check(ended.exit_code == 10, f"another tenant was refused with {ended.exit_code}")
        self._check(self.log.versions() == before, "a refused load changed the target")
        self.tally.counts["foreign tenants refused"] += 1
        self.tally.counts["loads"] += 1
        return ended

    def sleep(self) -> None:
        """Wait until an hour after the last change is visible."""
        world, clock = self.simulator.world, self.simulator.clock
        assert isinstance(world, WarehouseWorld)
        assert world.quiet_at is not None
        clock.set(max(world.quiet_at, clock.now()) + timedelta(hours=1))

    def _prepare(self, step: Step) -> None:
        simulator = self.simulator
        simulator.clock.advance(timedelta(hours=step.hours))
        if step.behaviour:
            refused = self.scenario.behaviour.ordering_refused
            simulator.set_behaviour(replace(step.behaviour, ordering_refused=refused))
        if step.profile:
            # keep the time zone: documents are compared as the user sees them at the end
            self._whole = replace(self._whole, time_zone=step.profile.time_zone)
        simulator.set_profile(step.profile or self._whole)
        simulator.stats.reset()
        self.recorder.forget()

    def _load(self, step: Step) -> Ended:
        self.simulator.clock.run(step.speed)
        with self._stopping(step.stop_after) as started:
            ended = self._loader.run(self._order(step, self.simulator), started=started)
        self._wait_until_idle()
        self.tally.counts["loads"] += 1
        self.tally.counts["killed"] += ended.was_killed
        if ended.was_killed and step.kill_point:
            self.tally.kills[step.kill_point.boundary] += 1
        return ended

    def _order(self, step: Step, simulator: RunningSimulator) -> Order:
        directory = self._directory
        environment = {
            "GRUPONOS_WMS__BASE_URL": simulator.url,
            "GRUPONOS_TARGET__DUCKDB_PATH": str(self.log.path),
            "GRUPONOS_PIPELINE__WORK_DIR": str(directory / f"machine-{step.machine}"),
            "GRUPONOS_PIPELINE__ENTITIES": ",".join(self.scenario.entities),
            "GRUPONOS_PIPELINE__READ_PARENTS": "false",
            **self.scenario.options,
            **dict(step.options),
        }
        if environment.get("GRUPONOS_WMS__AUTH") == "oauth2":
            environment["GRUPONOS_WMS__CLIENT_ID"] = simulator.client_id
            environment["GRUPONOS_WMS__CLIENT_SECRET"] = simulator.client_secret
        else:
            environment["GRUPONOS_WMS__USERNAME"] = simulator.username
            environment["GRUPONOS_WMS__PASSWORD"] = simulator.password
        backfill: tuple[str, ...] = ()
        if step.backfill:
            entity, *hours = step.backfill
            now = simulator.clock.now().replace(microsecond=0)
            backfill = (entity, *((now - timedelta(hours=ago)).isoformat() for ago in hours))
        return Order(
            environment=environment,
            result=str(directory / "result.json"),
            now=simulator.clock.now().isoformat(),
            speed=step.speed,
            chunk_rows=self.scenario.chunk_rows,
            passes=step.passes,
            backfill=backfill,
            kill_point=step.kill_point,
        )

    @contextmanager
    def _stopping(self, requests: int) -> Iterator[object]:
        """Send SIGTERM to the load after this number of requests; 0 = never."""
        over = threading.Event()

        def watch(pid: int) -> None:
            while not over.wait(0.005):
                if self.simulator.stats.requests >= requests:
                    terminate(pid)
                    return

        def started(pid: int) -> None:
            if requests:
                threading.Thread(target=watch, args=(pid,), daemon=True).start()

        yield started
        over.set()

    def _wait_until_idle(self) -> None:
        """A killed load's requests end when the server notices the closed connections."""
        deadline = time.monotonic() + 600
        while self.simulator.stats.in_flight:
            self._check(time.monotonic() < deadline, "requests stay in flight after the load")
            time.sleep(0.002)

    def _check_load(self, step: Step, ended: Ended, faults: tuple[Fault, ...]) -> None:
        stats, concurrency = self.simulator.stats, self.scenario.concurrency
        self.tally.counts["requests"] += stats.requests
        self._check(ended.error != "crash", f"the loader crashed: {ended.message}")
        self._check(ended.exit_code in (0, 20, 130), f"{ended.error}: {ended.message}")
        # only id comparisons, deletion checks and entities without ordering use the paged mode
        if self.scenario.calm and not (step.passes or step.options or self.scenario.behaviour.ordering_refused):
            self._check(stats.counts == 0, f"{stats.counts} counts")
        # a cancelled request stays in flight for a moment
        abandoned = sum(armed.struck for armed in self.simulator.faults.armed if armed.fault.kind in SLOW)
        self._check(stats.max_in_flight <= concurrency + abandoned, f"{stats.max_in_flight} requests at once")
        if not (faults or step.kill_point or step.stop_after or step.profile):
            self._check(ended.all_ok, f"without a fault: {ended}")
        if not ended.was_killed:
            self.tally.counts["runs remembered"] += 1
            self._count(ended)
            self._check_tombstones(step, ended)
        rewritten = any(fault.kind in REWRITING for fault in faults)
        # without ordering, a row omitted in transit leaves no trace: the passes find it
        shortened = any(fault.kind == SHORTENING for fault in faults)
        if ended.all_ok and not (step.speed or step.stop_after or rewritten):
            missing = {
                version
                for version in self.recorder.lately - self.log.versions()
                if not (shortened and version.entity in self.scenario.behaviour.ordering_refused)
            }
            self._check(not missing, f"read but not landed: {sorted(missing)[:5]}")
        self._check_first_load(step, ended)

    def _check_first_load(self, step: Step, ended: Ended) -> None:
        """A successful first load is complete, even if a permission was withdrawn during the read."""
        struck = {armed.fault.kind for armed in self.simulator.faults.armed if armed.struck}
        if not struck & {*WITHDRAWING, *STRAY} or struck & {*REWRITING, SHORTENING} or step.speed or step.profile:
            return
        with self.log.reading():
            for entity, outcome in ended.outcomes.items():
                if outcome["status"] == "ok" and outcome["mode"] == "initial":
                    missing = self.ids(entity) - self.log.current(entity).keys()
                    self._check(not missing, f"{entity}: read in part, exit code 0, after {sorted(struck)}")

    def _count(self, ended: Ended) -> None:
        landed = sum(ended.landed.values())
        self.tally.counts["rows"] += sum(outcome["rows_read"] for outcome in ended.outcomes.values())
        self.tally.counts["versions"] += landed
        if ended.all_ok and all(outcome["mode"] in ("incremental", "snapshot") for outcome in ended.outcomes.values()):
            self.tally.counts["incremental rows scanned"] += self.simulator.stats.rows_scanned
            self.tally.counts["incremental versions"] += landed

    def _check_tombstones(self, step: Step, ended: Ended) -> None:
        """No row that exists in the source is marked deleted, unless hidden from the user. A warning marks nothing."""
        for entity, outcome in ended.outcomes.items():
            guarded = any(GUARDED in warning for warning in outcome["warnings"])
            self._check(not (guarded and outcome["deleted_rows"]), f"{entity}: marked in spite of {outcome}")
            self.tally.counts["guarded"] += guarded
            self.tally.counts["tombstones"] += outcome["deleted_rows"]
        # without a pass since eligibility returned, the mark can't have been removed
        if step.profile is None and not self._was_hidden:
            with self.log.reading():
                marked = {entity: self.log.deleted(entity).keys() for entity in self.scenario.entities}
            for entity, ids in marked.items():
                wrong = ids & self.ids(entity)
                self._check(not wrong, f"{entity}: marked but alive: {sorted(wrong)[:5]}")

    @property
    def _was_hidden(self) -> bool:
        return any(step.profile for step in self.scenario.steps)

    def check_equal(self, after: str, ended: Ended | None = None, *, silent: bool = False) -> None:
        """Check that the target's current rows equal the source's, byte for byte.

        Args:
            ended: the load that ran passes; an entity with a warning may still hold deleted rows.
            silent: documents that changed without their mod_ts may differ.
        """
        with self.log.reading():
            for entity in self.scenario.entities:
                warnings = ended.outcomes[entity]["warnings"] if ended else []
                guarded = any(GUARDED in warning for warning in warnings)
                self._check_entity(entity, after, guarded, silent and self.scenario.silent_changes)

    def _check_entity(self, entity: str, after: str, guarded: bool, silent: bool) -> None:
        truth, held = self.truth(entity), self.log.current(entity)
        extra = set() if guarded else held.keys() - truth.keys()
        missing = truth.keys() - held.keys()
        self._check(not extra, f"after {after}, {entity}: not in the source: {sorted(extra)[:5]} of {len(extra)}")
        self._check(not missing, f"after {after}, {entity}: lost: {sorted(missing)[:5]} of {len(missing)}")
        stale = [row_id for row_id, document in truth.items() if held[row_id] != document]
        if silent:
            stale = [row_id for row_id in stale if _mod_ts(held[row_id]) != _mod_ts(truth[row_id])]
        self._check(not stale, f"after {after}, {entity}: stale: {sorted(stale)[:5]} of {len(stale)}")

    def truth(self, entity: str) -> dict[int, bytes]:
        """Return the source's documents at this instant, by id."""
        at = self.simulator.clock.now()
        with self.recorder.paused():
            documents = self.simulator.documents(entity, at)
        return dict(zip(self.simulator.world.ids(entity, at).tolist(), documents, strict=True))

    def ids(self, entity: str) -> set[int]:
        """Return the ids of the source's rows at this instant."""
        return set(self.simulator.world.ids(entity, self.simulator.clock.now()).tolist())

    def _sum_up(self) -> None:
        self.tally.counts["scenarios"] += 1
        self.tally.counts["calm"] += self.scenario.calm
        self.tally.hazards.update(self.scenario.hazards)
        self.tally.faults = +self.tally.faults

    def _check(self, holds: object, otherwise: str) -> None:
        if not holds:
            raise ScenarioFailed(f"scenario {self.scenario.name}: {otherwise}")


def _mod_ts(document: bytes) -> object:
    text = json.loads(document).get("mod_ts")
    return text and datetime.fromisoformat(text)


@contextmanager
def open_scenario(scenario: Scenario, loader: LoaderProcess, directory: Path) -> Iterator[ScenarioRun]:
    """Yield a run of the scenario with its own simulator, before the first step."""
    config = SimulatorConfig(world=scenario.world, behaviour=scenario.behaviour, seed=scenario.world.seed)
    forbidden_host = ForbiddenHost()
    try:
        with serve_in_thread(config, clock=Clock(ORIGIN, speed=0)) as simulator:
            yield ScenarioRun(scenario, simulator, loader, directory, forbidden_host)
    finally:
        forbidden_host.close()
