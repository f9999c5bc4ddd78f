"""A simulator with a frozen clock. Every page is rendered before measuring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import requests

from loader.errors import InternalError
from loader.simulator import SimulatorProcess
from loader.simulator.api.state import State

SEED: Final = 7
DAYS: Final = 30
TUESDAY: Final = datetime(2026, 3, 17, 18, 0, tzinfo=UTC)
"""An afternoon in Sao Paulo; fixed, so that every benchmark run sees the same rows."""
STEP: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(hours=20)
"""Less than a day, so that no catch-up pass of the loader becomes due."""


class _Row(msgspec.Struct):
    id: int


class _Answer(msgspec.Struct):
    result_count: int = 0
    results: list[msgspec.Raw] = []


@dataclass(frozen=True, slots=True)
class Seen:
    """Requests received by the simulator.

    Args:
        queries: one per request, in order; empty for the entity map and describe.
        counts: executions of ``count(*)``.
        rows_scanned: rows that its database would have scanned.
        rows_sent: rows in the responses.
    """

    queries: list[str]
    counts: int
    rows_scanned: int
    rows_sent: int


class Feed:
    """A running simulator whose clock is frozen until moved.

    Args:
        origin: the first instant of the clock.

    Attributes:
        environment: settings that a loader needs to read it.
    """

    def __init__(self, simulator: SimulatorProcess, origin: datetime) -> None:
        self._origin = origin
        self._api = f"{simulator.url}/wms/lgfapi/v10/entity"
        self._control = simulator.url.rpartition("/")[0] + "/__sim__"
        self._session = requests.Session()
        # loopback only: ignore proxies and ~/.netrc
        self._session.trust_env = False
        self._session.auth = (simulator.username, simulator.password)
        self.environment: Mapping[str, str] = {
            "GRUPONOS_WMS__BASE_URL": simulator.url,
            "GRUPONOS_WMS__USERNAME": simulator.username,
            "GRUPONOS_WMS__PASSWORD": simulator.password,
        }
        self.reset()

    def reset(self) -> None:
        """Reset the clock to the origin and make links usable."""
        self._set_clock(self._origin)
        self.behave(pretend_https=False, page_latency_ms=0.0)

    def behave(self, **changes: object) -> None:
        """Change the simulator's behaviour, such as `page_latency_ms`."""
        self._put("behaviour", changes)

    def count(self, entity: str) -> int:
        """Return the number of rows of the entity."""
        return self._get(entity, {"page_size": "1"}).result_count

    def changed(self, entity: str) -> int:
        """Return the number of rows of the entity that changed since the origin."""
        return self._get(entity, {"page_size": "1", "mod_ts__gte": f"{self._origin:%Y-%m-%dT%H:%M:%SZ}"}).result_count

    def has_mod_ts(self, entity: str) -> bool:
        """Return whether the entity's changes can be asked for."""
        answer = self._session.get(f"{self._api}/{entity}/describe")
        answer.raise_for_status()
        return "mod_ts" in answer.json()["fields"]

    def warm(self, entity: str) -> None:
        """Read every page once, so that it is rendered before measuring."""
        query = {"page_mode": "sequenced", "ordering": "id", "page_size": "1000"}
        last = -1
        while rows := self._get(entity, {**query, "id__gt": str(last)}).results:
            last = msgspec.json.decode(rows[-1], type=_Row).id

    def forget(self) -> None:
        """Clear the simulator's log and counters."""
        for route in ("log", "stats"):
            self._session.delete(f"{self._control}/{route}").raise_for_status()

    def seen(self) -> Seen:
        """Return the requests since then."""
        log: list[dict[str, str]] = self._session.get(f"{self._control}/log").json()
        stats: dict[str, int] = self._session.get(f"{self._control}/stats").json()
        return Seen([entry["query"] for entry in log], stats["counts"], stats["rows_scanned"], stats["rows_sent"])

    def advance(self, entity: str, share: float) -> int:
        """Move the clock until this share of the entity's rows has changed. Return the number of changed rows.

        Raises:
            InternalError: WMS_BENCH_002, the rows don't change within LONGEST.
        """
        wanted, instant = share * self.count(entity), self._origin
        while instant < self._origin + LONGEST:
            instant += STEP
            self._set_clock(instant)
            if (changed := self.changed(entity)) >= wanted:
                return changed
        raise InternalError("WMS_BENCH_002", f"less than {share:.0%} of {entity} changed within {LONGEST}")

    @property
    def control(self) -> str:
        """Address of the simulator's control, for `move` in another process."""
        return self._control

    @staticmethod
    def move(control: str, instant: datetime) -> None:
        """Set the clock of the simulator whose control is at the address."""
        body = msgspec.json.encode({"speed": 0.0, "now": instant})
        requests.put(f"{control}/clock", data=body, timeout=60).raise_for_status()

    def _set_clock(self, instant: datetime) -> None:
        self._put("clock", {"speed": 0.0, "now": instant})

    def _get(self, entity: str, query: Mapping[str, str]) -> _Answer:
        answer = self._session.get(f"{self._api}/{entity}", params=query)
        if answer.status_code == 404:
            return _Answer()
        answer.raise_for_status()
        return msgspec.json.decode(answer.content, type=_Answer)

    def _put(self, route: str, content: Mapping[str, object]) -> None:
        body = msgspec.json.encode(content)
        self._session.put(f"{self._control}/{route}", data=body).raise_for_status()


@contextmanager
def open_feed(scale: int, directory: Path, origin: datetime) -> Iterator[Feed]:
    """Yield a feed of about `scale` order lines at the origin.

    Args:
        directory: scratch folder for the simulator's state file.
        origin: whole second, UTC.
    """
    state = directory / "simulator.json"
    state.write_bytes(msgspec.json.encode(State(seed=SEED, scale=scale, days=DAYS, origin=origin)))
    with SimulatorProcess(state=state) as simulator:
        yield Feed(simulator, origin)
