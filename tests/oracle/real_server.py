"""Runs the real server suite, or reports missing variables: ``python -m tests.oracle.real_server``.

Arguments are passed on to pytest.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

NO_SERVER = 64
"""Exit code if no server is configured. pytest's own codes are lower."""

SELECTION = "WMS_ELT_ORACLE_SELECT"
"""dbt selection to build in one step, for a first test on a distant server. By default everything, in all steps."""
DSN, USER, PASSWORD = "WMS_ELT_ORACLE_DSN", "WMS_ELT_ORACLE_USER", "WMS_ELT_ORACLE_PASSWORD"
SUITE = Path(__file__).parent / "test_real_server.py"


def missing(environment: Mapping[str, str]) -> list[str]:
    """Return the variables that are not set; all three are required."""
    return [name for name in (DSN, USER, PASSWORD) if not environment.get(name)]


def main(arguments: list[str]) -> int:
    """Return pytest's exit code, or `NO_SERVER`."""
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
