"""``wms-elt discover`` and ``wms-elt generate-staging`` as commands."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.spanish_wms import SpanishWms

ROOT = Path(__file__).parents[3]
Wms = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(clean_environment: Path) -> Iterator[dict[str, str]]:
    (clean_environment / "dbt_project").symlink_to(ROOT / "dbt_project")
    with SpanishWms().serve() as wms:
        yield {
            "GRUPONOS_WMS__BASE_URL": wms.url,
            "GRUPONOS_WMS__USERNAME": wms.user,
            "GRUPONOS_WMS__PASSWORD": wms.password,
            "GRUPONOS_PIPELINE__ENTITIES": "company,order_hdr,order_status",
        }


def test_discover_prints_findings_and_files(wms_elt: Wms, environment: dict[str, str]) -> None:
    outcome = wms_elt("discover", "--no-rules", env=environment)
    assert outcome.returncode == 0, outcome.stderr
    first, *_, last = outcome.stdout.splitlines()
    assert "The user can read 3 of 3 configured entities" in first
    assert "check 1 custom field is in use." in outcome.stdout
    assert last.endswith("target/site/discovery.html, target/discovery/discovery.md, target/discovery/discovery.json")
    assert environment["GRUPONOS_WMS__PASSWORD"] not in outcome.stdout + outcome.stderr


def test_discover_as_json_prints_the_stored_file(wms_elt: Wms, environment: dict[str, str]) -> None:
    outcome = wms_elt("discover", "--no-rules", "--json", env=environment)
    assert json.loads(outcome.stdout)["schema_from"] == "describe"


def test_generate_staging_prints_files_and_next_step(wms_elt: Wms, environment: dict[str, str]) -> None:
    outcome = wms_elt("generate-staging", "bay_of_the_moon", "--dir", "models", env=environment)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.splitlines() == [
        "created  models/stg_wms__bay_of_the_moon.sql",
        "created  models/stg_wms__bay_of_the_moon.yml",
        "created  models/_wms__sources.yml",
        "Next: add bay_of_the_moon to GRUPONOS_PIPELINE__EXTRA_ENTITIES, then run `make elt`.",
    ]
    again = wms_elt("generate-staging", "bay_of_the_moon", "--dir", "models", env=environment)
    assert again.returncode == 10
    assert "WMS_CONF_060" in again.stderr
    configured = environment | {"GRUPONOS_PIPELINE__EXTRA_ENTITIES": "bay_of_the_moon"}
    forced = wms_elt("generate-staging", "bay_of_the_moon", "--dir", "models", "--force", env=configured)
    assert forced.returncode == 0, forced.stderr
    assert forced.stdout.splitlines()[-1] == "Next: run `make elt`."
