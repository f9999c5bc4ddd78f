"""A load that fails at any round trip, before or after the server executed it, loses and duplicates nothing.

A sample of round trips fails, each with one fault. With WMS_ELT_EXHAUSTIVE=1, each fails with all faults.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest

from loader.errors import TargetError
from loader.warehouse.oracle import small_files
from tests.oracle.conftest import OracleLoads
from tests.oracle.scenarios import LONG_AGO
from tests.support.fake_wms import START
from tests.support.oracle_double.faults import Fault
from tests.support.oracle_double.server import Server
from tests.support.sampling import EXHAUSTIVE, sampled

RETRIABLE = ("ORA-00054", "ORA-00060", "ORA-01555", "DPY-4024", "ORA-00028")
RUNS_TO_RECOVER = 3


class Scenario:
    """A first load and, on request, an incremental one, into its own database."""

    def __init__(self, directory: Path, patch: pytest.MonkeyPatch) -> None:
        directory.mkdir()
        self.server = Server(19)
        self.server.install(patch)
        self.loads = OracleLoads(directory, self.server)
        self.loads.wms.put("order_hdr", 1, LONG_AGO)
        self.loads.wms.put("order_hdr", 2, LONG_AGO)
        self.loads.wms.put("order_status", 0, description="A")

    def change(self) -> None:
        self.loads.wms.put("order_hdr", 3, START)
        self.loads.wms.delete("order_hdr", 1)
        self.loads.wms.put("order_status", 0, description="B")
        self.loads.wms.now = START.replace(minute=30)

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        columns = "entity_id, content_hash, is_deleted, row_number() over (order by read_order)"
        return {entity: self.loads.query(f"select {columns} from wms_raw.{entity}") for entity in self.loads.wms.rows}

    def run_until_success(self) -> list[str]:
        """Load until one load succeeds. Return the error codes of the failed loads."""
        failures = []
        for _ in range(RUNS_TO_RECOVER):
            try:
                outcomes = self.loads.run().outcomes.values()
                broken = [outcome.error.code for outcome in outcomes if outcome.error]
                if not broken:
                    return failures
                # an entity that couldn't query the target is in the report, and the next run reads it
                failures += broken
            except TargetError as error:
                failures.append(error.code)
            finally:
                self.server.start()
        raise AssertionError(f"no load succeeded: {failures}")

    def steps(self, load: Any) -> list[int]:
        """Return a load's round trips, from 1: the first per statement and the last commit, or all if exhaustive."""
        before = len(self.server.statements)
        load()
        texts = [entry.text for entry in self.server.statements[before:]]
        numbered = list(enumerate(texts, 1))
        if EXHAUSTIVE:
            return [step for step, _ in numbered]
        first = {text: step for step, text in reversed(numbered)}
        return sorted({*first.values(), max(step for step, text in numbered if text == "COMMIT")})


def faults(steps: Sequence[int], kinds: Sequence[tuple[str, bool]], most: int) -> list[Fault]:
    """Return one fault for each sampled round trip, alternating the kinds, or all combinations if exhaustive."""
    if EXHAUSTIVE:
        return [Fault(code, step, after=after) for step in steps for code, after in kinds]
    return [
        Fault(code, step, after=after) for step, (code, after) in zip(sampled(steps, most), cycle(kinds), strict=False)
    ]


@pytest.fixture
def new_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    scenarios: list[Scenario] = []

    def create() -> Scenario:
        scenarios.append(Scenario(tmp_path / str(len(scenarios)), monkeypatch))
        return scenarios[-1]

    yield create
    for one in scenarios:
        one.server.close()


@pytest.fixture
def files_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is loaded by its own job: one that fails in a group is loaded again alone (test_small_files.py)."""
    monkeypatch.setattr(small_files, "MOST_ROWS", 0)


def test_first_load_broken_anywhere_recovers(new_scenario: Any) -> None:
    whole = new_scenario()
    steps = whole.steps(whole.loads.run)
    assert len(steps) > 30
    for fault in faults(steps, list(product(("ORA-03113", "DOWN"), (False, True))), most=4):
        broken = new_scenario()
        broken.server.faults.plan(fault)
        broken.run_until_success()
        assert broken.server.faults.hits, fault
        assert broken.contents() == whole.contents(), fault


def test_incremental_load_broken_anywhere_lands_changes_once(new_scenario: Any) -> None:
    whole = new_scenario()
    whole.loads.run()
    whole.change()
    steps = whole.steps(whole.loads.run)
    for fault in faults(steps, [(code, False) for code in (*RETRIABLE, "ORA-01536", "ORA-03113")], most=5):
        broken = new_scenario()
        broken.loads.run()
        broken.change()
        broken.server.faults.plan(fault)
        broken.run_until_success()
        assert broken.contents() == whole.contents(), fault


@pytest.mark.usefixtures("files_alone")
def test_retriable_job_error_is_retried_within_run(new_scenario: Any) -> None:
    broken = new_scenario()
    broken.server.faults.plan(Fault("ORA-00060", 1, r"insert into wms_elt.order_hdr"))
    assert broken.run_until_success() == []
    assert len(broken.server.faults.hits) == 1


@pytest.mark.usefixtures("files_alone")
def test_final_job_error_fails_run_and_keeps_package(new_scenario: Any) -> None:
    broken = new_scenario()
    broken.server.faults.plan(Fault("ORA-01536", 1, r"insert into wms_elt.order_hdr"))
    before = len(broken.server.statements)
    with pytest.raises(TargetError, match=r"WMS_TGT_106(.|\n)*ORA-01536(.|\n)*quota"):
        broken.loads.run()
    inserts = [entry for entry in broken.server.statements[before:] if "insert into wms_elt.order_hdr" in entry.text]
    assert len(inserts) == 1
    # only the kept package can land them now
    broken.loads.wms.rows["order_hdr"] = {}
    broken.loads.run()
    assert [row[0] for row in broken.contents()["order_hdr"]] == [1, 2]
