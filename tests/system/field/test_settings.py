"""Field cases D1-D4, D6, I9 and I13: a setting takes effect as documented, or is refused before anything lands."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loader.settings import load_settings
from tests.support.sampling import parameters
from tests.system.field.conftest import ROOT, Machine, Ran, Wms
from tests.system.field.worlds import companies, facilities, order, orders

Typed = Callable[..., Ran]


def dotenv(machine: Machine, *lines: str) -> None:
    (machine.directory / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    [
        "GRUPONOS_WMS__COMPANY_CODE='GNOS",
        'GRUPONOS_WMS__COMPANY_CODE="GNOS',
        "GRUPONOS_WMS__COMPANY_CODE",
        "GRUPONOS_WMS__COMPANY_CODE: GNOS",
        "GRUPONOS_WMS__COMPANY_CODE='GNOS' OTHER",
    ],
)
def test_d1_unparsable_line_is_refused(machine: Machine, serve: Wms, typed: Typed, line: str) -> None:
    dotenv(machine, "# settings", "GRUPONOS_WMS__RETRIES=2", line)
    ran = typed("load", env=machine.variables(serve(orders([1]))))
    assert ran.exit_code == 10, ran.text
    assert "line 3" in ran.text
    assert not machine.database.exists()


@pytest.mark.parametrize("line", ["export GRUPONOS_WMS__PAGE_SIZE=500", "GRUPONOS_WMS__PAGE_SIZE = 500 # rows", ""])
def test_d1_ordinary_lines_are_read(machine: Machine, line: str) -> None:
    dotenv(machine, "\ufeff# settings" if not line else "", line, "", "OTHER='a b'")
    settings = load_settings({}, env_file=machine.directory / ".env")
    assert settings.wms.page_size == (500 if line else 1000)


@pytest.mark.parametrize("quote", ["'", '"'])
def test_d2_password_keeps_spaces(machine: Machine, serve: Wms, typed: Typed, quote: str) -> None:
    wms = serve(orders([1]), password="  two blanks ")
    dotenv(machine, f"GRUPONOS_WMS__PASSWORD={quote}{wms.password}{quote}")
    ran = typed("load", env=machine.variables(wms, WMS__PASSWORD=""))
    assert ran.exit_code == 0, ran.text


@pytest.mark.parametrize("name", ["TARGET__ORACLE_PASSWORD", "WMS__CLIENT_SECRET", "TARGET__ORACLE_WALLET_PASSWORD"])
def test_d2_every_secret_keeps_spaces(machine: Machine, name: str) -> None:
    given = {
        **machine.variables(None, WMS__BASE_URL="https://h.example.com/acme", WMS__AUTH="oauth2", WMS__CLIENT_ID="c"),
        "GRUPONOS_WMS__CLIENT_SECRET": "x",
        "GRUPONOS_TARGET__ORACLE_PASSWORD": "x",
        "GRUPONOS_TARGET__KIND": "duckdb",
        f"GRUPONOS_{name}": " s ",
    }
    section, field = name.lower().split("__")
    settings = load_settings(given, env_file=None)
    assert getattr(getattr(settings, section), field).get_secret_value() == " s "


@pytest.mark.parametrize(
    "value",
    [
        "order_hdr:cust_emial",
        "order_hdr:cust_email,no_such_field",
        "orders:cust_email",
        "item:cust_email",
        "order_hdr:id",
        "order_hdr:mod_ts",
        "order_hdr:create_ts",
        "order_hdr:cust_email,mod_ts",
    ],
)
def test_d3_d4_impossible_exclusion_is_refused(machine: Machine, serve: Wms, typed: Typed, value: str) -> None:
    wms = serve({"company": companies(), "facility": facilities(), "order_hdr": orders([1]), "item": [order(1)]})
    wms.tables["item"][0].pop("cust_email")
    options = {"PIPELINE__EXCLUDE_FIELDS": value, "PIPELINE__ENTITIES": "order_hdr,item"}
    ran = machine.load(wms, **options)
    assert ran.exit_code == 10, ran.text
    assert "EXCLUDE_FIELDS" in ran.text
    assert machine.live() == []
    doctor = typed("doctor", env=machine.variables(wms, **options))
    assert doctor.exit_code == 10, doctor.text


def test_d3_excluded_field_never_lands(machine: Machine, serve: Wms) -> None:
    wms = serve(orders([1, 2]))
    ran = machine.load(wms, PIPELINE__EXCLUDE_FIELDS="order_hdr:cust_email")
    assert ran.exit_code == 0, ran.text
    assert "example.org" not in str(machine.current(columns="entity_id, doc"))


def test_d6_start_date_limits_transactions_only(machine: Machine, serve: Wms) -> None:
    old = {"days": 400}
    tables = {name: [order(1, **old), order(2)] for name in ("order_hdr", "item", "location", "inventory")}
    wms = serve({"company": companies(), "facility": facilities(), **tables})
    ran = machine.load(
        wms,
        PIPELINE__ENTITIES="company,facility,item,location,inventory,order_hdr",
        PIPELINE__START_DATE=f"{datetime.now(UTC) - timedelta(days=30):%Y-%m-%d}",
    )
    assert ran.exit_code == 0, ran.text
    assert machine.live() == [2]
    assert [len(machine.live(name)) for name in ("company", "facility")] == [2, 4]
    assert [machine.live(name) for name in ("item", "location", "inventory")] == [[1, 2]] * 3


@pytest.mark.parametrize(
    "path",
    parameters(
        [":memory:", "/", ".", "", ":memory:wms", "md:wms", "/dev/null", "target/"],
        [":memory:", "", "md:wms", "target/"],
    ),
)
def test_i9_non_persistent_path_is_refused(machine: Machine, serve: Wms, typed: Typed, path: str) -> None:
    (machine.directory / "target").mkdir()
    env = {**machine.variables(serve(orders([1]))), "GRUPONOS_TARGET__DUCKDB_PATH": path or "/proc/1"}
    ran = typed("load", env=env)
    assert ran.exit_code == 10, ran.text
    assert "DUCKDB_PATH" in ran.text


@pytest.mark.parametrize(
    "first",
    parameters(["0001-01-01T00:00:00+14:00", "1899-12-31", "9999-12-31T23:00:00-03:00", "1900-01-01"], 2),
)
def test_i13_backfill_from_extreme_date_is_bounded(machine: Machine, serve: Wms, typed: Typed, first: str) -> None:
    wms = serve(orders(range(1, 4)))
    machine.load(wms)
    wms.asked.clear()
    ran = typed("backfill", "order_hdr", "--from", first, "--to", "2026-01-01", env=machine.variables(wms))
    assert ran.exit_code in (0, 10), ran.text
    assert len([asked for asked in wms.asked if asked.lists]) < 2000
    if "T" in first:
        assert ran.exit_code == 10


@pytest.mark.parametrize(
    "entity",
    parameters(['a"; touch stolen; echo "', "a'; touch stolen; '", "$(touch stolen)", "`touch stolen`"], 2),
)
@pytest.mark.parametrize("variable", ["ENTITY", "FROM"])
def test_i13_make_quotes_its_arguments(tmp_path: Path, entity: str, variable: str) -> None:
    """The environment of make is a stub, so that nothing is installed. The test checks the recipe."""
    tmp_path = tmp_path / "fresh"
    tmp_path.mkdir()
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("pyproject.toml", "uv.lock"):
        (tmp_path / name).touch()
    command = tmp_path / ".venv" / "bin" / "wms-elt"
    command.parent.mkdir(parents=True)
    command.write_text('#!/bin/sh\nfor word in "$@"; do echo "[$word]"; done\n')
    command.chmod(0o755)
    for name in (".synced", ".synced-dev"):
        (tmp_path / ".venv" / name).touch()
    words = {"ENTITY": "order_hdr", "FROM": "2026-05-01", "TO": "2026-05-02", variable: entity}
    env = {**os.environ, "MAKEFLAGS": ""}
    arguments = [f"{name}={value}" for name, value in words.items()]
    done = subprocess.run(
        ["make", "backfill", *arguments], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=1200
    )
    assert not (tmp_path / "stolen").exists(), done.stdout
    assert f"{entity}]\n" in done.stdout, done.stdout + done.stderr
