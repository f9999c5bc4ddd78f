"""A complete run succeeds with the documented example of each setting, including field cases D5 and D6."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from loader.runs import run_elt
from loader.settings import load_settings
from loader.settings.catalog import variables
from tests.support.sampling import parameters

ROOT = Path(__file__).parents[3]
EXAMPLES = {variable.name.removeprefix("GRUPONOS_"): variable.example for variable in variables()}
TENANT = {
    "WMS__BASE_URL": "https://a1.wms.ocs.oraclecloud.com/gruponos",
    "WMS__USERNAME": "wms_extract",
    "WMS__PASSWORD": "change-me",
}
OAUTH2 = {**TENANT, "WMS__AUTH": "oauth2", "WMS__CLIENT_ID": "elt-client", "WMS__CLIENT_SECRET": "change-me"}
ORACLE = {
    "TARGET__KIND": "oracle",
    "TARGET__ORACLE_USER": "wms_elt",
    "TARGET__ORACLE_PASSWORD": "Change-me-12345",
    "TARGET__ORACLE_HOST": "db.example.com",
    "TARGET__ORACLE_SERVICE": "ORCLPDB1",
    **TENANT,
}
OF_OAUTH2 = ("WMS__AUTH", "WMS__TOKEN_URL", "WMS__SCOPE", "WMS__GRANT", "WMS__CLIENT_ID", "WMS__CLIENT_SECRET")
NAMED = {
    "ENVIRONMENT": TENANT,
    "WMS__CA_FILE": TENANT,
    **dict.fromkeys(TENANT, TENANT),
    **dict.fromkeys(OF_OAUTH2, OAUTH2),
    **{name: ORACLE for name in EXAMPLES if name == "TARGET__KIND" or name.startswith("TARGET__ORACLE_")},
}
"""Settings with names from a real tenant or database: validated with their related settings."""
ONE_ADDRESS = ("TARGET__ORACLE_HOST", "TARGET__ORACLE_SERVICE")
RUN = sorted(EXAMPLES.keys() - NAMED.keys())
DOCUMENTED = {
    "TARGET__DUCKDB_PATH": "warehouse.duckdb",
    "PIPELINE__WORK_DIR": "wms-elt",
    "OPERATIONS__METRICS_FILE": "wms_elt.prom",
    "TARGET__DBT_PROFILES_DIR": "wms-elt",
}
"""Paths on this machine: the same name, in the test's folder."""
MARTS = ("orders", "order_lines", "wms_allocations", "allocation_performance", "inventory_current", "receipts")
OF_STOCK = ("inventory_current", "receipts")
BEST = 0.95


def value(name: str, folder: Path) -> str:
    if name in DOCUMENTED:
        return str(folder / "example" / DOCUMENTED[name])
    if name == "PIPELINE__START_DATE":
        # the bundled simulator's history ends now, so use a day within it, as in the case
        return f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}"
    return EXAMPLES[name].replace("alerts.example.com", "127.0.0.1:9").replace("example.com", "127.0.0.1:9")


def rows(path: Path, schema: str) -> dict[str, int]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            name: int(connection.execute(f"select count(*) from {schema}.{name}").fetchall()[0][0]) for name in MARTS
        }


@pytest.mark.parametrize("name", parameters(RUN, ()))
def test_run_with_setting_example_succeeds(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("dbt_project", "profiles.yml.example"):
        (tmp_path / part).symlink_to(ROOT / part)
    monkeypatch.chdir(tmp_path)
    given: dict[str, Any] = {
        "WMS__SIMULATOR_SCALE": "1000",
        "WMS__SIMULATOR_DAYS": "5",
        "TARGET__DUCKDB_PATH": str(tmp_path / "warehouse.duckdb"),
        "PIPELINE__WORK_DIR": str(tmp_path / "work"),
        name: value(name, tmp_path),
    }
    # the documented folders exist, and the profiles folder contains a copy of the example
    (tmp_path / "example" / "wms-elt").mkdir(parents=True)
    shutil.copy(ROOT / "profiles.yml.example", tmp_path / "example" / "wms-elt" / "profiles.yml")
    settings = load_settings({f"GRUPONOS_{key}": text for key, text in given.items()}, env_file=None)
    report = run_elt(settings)
    assert report.exit_code == 0, [str(error) for error in report.errors]
    assert report.quality is not None
    assert report.quality.score is not None
    assert report.quality.score >= BEST, report.quality
    found = rows(settings.target.duckdb_path, settings.target.schema_name)
    expected = set(MARTS) - ({*OF_STOCK} if name == "PIPELINE__ENTITIES" else set())
    assert not [mart for mart in sorted(expected) if not found[mart]], found


@pytest.mark.parametrize("name", sorted(NAMED))
def test_tenant_example_is_valid_with_related_settings(name: str, tmp_path: Path) -> None:
    partners = {
        key: text for key, text in NAMED[name].items() if name != "TARGET__ORACLE_DSN" or key not in ONE_ADDRESS
    }
    example = EXAMPLES[name]
    if name.endswith(("_FILE", "_DIR")):
        # the file must exist, which an example can't ensure
        example = str(tmp_path / Path(example).name)
        Path(example).mkdir() if name.endswith("_DIR") else Path(example).touch()
    settings = load_settings({f"GRUPONOS_{key}": text for key, text in {**partners, name: example}.items()}, None)
    assert not settings.uses_simulator


def test_every_setting_has_tested_example() -> None:
    assert {*RUN, *NAMED} == set(EXAMPLES)
    assert all(EXAMPLES.values())
