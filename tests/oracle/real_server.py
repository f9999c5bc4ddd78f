"""Runs the suite of the real server, or says why not: ``python -m tests.oracle.real_server``.

Arguments are passed on to pytest.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

NO_SERVER = 64
"""Exit code when no server is named; pytest's own are below."""

SELECTION = "WMS_ELT_ORACLE_SELECT"
"""What of dbt to build, in one step, for a first look at a server far away; by default everything, in all steps."""
DSN, USER, PASSWORD = "WMS_ELT_ORACLE_DSN", "WMS_ELT_ORACLE_USER", "WMS_ELT_ORACLE_PASSWORD"
SUITE = Path(__file__).parent / "test_real_server.py"


def missing(environment: Mapping[str, str]) -> list[str]:
    """The variables that are not set; all three are needed."""
    return [name for name in (DSN, USER, PASSWORD) if not environment.get(name)]


def main(arguments: list[str]) -> int:
    """pytest's exit code, or `NO_SERVER`."""
    absent = missing(os.environ)
    if absent:
        print(
            f"Nothing ran on Oracle: {', '.join(absent)} not set. See docs/explanation/oracle.md.",
            file=sys.stderr,
        )
        return NO_SERVER
    return int(pytest.main(["-m", "oracle", str(SUITE), *arguments]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
