"""A small hand-written world, and a simulator for it on a real socket."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import requests

from loader.simulator import Clock, RunningSimulator, SimulatorConfig, serve_in_thread
from loader.simulator.contract import EntitySchema, Field, Ids, Row, Window

START = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    at: datetime  # committed
    row: Mapping[str, Any] | None  # None = deleted


@dataclass
class FakeWorld:
    """Hand-written rows with versions; a slow but simple implementation of the contract."""

    entities: Mapping[str, EntitySchema]
    history: dict[str, dict[int, list[Version]]] = field(default_factory=dict)
    labels: dict[str, dict[int, str]] = field(default_factory=dict)
    reads: int = 0

    def put(self, entity: str, row_id: int, at: datetime = START, **values: Any) -> None:
        self.history.setdefault(entity, {}).setdefault(row_id, []).append(Version(at, values))

    def delete(self, entity: str, row_id: int, at: datetime) -> None:
        self.history[entity][row_id].append(Version(at, None))

    def _current(self, entity: str, row_id: int, at: datetime) -> tuple[int, Version] | None:
        versions = [(n, v) for n, v in enumerate(self.history.get(entity, {}).get(row_id, []), 1) if v.at <= at]
        return versions[-1] if versions and versions[-1][1].row is not None else None

    def ids(self, entity: str, at: datetime, window: Window | None = None, limit: int | None = None) -> Ids:
        rows = [
            row_id
            for row_id in sorted(self.history.get(entity, {}))
            if self._current(entity, row_id, at) and self._inside(entity, row_id, at, window or Window())
        ]
        return np.array(rows[:limit], dtype=np.int64)

    def _inside(self, entity: str, row_id: int, at: datetime, window: Window) -> bool:
        row = {**self.row(entity, row_id, at), "id": row_id}
        for name, low, high in (
            ("id", window.id_from, window.id_to),
            ("mod_ts", window.mod_from, window.mod_to),
            ("create_ts", window.create_from, window.create_to),
        ):
            value = row.get(name)
            if (low is not None or high is not None) and value is None:
                return False
            if (low is not None and value < low) or (high is not None and value >= high):
                return False
        return True

    def heap(self, entity: str, at: datetime) -> Ids:
        changed = {row_id: self._current(entity, row_id, at) for row_id in self.ids(entity, at).tolist()}
        order = sorted(changed, key=lambda row_id: (changed[row_id][1].at, row_id))  # type: ignore[index]
        return np.array(order, dtype=np.int64)

    def row(self, entity: str, row_id: int, at: datetime) -> Row:
        current = self._current(entity, row_id, at)
        if current is None:
            raise KeyError(row_id)
        self.reads += 1
        return current[1].row or {}

    def rows(
        self, entity: str, ids: Ids | Sequence[int], at: datetime, fields: Collection[str] | None = None
    ) -> list[Row]:
        rows = [self.row(entity, int(row_id), at) for row_id in ids]
        return [{k: v for k, v in row.items() if fields is None or k in fields} for row in rows]

    def version(self, entity: str, row_id: int, at: datetime) -> int:
        current = self._current(entity, row_id, at)
        if current is None:
            raise KeyError(row_id)
        return current[0]

    def versions(self, entity: str, ids: Ids | Sequence[int], at: datetime) -> Ids:
        return np.array([self.version(entity, int(row_id), at) for row_id in ids], dtype=np.int64)

    def key(self, entity: str, row_id: int) -> str:
        if entity in self.labels:
            return self.labels[entity][row_id]
        versions = self.history[entity][row_id]
        row = versions[0].row or {}
        return str(row.get("code") or row.get("order_nbr") or "")


AUDIT = (
    Field("create_user", "string", max_length=30, default="SYS"),
    Field("create_ts", "datetime"),
    Field("mod_user", "string", max_length=30, default="SYS"),
    Field("mod_ts", "datetime", stated="now"),
)


def schemas() -> dict[str, EntitySchema]:
    facility = Field("facility_id", "relation", target="facility", required=True)
    company = Field("company_id", "relation", target="company", required=True)
    described = [
        EntitySchema("facility", (*AUDIT, Field("code", "string", max_length=20, default=""))),
        EntitySchema("company", (*AUDIT, Field("code", "string", max_length=20, default=""))),
        EntitySchema("order_status", (Field("description", "string", default=""),)),
        EntitySchema(
            "item",
            (*AUDIT, company, Field("code", "string", default=""), Field("image_data", "string", default="IMAGE")),
            company_path=("company_id",),
        ),
        EntitySchema(
            "order_hdr",
            (
                *AUDIT,
                facility,
                company,
                Field("order_nbr", "string", required=True, max_length=50, default=""),
                Field("status_id", "integer", target="order_status", required=True, default=0),
                Field("type_id", "relation", target="order_type", default=2),
                Field("wave_id", "relation", target="wave"),
                Field("cust_name", "string", max_length=60, default="", stated=""),
                Field("ord_date", "date"),
                Field("order_shipped_ts", "datetime"),
                Field("total_orig_ord_qty", "decimal", default=Decimal("0"), stated=Decimal("0")),
                Field("orig_sale_price", "decimal"),
                Field("stop_ship_flg", "boolean", default=False),
                Field("priority", "integer", default=0),
                Field("order_dtl_set", "set", target="order_dtl"),
                Field("order_instructions_set", "inline", target="order_instructions", default=()),
                Field("order_lock_set", "set"),
                Field("sustainability_score", "decimal", default=Decimal("0"), since="25C"),
                Field("ai_note", "string", default="", since="26A"),
            ),
            facility_path=("facility_id",),
            company_path=("company_id",),
        ),
        EntitySchema(
            "order_dtl",
            (
                *AUDIT,
                Field("order_id", "relation", target="order_hdr", required=True),
                Field("item_id", "relation", target="item"),
                Field("seq_nbr", "integer", default=0),
                Field("ord_qty", "decimal", default=Decimal("0")),
                Field("pick_flg", "boolean", default=True),
            ),
            facility_path=("order_id", "facility_id"),
            company_path=("order_id", "company_id"),
        ),
        EntitySchema(
            "inventory_history",
            (
                Field("facility_id", "relation", target="facility"),
                Field("company_id", "relation", target="company"),
                Field("group_nbr", "integer", default=0),
                Field("history_activity_id", "integer", default=0),
                Field("status_id", "integer", default=0),
                Field("item_code", "string", default=""),
                Field("create_ts", "datetime"),
            ),
            facility_path=("facility_id",),
            company_path=("company_id",),
        ),
    ]
    return {schema.name: schema for schema in described}


ORDERS = 40


def populated() -> FakeWorld:
    """2 facilities, 2 companies, 3 statuses, 4 items, 40 orders one minute apart, 80 lines, 3 history rows."""
    world = FakeWorld(schemas(), labels={"order_type": {2: "Padrão"}, "wave": {9: "RUN-9"}})
    stamps: dict[str, Any] = {"create_ts": START - timedelta(days=3), "mod_ts": START - timedelta(days=3)}
    for row_id, code in ((1, "DC01"), (2, "DC02")):
        world.put("facility", row_id, code=code, **stamps)
    for row_id, code in ((1, "GNOS"), (2, "ACME")):
        world.put("company", row_id, code=code, **stamps)
    for row_id, text in ((0, "Created"), (20, "Allocated"), (90, "Shipped")):
        world.put("order_status", row_id, description=text)
    for row_id in range(1, 5):
        world.put("item", row_id, code=f"ITEM-{row_id}", company_id=1, **stamps)
    for n in range(ORDERS):
        _order(world, n)
    for n, activity in enumerate((1, 1, 11), 1):
        world.put("inventory_history", n, facility_id=1, company_id=1, history_activity_id=activity, create_ts=START)
    return world


def _order(world: FakeWorld, n: int) -> None:
    moment = START - timedelta(minutes=ORDERS - n)
    modified: datetime | None = moment + timedelta(seconds=30, microseconds=738709 if n % 2 else 0)
    row: dict[str, Any] = {
        "create_ts": moment,
        "mod_ts": None if n == 7 else modified,
        "facility_id": 1 + n % 2,
        "company_id": 1,
        "order_nbr": f"ORD-{n:03}",
        "status_id": (0, 20, 90)[n % 3],
    }
    if n % 4 == 0:
        row |= {"cust_name": f'José "{n}" 100%', "ord_date": date(2025, 5, 1 + n % 28), "order_dtl_set": 2}
        row |= {"total_orig_ord_qty": Decimal(n) / 4, "wave_id": 9, "priority": n}
    world.put("order_hdr", 100 + n, at=moment, **row)
    for line in (1, 2):
        world.put(
            "order_dtl",
            1000 + n * 2 + line,
            at=moment,
            create_ts=moment,
            mod_ts=modified,
            order_id=100 + n,
            item_id=1 + n % 4,
            seq_nbr=line,
            ord_qty=Decimal("16.00") if line == 1 else Decimal("1.50"),
        )


@dataclass
class Caller:
    """Calls one simulator with the first user's credentials."""

    simulator: RunningSimulator
    session: requests.Session

    @property
    def base(self) -> str:
        return f"{self.simulator.url}/wms/lgfapi/v10/entity"

    def __call__(self, path: str = "", method: str = "GET", **kwargs: Any) -> requests.Response:
        kwargs.setdefault("auth", (self.simulator.username, self.simulator.password))
        kwargs.setdefault("timeout", 20)
        kwargs.setdefault("allow_redirects", False)
        url = path if path.startswith("http") else f"{self.base}/{path}"
        return self.session.request(method, url, **kwargs)

    def rows(self, path: str) -> list[dict[str, Any]]:
        answer = self(path)
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def ids(self, path: str) -> list[int]:
        return [row["id"] for row in self.rows(path)]

    def problem(self, path: str, **kwargs: Any) -> tuple[int, Any]:
        answer = self(path, **kwargs)
        body = answer.json()
        assert {"reference", "code", "message"} <= body.keys() <= {"reference", "code", "message", "details"}
        return answer.status_code, body.get("details")


@pytest.fixture
def world() -> FakeWorld:
    return populated()


@pytest.fixture
def clock() -> Clock:
    return Clock(START, speed=0)


@pytest.fixture
def simulator(world: FakeWorld, clock: Clock) -> Iterator[RunningSimulator]:
    with serve_in_thread(SimulatorConfig(), world=world, clock=clock) as running:
        yield running


@pytest.fixture
def call(simulator: RunningSimulator) -> Iterator[Caller]:
    with requests.Session() as session:
        yield Caller(simulator, session)
