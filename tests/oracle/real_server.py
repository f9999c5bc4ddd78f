"""Runs the suite of the real server, or says why not: ``python -m tests.oracle.real_server``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

NO_SERVER = 64
"""Exit code when no server is named; pytest's own are below."""

NEEDED = ("WMS_ELT_ORACLE_DSN", "WMS_ELT_ORACLE_USER", "WMS_ELT_ORACLE_PASSWORD")


def main() -> int:
    """pytest's exit code, or `NO_SERVER`."""
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        print(f"Nothing ran: {', '.join(missing)} not set. docs/oracle.md says how to start Oracle Database Free.")
        return NO_SERVER
    return int(pytest.main(["-m", "oracle", str(Path(__file__).parent / "test_real_server.py")]))


if __name__ == "__main__":
    sys.exit(main())
