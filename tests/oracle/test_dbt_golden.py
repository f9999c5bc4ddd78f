"""The statements dbt sends to Oracle for one node of each kind, in a golden file reviewed as a diff."""

from __future__ import annotations

import os
from pathlib import Path

from tests.oracle.minimal_warehouse import SmallWarehouse
from tests.oracle.recorded_sql import plain, script, statements_of
from tests.support.sampling import A_RELEASE

RELEASES = A_RELEASE

GOLDEN = Path(__file__).parent / "golden" / "dbt.sql"
REVIEWED = (
    "seed.wms_elt.status_ids",
    "model.wms_elt.stg_wms__wave",
    "model.wms_elt.stg_wms__order_hdr_versions",
    "model.wms_elt.int_order_hdr__highest_status",
    "model.wms_elt.dim_facility",
    "model.wms_elt.wms_allocations",
    "snapshot.wms_elt.order_hdr_history",
    "snapshot.wms_elt.rejection_history",
)
"""One node per materialization and strategy."""


def test_dbt_statements_match_golden_file(small: SmallWarehouse) -> None:
    """The statements are the same on both releases. WMS_ELT_UPDATE_GOLDEN=1 rewrites the file."""
    small.server.add_user("REPORTING")
    small.put("facility", 1, code="DC01")
    small.put("wave", 1, run_nbr="W0")
    sections = []
    names = [node.split(".")[-1] for node in REVIEWED]
    for selection, build in ([f"+{name}" for name in names], 1), (names, 2):
        start = len(small.server.statements)
        assert small.build(*selection).success
        # read by the second build, which has no new orders
        small.put("wave", 1, run_nbr="W1")
        sent = small.server.statements[start:]
        sections += [(f"{node}, build {build}", statements_of(node, sent)) for node in REVIEWED]
    text = script([*sections, *_docs_and_freshness(small)])
    if os.environ.get("WMS_ELT_UPDATE_GOLDEN"):
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()


def _docs_and_freshness(small: SmallWarehouse) -> list[tuple[str, list[str]]]:
    start = len(small.server.statements)
    assert small.dbt("docs generate", "--no-compile").success
    middle = len(small.server.statements)
    assert small.dbt("source freshness", "--select", "source:wms.wave").success
    sent = small.server.statements
    catalogue = [plain(entry.text) for entry in sent[start:middle] if "all_col_comments" in entry.text]
    return [("docs generate", catalogue), ("source freshness", statements_of("source.wms_elt.wms.wave", sent[middle:]))]
