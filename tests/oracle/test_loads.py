"""Every test of tests/landing/test_loads.py, through the imitated Oracle."""

from __future__ import annotations

import pytest

from tests.landing.test_loads import *  # noqa: F403
from tests.oracle.conftest import OracleLoads
from tests.oracle.overtaken import overtaken
from tests.oracle.scenarios import LONG_AGO
from tests.oracle_double import execute
from tests.sampling import A_RELEASE

RELEASES = A_RELEASE


@pytest.mark.parametrize("table", ["dlt_version", "dlt_loads", "dlt_pipeline_state", "item"])
def test_tables_that_another_pipeline_creates_meanwhile_are_used(oracle_loads: OracleLoads, table: str) -> None:
    """Workers of an orchestrator begin in the same second on an empty schema."""
    oracle_loads.wms.put("item", 1, LONG_AGO)
    server = oracle_loads.server
    other = server.logon(server.user, server.password)
    overtaken(server, f"\nCREATE TABLE wms_elt.{table} ", lambda text: execute.run(other, text))
    assert {outcome.status for outcome in oracle_loads.run().outcomes.values()} == {"ok"}
