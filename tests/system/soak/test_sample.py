"""A sample of the soak: random worlds, faults, kills and machines (``make soak`` runs hundreds)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.system.soak.loader_process import LoaderProcess
from tests.system.soak.scenario import scenario
from tests.system.soak.scenario_run import ScenarioFailed, open_scenario


@pytest.mark.exhaustive
@settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate])
@given(seed=st.integers(0, 999_999))
def test_random_scenario_loses_nothing(loader: LoaderProcess, seed: int) -> None:
    with tempfile.TemporaryDirectory() as directory, open_scenario(scenario(seed, 0), loader, Path(directory)) as run:
        assert run.play().counts["scenarios"] == 1


def test_same_seed_draws_same_scenario() -> None:
    assert scenario(5, 7) == scenario(5, 7) != scenario(5, 8)


def test_lost_version_is_detected(loader: LoaderProcess, tmp_path: Path) -> None:
    """The checks can fail: they report a version removed from the log and a version added to it."""
    import duckdb

    from tests.system.soak.minimal import minimal_scenario
    from tests.system.soak.scenario import Step

    with open_scenario(minimal_scenario("tampered"), loader, tmp_path) as run:
        run.take(Step())
        with duckdb.connect(str(run.log.path)) as connection:
            connection.execute("update wms_raw.order_hdr set doc = replace(doc, '1', '2') where read_order = 3")
        with pytest.raises(ScenarioFailed, match="stale"):
            run.check_equal("windows alone")
        with pytest.raises(AssertionError, match="hash"):
            run.log.check(run.recorder.ever)
        with duckdb.connect(str(run.log.path)) as connection:
            connection.execute("delete from wms_raw.order_hdr where read_order = 3")
        with pytest.raises(ScenarioFailed, match="lost"):
            run.check_equal("windows alone")
        with pytest.raises(AssertionError, match="landed"):
            run.log.check(run.recorder.ever)
