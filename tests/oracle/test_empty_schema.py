"""On Oracle too, an empty schema becomes empty marts."""

from __future__ import annotations

import pytest

from tests.oracle.minimal_warehouse import READER, WITHOUT_TESTS, environment
from tests.support.harness import DbtProject
from tests.support.oracle_double.server import Server
from tests.support.sampling import A_RELEASE

RELEASES = A_RELEASE


@pytest.mark.exhaustive
def test_build_in_empty_schema_creates_empty_marts(server: Server, oracle_project: DbtProject) -> None:
    server.add_user(READER)
    with environment(server):
        outcome = oracle_project.run("build", *WITHOUT_TESTS)
        stale = oracle_project.invoke("source freshness")
        warned = oracle_project.run("test", "--select", "assert_something_is_landed")
    marts = [
        result.node.alias.upper()
        for result in outcome.result.results
        if result.node.resource_type == "model" and result.node.fqn[1] == "marts"
    ]
    filled = {mart for mart in marts if server.rows(f'select 1 from {server.user}."{mart}"')}
    assert len(marts) > 25
    assert filled == {"BUSINESS_RULES", "DATA_FRESHNESS", "SOURCE_RECONCILIATION"}
    assert {str(result.status) for result in stale.result.results} == {"error"}
    assert [str(result.status) for result in warned.result.results] == ["warn"]
