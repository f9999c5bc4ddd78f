"""Runs the script in docs/explanation/oracle.md on an empty server: ``python -m tests.oracle.make_user``.

The suite therefore runs with exactly the grants that a DBA is asked for.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import oracledb

from tests.oracle.real_server import DSN, NO_SERVER, PASSWORD, USER

DOCUMENT = Path(__file__).parents[2] / "docs" / "explanation" / "oracle.md"
SYSTEM_PASSWORD = "WMS_ELT_ORACLE_SYSTEM_PASSWORD"


def statements(document: str, user: str, password: str) -> list[str]:
    """Return the statements of the first SQL block, for this user and password."""
    block = re.search(r"^```sql\n(.*?)^```", document, re.MULTILINE | re.DOTALL)
    assert block is not None, "docs/explanation/oracle.md has no SQL block"
    script = re.sub(r"--[^\n]*", "", block[1]).replace("wms_elt", user).replace("change-me", password)
    return [statement.strip() for statement in script.split(";") if statement.strip()]


def main(environment: Mapping[str, str]) -> int:
    """Return 0, or `NO_SERVER` if a variable is not set."""
    absent = [name for name in (DSN, USER, PASSWORD, SYSTEM_PASSWORD) if not environment.get(name)]
    if absent:
        print(f"Nothing was made: {', '.join(absent)} not set.", file=sys.stderr)
        return NO_SERVER
    wanted = statements(DOCUMENT.read_text(), environment[USER], environment[PASSWORD])
    with (
        oracledb.connect(user="system", password=environment[SYSTEM_PASSWORD], dsn=environment[DSN]) as connection,
        connection.cursor() as cursor,
    ):
        for statement in wanted:
            cursor.execute(statement)
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
