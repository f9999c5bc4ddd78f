"""`make test-oracle` itself: its message without a server, and a run of its suite on the double."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import oracledb
import pytest

from tests.oracle.real_server import DSN, NO_SERVER, PASSWORD, SELECTION, USER, main, missing
from tests.support.oracle_double.server import Server
from tests.support.sampling import EXHAUSTIVE

ROOT = Path(__file__).parents[2]
A_FEW = "+dim_facility +dim_company"
"""Staging, a seed, two marts and their tests."""
SLOW = "first_then_incremental or another_machine or long_documents or in_packages"
"""Scenarios that repeat, through another class, the comparisons of test_parity."""


@pytest.mark.parametrize("given", [(), (DSN,), (DSN, USER)])
def test_missing_server_is_reported_with_own_exit_code(given: tuple[str, ...]) -> None:
    named = {name: value for name, value in os.environ.items() if name not in {DSN, USER, PASSWORD}}
    done = subprocess.run(
        [sys.executable, "-m", "tests.oracle.real_server"],
        cwd=ROOT,
        env=named | dict.fromkeys(given, "x"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == NO_SERVER
    assert "Nothing ran on Oracle" in done.stderr
    assert [name for name in (DSN, USER, PASSWORD) if name in done.stderr] == missing(dict.fromkeys(given, "x"))


@pytest.mark.exhaustive
def test_suite_leaves_empty_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(23)
    server.install(monkeypatch)
    for name, value in ((DSN, "db.example.com/FREEPDB1"), (USER, "wms_elt"), (PASSWORD, server.password)):
        monkeypatch.setenv(name, value)
    if not EXHAUSTIVE:
        monkeypatch.setenv(SELECTION, A_FEW)
    left_out = "in_packages" if EXHAUSTIVE else SLOW
    assert main(["-q", "-p", "no:cacheprovider", "--no-header", "-k", f"not ({left_out})"]) == pytest.ExitCode.OK
    assert server.catalogue.relations == {}
    server.close()


def test_suite_fails_in_non_empty_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(19)
    server.install(monkeypatch)
    with oracledb.connect(user=server.user, password=server.password) as connection, connection.cursor() as cursor:
        cursor.execute("create table precious (a number)")
    for name, value in ((DSN, "db.example.com/FREEPDB1"), (USER, "wms_elt"), (PASSWORD, server.password)):
        monkeypatch.setenv(name, value)
    assert main(["-q", "-p", "no:cacheprovider", "-k", "doctor"]) == pytest.ExitCode.TESTS_FAILED
    assert [name for _, name in server.catalogue.relations] == ["PRECIOUS"]
    server.close()
