"""Every statement the loader sends, in files to be reviewed as diffs; WMS_ELT_UPDATE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

from tests.oracle.conftest import OracleLoads
from tests.oracle.scenarios import ONE_READER, first_then_incremental

GOLDEN = Path(__file__).parent / "golden"


def test_statements_sent_are_those_reviewed(oracle_loads: OracleLoads) -> None:
    oracle_loads.options = dict(ONE_READER)
    first_then_incremental(oracle_loads)
    # dlt creates tables in an order of its own, so each statement stands once, sorted
    texts = {entry.text.strip() for entry in oracle_loads.server.statements}
    plain = ("\n".join(line.rstrip() for line in text.splitlines()) for text in sorted(texts))
    sent = "\n/\n".join(plain) + "\n"
    path = GOLDEN / f"load-{oracle_loads.server.release}.sql"
    if os.environ.get("WMS_ELT_UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(sent)
    assert sent == path.read_text()
