"""Every statement the loader sends, by command, in golden files reviewed as diffs. Both releases get the same.

To rewrite them, run ``WMS_ELT_UPDATE_GOLDEN=1 .venv/bin/pytest tests/oracle/test_golden.py``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

from loader.doctor.warehouse import check_target
from loader.runs import reconcile, run_backfill, run_load
from loader.settings import Settings
from loader.warehouse.oracle import direct_path
from tests.oracle.conftest import OracleLoads
from tests.oracle.scenarios import LONG_AGO, ONE_READER
from tests.support.fake_wms import START
from tests.support.sampling import A_RELEASE

RELEASES = A_RELEASE

GOLDEN = Path(__file__).parent / "golden"
WMS = {
    "GRUPONOS_WMS__BASE_URL": "https://wms.example.com/test",
    "GRUPONOS_WMS__USERNAME": "u",
    "GRUPONOS_WMS__PASSWORD": "p",
}


def nothing(settings: Settings) -> None:
    pass


def first_run(settings: Settings) -> None:
    run_load(settings)


def full(settings: Settings) -> None:
    run_load(settings, full=True)


def backfill(settings: Settings) -> None:
    run_backfill(settings, "order_hdr", "2026-05-01", "2026-05-02")


def compare(settings: Settings) -> None:
    reconcile(settings)


def doctor(settings: Settings) -> None:
    assert {check.status for check in check_target(settings)} == {"ok"}


Command = Callable[[Settings], None]
COMMANDS: dict[str, tuple[Command, Command]] = {
    "first-run": (nothing, first_run),
    "incremental": (first_run, first_run),
    "full": (first_run, full),
    "direct-path": (nothing, first_run),
    "backfill": (first_run, backfill),
    "reconcile": (first_run, compare),
    "doctor": (nothing, doctor),
}
"""By file name: the commands that run before, and the command whose statements are recorded."""


@pytest.fixture
def warehouse(oracle_loads: OracleLoads, monkeypatch: pytest.MonkeyPatch) -> OracleLoads:
    """Two entities: one with a watermark and one read completely."""
    oracle_loads.options = WMS | ONE_READER
    for row_id in range(1, 4):
        oracle_loads.wms.put("order_hdr", row_id, LONG_AGO, facility_id={"id": 1, "key": "", "url": ""})
    oracle_loads.wms.put("order_status", 0, description="A")
    for module in ("loader.pipeline.load", "loader.runs.reconcile"):
        # by module: loader.runs has a function of the same name
        monkeypatch.setattr(import_module(module), "WmsClient", lambda *_, **__: nullcontext(oracle_loads.wms))
    return oracle_loads


def change(loads: OracleLoads) -> None:
    """Change, add and delete a row in each entity, half an hour later."""
    loads.wms.put("order_hdr", 2, START, status_id=10)
    loads.wms.put("order_hdr", 4, START)
    loads.wms.delete("order_hdr", 1)
    loads.wms.put("order_status", 0, description="B")
    loads.wms.now = START + timedelta(minutes=30)


def readable(statements: list[str]) -> str:
    """Each statement once, sorted, because dlt creates tables in no fixed order; ``/`` separates them."""
    plain = ("\n".join(line.rstrip() for line in text.strip().splitlines()) for text in sorted(set(statements)))
    return "\n/\n".join(plain) + "\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_loader_statements_match_golden_file(
    name: str, warehouse: OracleLoads, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, command = COMMANDS[name]
    if name == "direct-path":
        monkeypatch.setattr(direct_path, "MIN_ROWS", 1)
        warehouse.options["GRUPONOS_TARGET__ORACLE_DIRECT_PATH"] = "true"
    before(warehouse.settings())
    if before is not nothing:
        change(warehouse)
    sent_before = len(warehouse.server.statements)
    command(warehouse.settings())
    sent = readable([entry.text for entry in warehouse.server.statements[sent_before:]])
    path = GOLDEN / f"{name}.sql"
    if os.environ.get("WMS_ELT_UPDATE_GOLDEN"):
        path.write_text(sent)
    assert sent == path.read_text()


def test_every_command_has_golden_file() -> None:
    assert set(COMMANDS) <= {path.stem for path in GOLDEN.iterdir()}


def test_statements_need_no_quoted_names() -> None:
    """Unquoted names are the same on DuckDB and Oracle; a quoted one would not match the created name."""
    assert [name for name in COMMANDS if '"' in (GOLDEN / f"{name}.sql").read_text()] == []
