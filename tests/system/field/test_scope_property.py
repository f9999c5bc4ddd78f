"""After any sequence of scope and source changes, exactly the rows in scope are live, or the run was refused.

`tests/unit/extract` tests the same for the extraction alone. Here every step is a complete run into DuckDB.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.system.field.conftest import Machine
from tests.system.field.small_wms import Row, SmallWms
from tests.system.field.worlds import COMPANIES, FACILITIES, JUST_NOW, order, world

# tests/system/runs/test_scope_change.py has the same cases in `make test`
pytestmark = pytest.mark.exhaustive


@dataclass(frozen=True)
class Step:
    """Settings of a run, and the changes in the WMS before it.

    Args:
        tenant: index of the tenant, 0 or 1. The target accepts only the tenant of its first load.
        facilities: codes; empty = all.
        company: code; empty = all.
        days: age of START_DATE in days; None = not set.
        entities: entities to load.
        change: whether one row is changed, one added and one deleted before the run.
    """

    tenant: int = 0
    facilities: tuple[str, ...] = ()
    company: str = ""
    days: int | None = None
    entities: tuple[str, ...] = ("order_hdr",)
    change: bool = False

    def variables(self) -> dict[str, str]:
        given = {
            "PIPELINE__ENTITIES": ",".join(self.entities),
            "WMS__FACILITY_CODES": ",".join(self.facilities),
            "WMS__COMPANY_CODE": self.company,
            "PIPELINE__LARGEST_LOSS": "1",
            "PIPELINE__RECONCILE_HOURS": "0.00001",
        }
        if self.days is not None:
            given["PIPELINE__START_DATE"] = f"{datetime.now(UTC) - timedelta(days=self.days):%Y-%m-%d}"
        return given

    def holds(self, entity: str, row: Row) -> bool:
        """Return whether the row is in scope. START_DATE limits transactions, not stock."""
        place, owner = row["facility_id"]["key"], row["company_id"]["key"]
        if (self.facilities and place not in self.facilities) or (self.company and owner != self.company):
            return False
        if self.days is None or entity == "container":
            return True
        return datetime.fromisoformat(row["create_ts"]) > datetime.now(UTC) - timedelta(self.days)


steps = st.builds(
    Step,
    tenant=st.sampled_from([0, 0, 0, 1]),
    facilities=st.sampled_from([(), ("DC01",), ("DC01", "DC02"), ("DC02", "DC03", "DC04")]),
    company=st.sampled_from(["", "", "GNOS", "OTHER"]),
    days=st.sampled_from([None, None, 10, 30]),
    entities=st.sampled_from([("order_hdr",), ("order_hdr", "container"), ("container",)]),
    change=st.booleans(),
)
sequences = st.lists(steps, min_size=2, max_size=5)


def tenant(first: int) -> dict[str, list[Row]]:
    """Return recent and old rows for each facility and company."""
    kinds = [(place, owner, days) for place in FACILITIES for owner in COMPANIES for days in (2.5, 20.5, 40.5)]

    def rows() -> list[Row]:
        return [
            order(first + n, facility=place, company=owner, days=days)
            for n, (place, owner, days) in enumerate([*kinds, *kinds])
        ]

    return {**world(rows()), "container": rows()}


def change(rows: list[Row]) -> None:
    """Change one row, delete one and add one."""
    if len(rows) < 3:
        return
    rows[1].update(order_nbr=rows[1]["order_nbr"] + "x", mod_ts=order(1, days=JUST_NOW)["mod_ts"])
    del rows[2]
    new = {**rows[0], "id": rows[-1]["id"] + 1, "mod_ts": order(1, days=JUST_NOW)["mod_ts"]}
    rows.append(new)


def check(machine: Machine, step: Step, wms: SmallWms) -> None:
    for entity in step.entities:
        wanted = {row["id"] for row in wms.tables[entity] if step.holds(entity, row)}
        exists = {row["id"] for row in wms.tables[entity]}
        found = {int(row_id): int(deleted) for row_id, deleted in machine.current(entity)}
        live = {row_id for row_id, deleted in found.items() if deleted == 0}
        assert live == wanted, (entity, sorted(wanted - live), sorted(live - wanted))
        assert {found[row_id] for row_id in found.keys() & (exists - wanted)} <= {2}


def play(sequence: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        tenants = [stack.enter_context(SmallWms(tenant(first)).serve()) for first in (1000, 9000)]
        machine, owner = Machine(Path(folder)), sequence[0].tenant
        for step in sequence:
            wms = tenants[step.tenant]
            if step.change:
                for entity in ("order_hdr", "container"):
                    change(wms.tables[entity])
            before = machine.current("order_hdr")
            ran = machine.load(wms, **step.variables())
            if step.tenant != owner:
                assert ran.exit_code == 10, ran.text
                assert machine.current("order_hdr") == before
                continue
            assert ran.exit_code == 0, ran.text
            # passes run from an entity's second load on
            ran = machine.load(wms, **step.variables())
            assert ran.exit_code == 0, ran.text
            check(machine, step, wms)


@settings(max_examples=4, phases=[Phase.explicit, Phase.generate], derandomize=True)
@given(sequence=sequences)
def test_scope_sequence_leaves_rows_in_scope(sequence: list[Step]) -> None:
    play(sequence)


@pytest.mark.exhaustive
@settings(max_examples=60)
@given(sequence=sequences)
def test_many_scope_sequences_leave_rows_in_scope(sequence: list[Step]) -> None:
    play(sequence)


@pytest.mark.parametrize(
    "sequence",
    [
        [Step(), Step(facilities=("DC01",)), Step(change=True), Step(company="OTHER"), Step()],
        [Step(days=10), Step(days=30), Step(), Step(days=10, change=True)],
        [Step(facilities=("DC01",)), Step(tenant=1, facilities=("DC01",)), Step(facilities=("DC02", "DC03", "DC04"))],
        [Step(entities=("container",)), Step(company="GNOS"), Step(entities=("order_hdr", "container"), change=True)],
    ],
    ids=["narrower and wider", "start date", "another tenant", "entities"],
)
def test_known_scope_sequences_leave_rows_in_scope(sequence: list[Step]) -> None:
    play(sequence)
